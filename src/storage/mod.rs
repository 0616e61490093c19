//! The only place with SQL: [`db`] (the two databases behind one text) and one file an aggregate.
//!
//! Rules that every statement keeps, so that one text serves SQLite and PostgreSQL:
//! * columns are `TEXT` or `BIGINT` only; times are epoch seconds, hashes are base64url;
//! * placeholders are `$1`; a statement stands in a `const` and in its file's `STATEMENTS`;
//! * single use is a guarded `UPDATE … WHERE <still unused> RETURNING …`, never check-then-write;
//! * a value that may already be there is met with `ON CONFLICT`, not by catching
//!   [`error::DbError::Unique`]: after a failed statement the unit of work must end.

pub mod audit;
pub mod db;
pub mod error;
pub mod limits;
mod migrate;
pub mod outbox;
pub mod rekey;
mod tx;
pub mod vault;
mod writer;

pub use db::Db;
pub use error::DbError;
pub use tx::{Held, Tx};
pub(crate) use tx::{execute, run};

/// Every statement of this module, so that a test prepares each one on both databases.
pub fn all_statements() -> Vec<&'static str> {
    [
        audit::statements(),
        limits::STATEMENTS.to_vec(),
        outbox::statements(),
        rekey::statements(),
        vault::citizen::STATEMENTS.to_vec(),
    ]
    .concat()
}
