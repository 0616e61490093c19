//! The claim, walked from outside: every step rightly and wrongly.

mod cases;
mod codes;
mod counter;
mod expiry;
mod face;
mod fields;
mod guard;
mod last_step;
mod limits;
mod outages;
mod privacy;
mod records;
mod registering;
mod review;
mod stale;
mod web;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    limits::register(suite);
    codes::register(suite);
    outages::register(suite);
    cases::register(suite);
    face::register(suite);
    counter::register(suite);
    review::register(suite);
    records::register(suite);
    privacy::register(suite);
    registering::register(suite);
    web::register(suite);
    expiry::register(suite);
    fields::register(suite);
    guard::register(suite);
    last_step::register(suite);
    stale::register(suite);
}
