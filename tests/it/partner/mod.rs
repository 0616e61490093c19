//! The demo's partner app, against an issuer that stands in: what it checks, and what it shows.

mod logout;
mod readme;
mod sign_in;
mod stand_in;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    sign_in::register(suite);
    logout::register(suite);
    readme::register(suite);
}
