//! Storage keeps its promises, the same ones on SQLite and on PostgreSQL.

mod audit;
mod clients;
mod limits;
mod lines;
mod outbox;
mod rekey;
mod sealing;
mod statements;
mod work;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    audit::register(suite);
    clients::register(suite);
    limits::register(suite);
    lines::register(suite);
    outbox::register(suite);
    rekey::register(suite);
    sealing::register(suite);
    statements::register(suite);
    work::register(suite);
}
