//! Whether a token or a line was ever issued: neither is stored, but the audit trail keeps the names
//! of both, sealed for the citizen.

use crate::app::App;
use crate::domain::ids::CitizenId;
use crate::storage::audit::{self, AuditRecord};
use crate::storage::{DbError, Tx};

/// Events read in one trip.
const PAGE: i64 = 500;
/// Trips, at most: more than one person leaves behind while any token lives.
const MOST_PAGES: usize = 40;

/// What is looked for in the trail.
#[derive(Clone, Copy, Debug)]
pub(super) enum Issued<'a> {
    /// An access token, by its `jti`.
    Token(&'a str),
    /// A line of a grant.
    Line {
        /// The grant's identifier.
        grant: &'a str,
        /// The line's.
        line: &'a str,
    },
}

impl Issued<'_> {
    fn is_told_by(&self, record: &AuditRecord) -> bool {
        // What an operator typed before is in the trail as well, and proves nothing.
        if record.event.ends_with(".revoked") {
            return false;
        }
        let text = |name: &str| record.body.as_ref().and_then(|body| body.get(name)?.as_str());
        match self {
            Self::Token(jti) => text("jti") == Some(jti),
            Self::Line { grant, line } => {
                text("line") == Some(line) && text("grant") == Some(grant)
            }
        }
    }
}

/// Whether the trail of a citizen tells of it.
///
/// # Errors
/// [`DbError`].
pub(super) async fn was_issued(
    tx: &mut Tx,
    app: &App,
    citizen: &CitizenId,
    sought: Issued<'_>,
) -> Result<bool, DbError> {
    let mut before = None;
    for _ in 0..MOST_PAGES {
        let records = audit::of_citizen(tx, &app.vault, citizen, before, PAGE).await?;
        if records.iter().any(|record| sought.is_told_by(record)) {
            return Ok(true);
        }
        let Some(last) = records.last() else { break };
        before = Some(last.seq);
    }
    Ok(false)
}
