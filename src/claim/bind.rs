//! Account and citizen, one to one: bound by the first proof of person.

use super::consent;
use super::outcome::{Effect, Event, Message};
use crate::app::{App, Fault, internal};
use crate::domain::claim::{ConsentGiven, Identity, Named, ReviewReason, Stage};
use crate::domain::ids::{AccountId, CitizenId, MessageId, ReviewId};
use crate::domain::mobile_number::MobileNumber;
use crate::domain::sms_text;
use crate::domain::time::Timestamp;
use crate::storage::accounts::AccountRow;
use crate::storage::consents::{self, NewConsent};
use crate::storage::vault::{Place, Purpose};
use crate::storage::{Tx, accounts, citizens};

/// Who the identity belongs to, bound to `account`; none when it is bound to another account.
pub(super) async fn bind(
    tx: &mut Tx,
    app: &App,
    account: &AccountId,
    identity: &Identity,
    now: Timestamp,
) -> Result<Option<CitizenId>, Fault> {
    let fresh = CitizenId::from_random(app.random());
    let place = Place { table: "citizens", column: "body", row: fresh.as_str() };
    let text = zeroize::Zeroizing::new(serde_json::to_vec(identity).map_err(internal)?);
    let body = app.vault.seal(place, &text).into_string();
    let indexes = app.vault.indexes(Purpose::IdNumber, identity.id_number.as_str());
    let citizen = citizens::find_or_insert(tx, &fresh, &indexes, &body, now).await?;
    Ok(accounts::bind(tx, account, &citizen).await?.then_some(citizen))
}

/// Attaches the consents of this claim to the citizen; earlier ones to the same purpose are
/// superseded.
pub(super) async fn keep_consents(
    tx: &mut Tx,
    app: &App,
    citizen: &CitizenId,
    service: &ConsentGiven,
    face: Option<&ConsentGiven>,
) -> Result<(), Fault> {
    let row = |purpose, fields, given: &ConsentGiven| NewConsent {
        id: MessageId::from_random(app.random()).as_str().to_owned(),
        purpose,
        text_version: given.text_version.clone(),
        fields,
        granted_at: given.at,
    };
    let service = row("service", consent::FIELDS, service);
    let face = face.map(|given| row("face", "face_image", given));
    Ok(consents::insert(tx, citizen, &service, face.as_ref()).await?)
}

/// The number is bound to another account: staff decides, and both numbers are told.
pub(super) async fn bound_elsewhere(
    tx: &mut Tx,
    app: &App,
    account: &AccountId,
    named: Named,
) -> Result<(Stage, Vec<Effect>), Fault> {
    let review = ReviewId::from_random(app.random());
    let indexes = app.vault.indexes(Purpose::IdNumber, named.identity.id_number.as_str());
    let citizen = citizens::by_id_number(tx, &indexes).await?;
    let mut effects = vec![Effect::Review(review.clone(), ReviewReason::BoundElsewhere.as_str())];
    let other = match &citizen {
        Some(citizen) => accounts::by_citizen(tx, citizen).await?,
        None => None,
    };
    for row in [other, accounts::find(tx, account).await?].into_iter().flatten() {
        effects.push(Effect::Sms(notice(app, &row)?));
    }
    effects.push(Effect::Audit(Event::of("claim.bound_elsewhere", citizen.as_ref())));
    Ok((named.bound_elsewhere(review).into(), effects))
}

fn notice(app: &App, row: &AccountRow) -> Result<Message, Fault> {
    Ok(Message {
        id: MessageId::from_random(app.random()),
        purpose: "notice",
        to: mobile(app, row)?,
        text: sms_text::bound_elsewhere(),
        expires_at: None,
    })
}

/// The number of an account.
pub(super) fn mobile(app: &App, row: &AccountRow) -> Result<MobileNumber, Fault> {
    let place = Place { table: "accounts", column: "mobile", row: row.id.as_str() };
    let text = app.vault.unseal_text(place, &row.mobile)?;
    MobileNumber::from_stored(text.to_string()).map_err(internal)
}
