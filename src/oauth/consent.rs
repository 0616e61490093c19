//! A citizen's consent to a partner, kept: the grant, one row a purpose, a message.

use crate::app::{App, Fault, internal};
use crate::auth::over::{self, EndedBy};
use crate::auth::throttle::{self, Limit};
use crate::config::hours;
use crate::domain::client::Client;
use crate::domain::ecard::CardFace;
use crate::domain::grant::{Allowed, GRANT_LIFETIME};
use crate::domain::ids::{CitizenId, GrantId, MessageId};
use crate::domain::sms_text;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::storage::consents::{self, PartnerConsent};
use crate::storage::grants::{self, GrantRow};
use crate::storage::outbox::{self, NewMessage};
use crate::storage::standing::Standing;
use crate::storage::status::StatusPlace;
use crate::storage::vault::Place;
use crate::storage::{Tx, cards};
use serde_json::{Value, json};
use std::sync::Arc;

/// The version of the text the partner's consent page shows; raise it with the text.
pub(super) const TEXT_VERSION: &str = "partner-2026-11";

/// A consent on its way into the database: everything that needs no transaction is done.
pub(super) struct Approval {
    client: Arc<Client>,
    standing: Standing,
    allowed: Option<Allowed>,
    place: Option<StatusPlace>,
    face: Option<CardFace>,
    withheld: Allowed,
}

impl Approval {
    /// Prepares what was just allowed; with nothing allowed anew the earlier grant stands.
    ///
    /// # Errors
    /// [`Fault`].
    pub(super) async fn prepare(
        app: &App,
        client: &Arc<Client>,
        standing: &Standing,
        allowed: Option<Allowed>,
    ) -> Result<Self, Fault> {
        let (place, face) = match &allowed {
            None => (None, None),
            Some(_) => {
                let place = app.status.reserve(app.entropy.as_ref()).await?;
                (Some(place), Some(face(app, standing).await?))
            }
        };
        let (client, standing) = (Arc::clone(client), standing.clone());
        Ok(Self { client, standing, allowed, place, face, withheld: Allowed::default() })
    }
}

impl Approval {
    /// The same, taking back what was put to the citizen again and is not allowed any more.
    #[must_use]
    pub(super) fn withholding(self, withheld: Allowed) -> Self {
        Self { withheld, ..self }
    }
}

/// Counts a consent: a person gives a few an hour; more is something that presses buttons.
///
/// # Errors
/// [`AppError::Limited`]; then nothing is kept.
pub(super) async fn count(app: &App, citizen: &CitizenId, now: Timestamp) -> Result<(), AppError> {
    let most = app.config.limits.consents_per_hour;
    let limit = Limit::new("consents_per_hour", citizen.as_str(), most, hours(1));
    throttle::reserve(app, vec![limit], now).await.map(drop)
}

/// What is printed on the card.
///
/// # Errors
/// [`Fault`].
pub(super) async fn face(app: &App, standing: &Standing) -> Result<CardFace, Fault> {
    let id = standing.card.clone();
    let row = app
        .db
        .look::<_, Fault, _>(move |tx| Box::pin(async move { Ok(cards::find(tx, &id).await?) }))
        .await?
        .ok_or_else(|| internal("a card without a row"))?;
    let place = Place { table: "cards", column: "body", row: row.id.as_str() };
    let opened = app.vault.unseal(place, &row.body)?;
    serde_json::from_slice(&opened).map_err(internal)
}

/// Events to write into the audit trail, last.
pub(super) type Events = Vec<(&'static str, Value)>;

/// Keeps the consent: the grant there is is widened, otherwise a new one is made.
///
/// # Errors
/// [`Fault::Overtaken`] when the earlier grant ended meanwhile; other faults.
pub(super) async fn settle(
    tx: &mut Tx,
    app: &App,
    approval: Approval,
    now: Timestamp,
) -> Result<(GrantId, Events), Fault> {
    let held = approval.standing.grant.as_ref();
    let (Some(allowed), Some(place)) = (&approval.allowed, approval.place) else {
        let grant = held.ok_or(Fault::Overtaken)?;
        return Ok((grant.id.clone(), Vec::new()));
    };
    let live = grants::live(tx, &approval.client.client_id, &approval.standing.citizen).await?;
    let same_card =
        |grant: &GrantRow| grant.card == approval.standing.card && now < grant.expires_at;
    let (grant, all) = match live {
        Some(grant) if same_card(&grant) => {
            let all = approval.withheld.missing(&grant.allowed).and_also(allowed);
            if !grants::widen(tx, &grant.id, &all, TEXT_VERSION, now, now + GRANT_LIFETIME).await? {
                return Err(Fault::Overtaken);
            }
            (grant.id, all)
        }
        other => {
            if let Some(grant) = other {
                over::end(tx, app, &grant, EndedBy::Card, now).await?;
            }
            let row = fresh(app, &approval, allowed, place, now);
            if !grants::insert(tx, &row, TEXT_VERSION).await? {
                return Err(Fault::Overtaken);
            }
            (row.id, allowed.clone())
        }
    };
    keep_purposes(tx, app, &approval, allowed, now).await?;
    tell(tx, app, &approval, now);
    let particulars = json!({
        "client": approval.client.client_id,
        "grant": grant,
        "scope": all.scope,
        "fields": all.fields,
        "text": TEXT_VERSION,
    });
    Ok((grant, vec![("consent.granted", particulars)]))
}

fn fresh(
    app: &App,
    approval: &Approval,
    allowed: &Allowed,
    place: StatusPlace,
    now: Timestamp,
) -> GrantRow {
    GrantRow {
        id: GrantId::from_random(app.random()),
        client: approval.client.client_id.clone(),
        citizen: approval.standing.citizen.clone(),
        card: approval.standing.card.clone(),
        allowed: allowed.clone(),
        is_live: true,
        place,
        created_at: now,
        expires_at: now + GRANT_LIFETIME,
        ended_at: None,
        last_used_at: None,
    }
}

/// One row a purpose, superseding the earlier one of the same purpose and recipient.
async fn keep_purposes(
    tx: &mut Tx,
    app: &App,
    approval: &Approval,
    allowed: &Allowed,
    now: Timestamp,
) -> Result<(), Fault> {
    for scope in allowed.scope.iter() {
        let fields: Vec<&str> = scope.fields().iter().map(|field| field.as_str()).collect();
        let row = PartnerConsent {
            id: MessageId::from_random(app.random()).as_str().to_owned(),
            purpose: scope.as_str(),
            text_version: TEXT_VERSION,
            fields: fields.join(" "),
            recipient: approval.client.client_id.clone(),
            granted_at: now,
        };
        consents::grant(tx, &approval.standing.citizen, &row).await?;
    }
    Ok(())
}

/// A message to the citizen: whoever was not at the keyboard learns of it.
fn tell(tx: &mut Tx, app: &App, approval: &Approval, now: Timestamp) {
    let Some(face) = &approval.face else { return };
    let text = sms_text::granted(&approval.client.client_name);
    let id = MessageId::from_random(app.random());
    let new =
        NewMessage { id: &id, purpose: "notice", to: &face.mobile, text: &text, expires_at: None };
    outbox::queue(tx, &app.vault, new, now);
}
