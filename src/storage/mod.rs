//! The only place with SQL: [`db`] (the two databases behind one text) and one file an aggregate.
//!
//! Rules that every statement keeps, so that one text serves SQLite and PostgreSQL:
//! * columns are `TEXT` or `BIGINT` only; times are epoch seconds, hashes are base64url;
//! * placeholders are `$1`; a statement stands in a `const` and in its file's `STATEMENTS`;
//! * single use is a guarded `UPDATE … WHERE <still unused> RETURNING …`, never check-then-write;
//! * a value that may already be there is met with `ON CONFLICT`, not by catching
//!   [`error::DbError::Unique`]: after a failed statement the unit of work must end.

pub mod accounts;
pub mod audit;
pub mod auth_codes;
pub mod authorizations;
pub mod cards;
pub mod changes;
pub mod citizens;
pub mod claims;
pub mod client_sessions;
pub mod clients;
pub mod codes;
pub mod consents;
pub mod counter_codes;
pub mod db;
pub mod device_codes;
pub mod error;
pub mod grant_search;
pub mod grants;
pub mod ground;
mod lanes;
mod later;
pub mod limits;
mod listen;
pub mod logout_notices;
pub mod loss_reports;
mod migrate;
pub mod names;
pub mod offline_tickets;
pub mod online_codes;
mod open;
pub mod outbox;
pub mod people;
pub mod people_rekey;
pub mod pushed;
pub mod refresh;
pub mod registration_tokens;
pub mod registrations;
pub mod rekey;
pub mod reviews;
pub mod service;
pub mod sessions;
pub mod shown_codes;
pub mod standing;
pub mod status;
pub mod status_publications;
mod tx;
pub mod used_jtis;
pub mod vault;
mod writer;

pub use db::Db;
pub use error::DbError;
pub use later::{Later, Value};
pub use listen::Listener;
pub use tx::{Held, Tx};
pub(crate) use tx::{execute, run};

/// Every statement of this module, so that a test prepares each one on both databases.
pub fn all_statements() -> Vec<&'static str> {
    [
        accounts::STATEMENTS.to_vec(),
        audit::statements(),
        auth_codes::STATEMENTS.to_vec(),
        authorizations::STATEMENTS.to_vec(),
        cards::STATEMENTS.to_vec(),
        changes::STATEMENTS.to_vec(),
        citizens::STATEMENTS.to_vec(),
        claims::STATEMENTS.to_vec(),
        client_sessions::STATEMENTS.to_vec(),
        clients::STATEMENTS.to_vec(),
        codes::STATEMENTS.to_vec(),
        consents::STATEMENTS.to_vec(),
        counter_codes::STATEMENTS.to_vec(),
        device_codes::STATEMENTS.to_vec(),
        grant_search::STATEMENTS.to_vec(),
        grants::STATEMENTS.to_vec(),
        ground::STATEMENTS.to_vec(),
        lanes::STATEMENTS.to_vec(),
        logout_notices::STATEMENTS.to_vec(),
        loss_reports::STATEMENTS.to_vec(),
        names::STATEMENTS.to_vec(),
        offline_tickets::STATEMENTS.to_vec(),
        online_codes::STATEMENTS.to_vec(),
        people::STATEMENTS.to_vec(),
        people_rekey::STATEMENTS.to_vec(),
        pushed::STATEMENTS.to_vec(),
        refresh::STATEMENTS.to_vec(),
        registration_tokens::STATEMENTS.to_vec(),
        registrations::STATEMENTS.to_vec(),
        reviews::STATEMENTS.to_vec(),
        service::STATEMENTS.to_vec(),
        sessions::STATEMENTS.to_vec(),
        shown_codes::STATEMENTS.to_vec(),
        standing::STATEMENTS.to_vec(),
        status::statements(),
        status_publications::STATEMENTS.to_vec(),
        limits::STATEMENTS.to_vec(),
        outbox::statements(),
        used_jtis::STATEMENTS.to_vec(),
        rekey::statements(),
        vault::citizen::STATEMENTS.to_vec(),
    ]
    .concat()
}
