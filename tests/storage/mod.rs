//! Storage keeps its promises, the same ones on SQLite and on PostgreSQL.

mod statements;
mod work;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    statements::register(suite);
    work::register(suite);
}
