//! What the token endpoint hands out for what a citizen allowed, and what becomes of it.

mod codes;
mod devices;
mod kit;
mod own;
mod refreshing;
mod taken_back;
mod told;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    codes::register(suite);
    devices::register(suite);
    own::register(suite);
    refreshing::register(suite);
    taken_back::register(suite);
    told::register(suite);
}
