//! What an authorization must know of whoever is logged in, in one look-up: the card, and what was
//! allowed this client before.

use super::grants::GrantRow;
use super::status::StatusPlace;
use super::{DbError, Tx, run};
use crate::domain::ecard::ECardState;
use crate::domain::field::FieldSet;
use crate::domain::grant::Allowed;
use crate::domain::ids::{AccountId, CardId, CitizenId, GrantId};
use crate::domain::scope::ScopeSet;
use crate::domain::time::Timestamp;

const STANDING: &str = "SELECT k.id, k.citizen, k.state, g.id, g.card, g.scope, g.fields, g.list,
        g.idx, g.created_at, g.expires_at, g.last_used_at, g.changed_at
    FROM accounts a JOIN cards k ON k.citizen = a.citizen
        AND k.state IN ('active', 'suspended', 'lost', 'minor_deactivated')
    LEFT JOIN grants g ON g.client = $2 AND g.citizen = k.citizen AND g.state = 'live'
        AND g.card = k.id AND g.expires_at > $3
    WHERE a.id = $1";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[STANDING];

/// A citizen with a live card, as a client meets them.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The card.
    pub card: CardId,
    /// The citizen.
    pub citizen: CitizenId,
    /// Where the card stands.
    pub state: ECardState,
    /// What was allowed before and still holds.
    pub grant: Option<GrantRow>,
    /// When the citizen last allowed something of it.
    pub allowed_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Found(
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
);

impl Found {
    fn grant(&self, client: &str) -> Option<GrantRow> {
        let at = Timestamp::from_epoch_seconds;
        Some(GrantRow {
            id: GrantId::from_stored(self.3.clone()?),
            client: client.to_owned(),
            citizen: CitizenId::from_stored(self.1.clone()),
            card: CardId::from_stored(self.4.clone()?),
            allowed: Allowed {
                scope: ScopeSet::from(self.5.clone()?),
                fields: FieldSet::from(self.6.clone()?),
            },
            is_live: true,
            place: StatusPlace { list: self.7?, index: self.8? },
            created_at: at(self.9?),
            expires_at: at(self.10?),
            ended_at: None,
            last_used_at: self.11.map(at),
        })
    }
}

/// How the citizen of an account stands towards a client; none without a live card.
///
/// # Errors
/// [`DbError`].
pub async fn find(
    tx: &mut Tx,
    account: &AccountId,
    client: &str,
    now: Timestamp,
) -> Result<Option<Standing>, DbError> {
    let found = run!(
        tx,
        fetch_optional,
        sqlx::query_as::<_, Found>(STANDING)
            .bind(account.as_str())
            .bind(client)
            .bind(now.epoch_seconds())
    )?;
    let Some(found) = found else { return Ok(None) };
    let state = ECardState::parse(&found.2)
        .ok_or_else(|| DbError::other("cards.state holds no known state"))?;
    Ok(Some(Standing {
        grant: found.grant(client),
        allowed_at: found.12.map(Timestamp::from_epoch_seconds),
        card: CardId::from_stored(found.0),
        citizen: CitizenId::from_stored(found.1),
        state,
    }))
}
