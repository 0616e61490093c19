//! What staff may do for a claim, until there are desks: decide a review, hand over a counter code.

use super::bind::mobile;
use super::counter_code::{DIGITS, digest};
use super::entry::keep_name;
use super::outcome::{Effect, Event};
use super::record;
use super::review_name::shown;
use crate::app::{App, Fault};
use crate::config::{hours, minutes};
use crate::domain::claim::{Claim, Identity, ReviewReason, Stage};
use crate::domain::id_number::IdNumber;
use crate::domain::ids::{CardId, MessageId, ReviewId};
use crate::domain::secret::Secret;
use crate::domain::sms_text;
use crate::domain::time::Timestamp;
use crate::storage::outbox::{self, NewMessage};
use crate::storage::vault::{Place, Purpose};
use crate::storage::{Tx, accounts, audit, citizens, claims, counter_codes, names, reviews};

/// What a reviewer sees and compares with the papers: for staff's terminal, never for a log, so
/// `Debug` shows no more than its number.
#[derive(Clone, serde::Serialize)]
pub struct ReviewLine {
    /// The review's number.
    pub id: ReviewId,
    /// The claim's reference number.
    pub reference: String,
    /// Why it waits.
    pub reason: String,
    /// Since when, RFC 3339.
    pub since: String,
    /// The name as typed: the reviewer's task is to look at it. Characters no font shows stand as
    /// `\u{E000}`.
    pub name: String,
    /// The whole ID number.
    pub id_number: String,
}

impl std::fmt::Debug for ReviewLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReviewLine({}, …)", self.id.as_str())
    }
}

/// Why a review could not be decided.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// There is none of that number.
    #[error("no open review {0}")]
    Unknown(String),
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<crate::storage::DbError> for ReviewError {
    fn from(error: crate::storage::DbError) -> Self {
        Self::Fault(error.into())
    }
}

/// Every open review, the oldest first.
///
/// # Errors
/// [`Fault`].
pub async fn list(app: &App, now: Timestamp) -> Result<Vec<ReviewLine>, Fault> {
    let parts = app.clone();
    app.db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let mut lines = Vec::new();
                for row in reviews::list_open(tx).await? {
                    let Some(claim) = claims::find(tx, &row.claim).await? else { continue };
                    let claim = record::open(&parts.vault, &claim, now)?;
                    let Stage::ManualReview(waiting) = claim.stage else { continue };
                    lines.push(ReviewLine {
                        id: row.id,
                        reference: row.reference,
                        reason: row.reason,
                        since: row.created_at.rfc3339(),
                        name: shown(waiting.identity.name.as_typed()),
                        id_number: waiting.identity.id_number.as_str().to_owned(),
                    });
                }
                Ok(lines)
            })
        })
        .await
}

/// Decides a review: the identity is confirmed, and the citizen goes on at the face; or refused.
///
/// # Errors
/// [`ReviewError`].
pub async fn decide(
    app: &App,
    id: &ReviewId,
    approve: bool,
    note: String,
    now: Timestamp,
) -> Result<(), ReviewError> {
    let (parts, id) = (app.clone(), id.clone());
    // Free text that may name somebody: sealed like every personal field.
    let place = Place { table: "reviews", column: "note", row: id.as_str() };
    let note = app.vault.seal(place, note.as_bytes()).into_string();
    app.db
        .write::<_, ReviewError, _>(move |tx| {
            Box::pin(async move {
                let unknown = || ReviewError::Unknown(id.as_str().to_owned());
                let state = if approve { "approved" } else { "refused" };
                if !reviews::decide(tx, &id, state, &note, now).await? {
                    return Err(unknown());
                }
                let row = reviews::find(tx, &id).await?.ok_or_else(unknown)?;
                let row = claims::find(tx, &row.claim).await?.ok_or_else(unknown)?;
                let claim = record::open(&parts.vault, &row, now)?;
                let decided = if approve {
                    confirm(tx, &parts, claim, now).await?
                } else {
                    refuse(claim).ok_or_else(unknown)?
                };
                let row = record::close(&parts.vault, &decided)?;
                if !claims::save(tx, &row).await? {
                    return Err(Fault::Overtaken.into());
                }
                tell(tx, &parts, &decided, approve, now).await?;
                note_it(tx, &parts, &decided, state, now).await
            })
        })
        .await
}

fn refuse(claim: Claim) -> Option<Claim> {
    let Stage::ManualReview(waiting) = claim.stage.clone() else { return None };
    Some(claim.at(waiting.refuse()))
}

/// The identity counts as confirmed from now on; a number bound elsewhere is freed, so that the
/// face match that follows binds it to this account.
async fn confirm(
    tx: &mut Tx,
    app: &App,
    claim: Claim,
    now: Timestamp,
) -> Result<Claim, ReviewError> {
    let (Stage::ManualReview(waiting), Some(account)) =
        (claim.stage.clone(), claim.account.clone())
    else {
        return Err(ReviewError::Unknown(claim.reference.as_str().to_owned()));
    };
    if waiting.reason == ReviewReason::BoundElsewhere {
        free(tx, app, &waiting.identity).await?;
    }
    let named = waiting.confirm(now);
    if let Effect::KeepName(body, until) = keep_name(app, &account, &named.identity)? {
        names::save(tx, &account, &body, until).await?;
    }
    let expires_at = now + minutes(app.config.limits.claim_min);
    Ok(Claim { expires_at, ..claim.at(named) })
}

async fn free(tx: &mut Tx, app: &App, identity: &Identity) -> Result<(), ReviewError> {
    let indexes = app.vault.indexes(Purpose::IdNumber, identity.id_number.as_str());
    if let Some(citizen) = citizens::by_id_number(tx, &indexes).await? {
        accounts::unbind(tx, &citizen).await?;
    }
    Ok(())
}

/// Tells the citizen, who may not be looking at a page.
async fn tell(
    tx: &mut Tx,
    app: &App,
    claim: &Claim,
    approve: bool,
    now: Timestamp,
) -> Result<(), ReviewError> {
    let Some(account) = &claim.account else { return Ok(()) };
    let Some(row) = accounts::find(tx, account).await? else { return Ok(()) };
    let to = mobile(app, &row)?;
    let text = if approve { sms_text::review_approved() } else { sms_text::review_refused() };
    let id = MessageId::from_random(app.random());
    let message = NewMessage { id: &id, purpose: "notice", to: &to, text: &text, expires_at: None };
    outbox::queue(tx, &app.vault, message, now);
    Ok(())
}

async fn note_it(
    tx: &mut Tx,
    app: &App,
    claim: &Claim,
    state: &'static str,
    now: Timestamp,
) -> Result<(), ReviewError> {
    let event = Event::of("review.decided", None).with(serde_json::json!({ "decision": state }));
    let line = audit::AuditEvent {
        at: now,
        event: event.name,
        reference: &claim.reference,
        body: event.particulars,
    };
    Ok(audit::append(tx, &app.vault, None, &[line]).await?)
}

/// Makes a counter code for a person; the person's earlier one is void from then on.
///
/// # Errors
/// [`Fault`].
pub async fn issue_counter_code(
    app: &App,
    id: &IdNumber,
    now: Timestamp,
) -> Result<(Secret, Timestamp), Fault> {
    let digits: String =
        (0..DIGITS).map(|_| char::from_digit(app.entropy.below(10), 10).unwrap_or('0')).collect();
    let expires_at = now + hours(app.config.limits.counter_code_h);
    let row = CardId::from_random(app.random()).as_str().to_owned();
    let index = app.vault.index(Purpose::IdNumber, id.as_str());
    let digest = digest(app, id, &digits);
    let (parts, reference) = (app.clone(), app.reference());
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                counter_codes::insert(tx, &row, &index, &digest, expires_at).await?;
                let event = "counter_code.issued";
                let body = serde_json::Value::Null;
                let line = audit::AuditEvent { at: now, event, reference: &reference, body };
                Ok(audit::append(tx, &parts.vault, None, &[line]).await?)
            })
        })
        .await?;
    Ok((Secret::new(digits), expires_at))
}
