//! What a login leads to: a card there is already, a review that waits, a name confirmed less than
//! a day ago, or the name itself.

use super::outcome::{Effect, Outcome};
use super::step::Visit;
use crate::app::{App, Fault, internal};
use crate::domain::claim::{Claim, Consented, Identity, Stage};
use crate::domain::ids::{AccountId, ClaimId};
use crate::domain::time::Timestamp;
use crate::storage::cards::CardRow;
use crate::storage::vault::Place;
use crate::storage::{cards, claims, names};

/// What is known of an account at login.
struct Known {
    card: Option<CardRow>,
    review: Option<ClaimId>,
    name: Option<String>,
}

async fn look_up(app: &App, account: &AccountId, now: Timestamp) -> Result<Known, Fault> {
    let account = account.clone();
    app.db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let card = cards::of_account(tx, &account).await?;
                let review = claims::in_review(tx, &account, now).await?;
                let name = names::find(tx, &account, now).await?;
                Ok(Known { card, review, name })
            })
        })
        .await
}

/// Takes a consented claim on, for the account that is logged in.
pub(super) async fn enter(
    visit: &Visit,
    claim: Claim,
    consented: Consented,
    account: AccountId,
    mut effects: Vec<Effect>,
) -> Result<Outcome, Fault> {
    let known = look_up(&visit.app, &account, visit.now).await?;
    let claim = Claim { account: Some(account.clone()), ..claim };
    let logged_in = consented.log_in();
    if let Some(card) = known.card {
        let issued = logged_in.already_issued(card.id, card.citizen);
        return Ok(Outcome::Advance(claim.at(issued), effects));
    }
    if let Some(review) = known.review {
        effects.push(Effect::Adopt(review));
        return Ok(Outcome::Advance(claim.at(Stage::Expired), effects));
    }
    let stage = match known.name {
        Some(sealed) => Stage::from(logged_in.name(open_name(&visit.app, &account, &sealed)?)),
        None => Stage::from(logged_in),
    };
    Ok(Outcome::Advance(claim.at(stage), effects))
}

fn place(account: &AccountId) -> Place<'_> {
    Place { table: "verified_names", column: "body", row: account.as_str() }
}

fn open_name(app: &App, account: &AccountId, sealed: &str) -> Result<Identity, Fault> {
    let opened = app.vault.unseal(place(account), sealed)?;
    serde_json::from_slice(&opened).map_err(internal)
}

/// The effect that lets `identity` be resumed for a while.
pub(super) fn keep_name(
    app: &App,
    account: &AccountId,
    identity: &Identity,
) -> Result<Effect, Fault> {
    let text = zeroize::Zeroizing::new(serde_json::to_vec(identity).map_err(internal)?);
    let until = identity.confirmed_at + crate::config::hours(app.config.limits.real_name_resume_h);
    Ok(Effect::KeepName(app.vault.seal(place(account), &text).into_string(), until))
}
