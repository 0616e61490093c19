//! The authorization server from a partner's side: the faults others make, row by row, and what
//! the OpenID Foundation's conformance suite looks at beside them.

mod conformance;
mod kit;
mod rows;
mod table;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    rows::register(suite);
    conformance::register(suite);
    table::register(suite);
}
