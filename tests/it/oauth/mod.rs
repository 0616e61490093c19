//! The authorization server from a partner's side: the faults others make, row by row, and what
//! the OpenID Foundation's conformance suite looks at beside them.

mod attacks;
mod conformance;
mod ends;
mod kit;
mod mtls;
mod operators;
mod rows;
mod step_up;
mod table;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    rows::register(suite);
    conformance::register(suite);
    step_up::register(suite);
    attacks::register(suite);
    operators::register(suite);
    mtls::register(suite);
    ends::register(suite);
    table::register(suite);
}
