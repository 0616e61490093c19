//! An authorization code with the grant and the card it stands on, in one look-up: the token
//! endpoint reads nothing else before it consumes.

use super::auth_codes::CodeRow;
use super::cards::CardRow;
use super::grants::GrantRow;
use super::status::StatusPlace;
use super::{DbError, Tx, run};
use crate::domain::ecard::ECardState;
use crate::domain::field::FieldSet;
use crate::domain::grant::{Allowed, GrantState};
use crate::domain::ids::{CardId, CitizenId, GrantId, LineId};
use crate::domain::scope::ScopeSet;
use crate::domain::time::Timestamp;

const OF_CODE: &str = "SELECT c.client, c.line, c.body, c.state, c.expires_at,
        g.id, g.citizen, g.scope, g.fields, g.state, g.list, g.idx, g.created_at, g.expires_at,
        g.ended_at, g.last_used_at, k.id, k.state, k.body, k.issued_at
    FROM auth_codes c JOIN grants g ON g.id = c.grant_id JOIN cards k ON k.id = g.card
    WHERE c.digest = $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[OF_CODE];

#[derive(sqlx::FromRow)]
struct Found(
    String,
    String,
    String,
    String,
    i64,
    String,
    String,
    String,
    String,
    String,
    i64,
    i64,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
    String,
    String,
    String,
    i64,
);

/// The code of that digest, in whatever state, with its grant and its card.
///
/// # Errors
/// [`DbError`].
pub async fn of_code(
    tx: &mut Tx,
    digest: &str,
) -> Result<Option<(CodeRow, GrantRow, CardRow)>, DbError> {
    let found = run!(tx, fetch_optional, sqlx::query_as::<_, Found>(OF_CODE).bind(digest))?;
    let Some(f) = found else { return Ok(None) };
    let at = Timestamp::from_epoch_seconds;
    let (grant, citizen) = (GrantId::from_stored(f.5), CitizenId::from_stored(f.6));
    let card = CardRow {
        id: CardId::from_stored(f.16),
        citizen: citizen.clone(),
        state: ECardState::parse(&f.17)
            .ok_or_else(|| DbError::other("cards.state holds no known state"))?,
        body: f.18,
        issued_at: at(f.19),
    };
    let code = CodeRow {
        digest: digest.to_owned(),
        client: f.0.clone(),
        grant: grant.clone(),
        line: LineId::from_stored(f.1),
        body: f.2,
        is_open: f.3 == "open",
        expires_at: at(f.4),
    };
    let grant = GrantRow {
        id: grant,
        client: f.0,
        citizen,
        card: card.id.clone(),
        allowed: Allowed { scope: ScopeSet::from(f.7), fields: FieldSet::from(f.8) },
        is_live: f.9 == GrantState::Live.as_str(),
        place: StatusPlace { list: f.10, index: f.11 },
        created_at: at(f.12),
        expires_at: at(f.13),
        ended_at: f.14.map(at),
        last_used_at: f.15.map(at),
    };
    Ok(Some((code, grant, card)))
}
