//! The claim, walked from outside: every step rightly and wrongly.

mod codes;
mod expiry;
mod fields;
mod guard;
mod last_step;
mod limits;
mod outages;
mod stale;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    limits::register(suite);
    codes::register(suite);
    outages::register(suite);
    expiry::register(suite);
    fields::register(suite);
    guard::register(suite);
    last_step::register(suite);
    stale::register(suite);
}
