//! What others see of a card: token, keys, status, `POST /verify`.

mod authentication;
mod clients;
mod published;
mod published_keys;
mod token;
mod verify;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    authentication::register(suite);
    published::register(suite);
    published_keys::register(suite);
    token::register(suite);
    verify::register(suite);
}
