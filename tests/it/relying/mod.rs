//! What others see of a card: token, keys, status, `POST /verify`.

mod authentication;
mod boards;
mod clients;
mod counted;
mod following;
mod published;
mod published_keys;
mod publishing;
mod token;
mod verify;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    authentication::register(suite);
    counted::register(suite);
    following::register(suite);
    published::register(suite);
    published_keys::register(suite);
    publishing::register(suite);
    token::register(suite);
    verify::register(suite);
}
