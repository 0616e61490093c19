//! Grants, lines and tokens that ended, followed into memory: whether an access token is dead is
//! told without a trip to the database. Clients that changed are followed too, so that what is
//! kept of them elsewhere can be seen to be stale.

use crate::domain::time::Timestamp;
use crate::storage::changes::{self, Change, ChangeRow};
use crate::storage::{Db, DbError};
use crate::token::access::{ACCESS_TOKEN_LIFETIME, TokenName};
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::Mutex;

/// How long an entry can still concern a token: twice the life of an access token, so that clocks
/// of two instances may differ.
pub const REMEMBERED: Duration = Duration::from_secs(2 * ACCESS_TOKEN_LIFETIME.as_secs());

/// What ended lately, and how often which client changed.
#[derive(Debug, Default)]
pub struct Revocations {
    seen: RwLock<Seen>,
    /// The number of the last line taken in; none before [`Revocations::begin`].
    cursor: Mutex<Option<i64>>,
}

#[derive(Debug, Default)]
struct Seen {
    ended: HashMap<String, Timestamp>,
    clients: HashMap<String, u64>,
    /// Raised when lines were missed: every client may have changed.
    epoch: u64,
    pruned_at: Option<Timestamp>,
}

impl Revocations {
    /// Whether a token has ended before its time: by itself, with its line, or with its grant.
    pub fn is_dead(&self, name: &TokenName<'_>) -> bool {
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        let ended = |subject: &str| !subject.is_empty() && seen.ended.contains_key(subject);
        ended(name.grant) || ended(name.line) || ended(name.jti)
    }

    /// Which state of a client is the newest: whoever keeps something of a client notes this
    /// *before* it reads, and reads again when it has changed.
    pub fn client_version(&self, client: &str) -> (u64, u64) {
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        (seen.epoch, seen.clients.get(client).copied().unwrap_or(0))
    }

    /// Takes in what the last minutes say, and follows from there. Done once, before anything is
    /// served.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn begin(&self, db: &Db, now: Timestamp) -> Result<(), DbError> {
        let mut cursor = self.cursor.lock().await;
        let since = now - REMEMBERED;
        let (latest, rows) = db
            .read::<_, DbError, _>(move |tx| {
                Box::pin(async move {
                    Ok((changes::latest(tx).await?, changes::since(tx, since).await?))
                })
            })
            .await?;
        self.take_in(rows);
        *cursor = Some(latest);
        Ok(())
    }

    /// Reads the log on from where it was left. Whoever ended something calls this after its
    /// commit; when it returns, what that commit said is known here. A database that does not
    /// answer loses nothing: the next call begins at the same place.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn follow(&self, db: &Db) -> Result<(), DbError> {
        let mut cursor = self.cursor.lock().await;
        loop {
            let seq = cursor.unwrap_or(0);
            let rows = db
                .look::<_, DbError, _>(move |tx| {
                    Box::pin(async move { changes::follow(tx, seq).await })
                })
                .await?;
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(()) };
            // The log has no gaps. One is what the sweep took while this instance was cut off:
            // too old for any token, but clients may have changed in it.
            let missed = first.seq != seq.saturating_add(1);
            let reached = last.seq;
            self.take_in(rows);
            if missed {
                self.seen.write().unwrap_or_else(PoisonError::into_inner).epoch += 1;
            }
            *cursor = Some(reached);
        }
    }

    fn take_in(&self, rows: Vec<ChangeRow>) {
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        for row in rows {
            match row.kind {
                Some(Change::Client) => *seen.clients.entry(row.subject).or_default() += 1,
                Some(Change::Grant | Change::Line | Change::Token) => {
                    seen.ended.insert(row.subject, row.at);
                }
                None => {}
            }
        }
    }

    /// Forgets what no token can concern any more; at most once a minute.
    pub fn prune(&self, now: Timestamp) {
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        if seen.pruned_at.is_some_and(|at| now.seconds_since(at) < 60) {
            return;
        }
        seen.pruned_at = Some(now);
        seen.ended.retain(|_, at| now < *at + REMEMBERED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);

    fn row(seq: i64, kind: Change, subject: &str) -> ChangeRow {
        ChangeRow { seq, kind: Some(kind), subject: subject.to_owned(), at: NOW }
    }

    fn dead(seen: &Revocations, jti: &str) -> bool {
        seen.is_dead(&TokenName::parse(jti).unwrap())
    }

    #[test]
    fn a_token_ends_with_its_grant_its_line_or_alone() {
        let seen = Revocations::default();
        seen.take_in(vec![
            row(1, Change::Grant, "g1"),
            row(2, Change::Line, "l2"),
            row(3, Change::Token, "g3.l3.a"),
        ]);
        assert!(dead(&seen, "g1.l1.a") && dead(&seen, "g2.l2.a") && dead(&seen, "g3.l3.a"));
        assert!(!dead(&seen, "g3.l3.b") && !dead(&seen, "g4.l4.a"));
        assert!(!dead(&seen, "..a"));
    }

    #[test]
    fn an_entry_is_kept_as_long_as_a_token_lives() {
        let seen = Revocations::default();
        seen.take_in(vec![row(1, Change::Grant, "g")]);
        seen.prune(NOW + ACCESS_TOKEN_LIFETIME);
        assert!(dead(&seen, "g.l.a"));
        seen.prune(NOW + REMEMBERED);
        assert!(!dead(&seen, "g.l.a"));
    }

    #[test]
    fn a_changed_client_has_another_version() {
        let seen = Revocations::default();
        let before = seen.client_version("c");
        seen.take_in(vec![row(1, Change::Client, "c")]);
        assert_ne!(seen.client_version("c"), before);
        assert_eq!(seen.client_version("d"), before);
    }
}
