//! Whether a card may be issued now, and issuing it: atomic, and at most one live card a citizen.

use super::outcome::{Deed, Effect, Event, Message};
use super::step::Visit;
use crate::app::{Fault, internal};
use crate::domain::citizen::{CitizenFacts, PhysicalCard};
use crate::domain::claim::{Activated, Proved, Stage};
use crate::domain::ecard::{CardFace, ECardState};
use crate::domain::eligibility::{NoCardReason, usable_card};
use crate::domain::ids::{CardId, MessageId};
use crate::domain::mobile_number::MobileNumber;
use crate::domain::sms_text;
use crate::error::AppError;
use crate::storage::cards::{self, CardRow};
use crate::storage::status::{self, StatusPlace};
use crate::storage::vault::Place;

/// What the registry and our own books say of a proved person, now.
pub(super) enum Standing {
    /// There is a live card already.
    HasCard(CardId),
    /// Nothing stands in the way; the code goes to the number the registry holds.
    MayClaim(MobileNumber),
}

/// Checks card, entitlement and death: after the proof of person, and again at issuing.
///
/// # Errors
/// [`AppError::NoUsableCard`], [`AppError::NoRegisteredMobile`], [`AppError::ProviderDown`].
pub(super) async fn standing(visit: &Visit, proved: &Proved) -> Result<Standing, AppError> {
    let citizen = proved.citizen.clone();
    let live = visit
        .app
        .db
        .look::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(cards::live(tx, &citizen).await?) })
        })
        .await?;
    if let Some(card) = live {
        return Ok(Standing::HasCard(card.id));
    }
    let facts = facts(visit, proved).await?;
    usable_card(&facts, &visit.app.config.regions).map_err(AppError::NoUsableCard)?;
    Ok(Standing::MayClaim(facts.mobile.ok_or(AppError::NoRegisteredMobile)?))
}

/// The physical card the electronic one will stand on, checked again at issuing.
///
/// # Errors
/// As [`standing`].
pub(super) async fn physical_card(
    visit: &Visit,
    proved: &Proved,
) -> Result<PhysicalCard, AppError> {
    let facts = facts(visit, proved).await?;
    let card = usable_card(&facts, &visit.app.config.regions);
    card.cloned().map_err(AppError::NoUsableCard)
}

async fn facts(visit: &Visit, proved: &Proved) -> Result<CitizenFacts, AppError> {
    let facts = visit.app.registry.facts(&proved.identity.id_number).await?;
    facts.ok_or(AppError::NoUsableCard(NoCardReason::NotEligible))
}

/// A card ready to be issued: everything that needs no transaction is done.
pub(super) struct Order {
    activated: Activated,
    card: CardRow,
    pin_hash: String,
    place: StatusPlace,
    notice: Message,
}

/// Prepares the card of `activated` on the physical card `on`.
///
/// # Errors
/// [`Fault`].
pub(super) async fn order(
    visit: &Visit,
    id: CardId,
    activated: Activated,
    on: PhysicalCard,
    pin_hash: String,
) -> Result<Order, Fault> {
    let app = &visit.app;
    let face = CardFace {
        name: activated.proved.identity.name.clone(),
        id_number: activated.proved.identity.id_number.clone(),
        mobile: activated.mobile.clone(),
        card_number: on.number,
        region: on.region,
        bank: on.bank,
        card_type: on.card_type,
        proof: activated.proved.proof,
    };
    let text = zeroize::Zeroizing::new(serde_json::to_vec(&face).map_err(internal)?);
    let place = Place { table: "cards", column: "body", row: id.as_str() };
    let body = app.vault.seal(place, &text).into_string();
    let citizen = activated.proved.citizen.clone();
    let card = CardRow { id, citizen, state: ECardState::Active, body, issued_at: visit.now };
    let notice = Message {
        id: MessageId::from_random(app.random()),
        purpose: "notice",
        to: activated.mobile.clone(),
        text: sms_text::issued(),
        expires_at: None,
    };
    let place = app.status.reserve(app.entropy.as_ref()).await?;
    Ok(Order { activated, card, pin_hash, place, notice })
}

/// Issues the card in the transaction that saves the claim. Whoever comes second, from another
/// tab or another instance, is given the card that is there.
pub(super) fn deed(order: Order) -> Deed {
    Box::new(move |tx| {
        Box::pin(async move {
            let citizen = order.card.citizen.clone();
            if !cards::insert(tx, &order.card, &order.pin_hash).await? {
                let live = cards::live(tx, &citizen).await?.ok_or(Fault::Overtaken)?;
                return Ok((order.activated.issue(live.id).into(), vec![]));
            }
            status::assign(tx, order.place, &order.card.id, status::HOLDER);
            let audit = Event::of("card.issued", Some(&citizen)).with(
                serde_json::json!({ "card": order.card.id, "proof": order.activated.proved.proof }),
            );
            let effects = vec![Effect::Audit(audit), Effect::Sms(order.notice)];
            Ok((Stage::from(order.activated.issue(order.card.id)), effects))
        })
    })
}
