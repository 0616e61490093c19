//! What others see of a card: token, keys, status, `POST /verify`.

mod authentication;
mod batch;
mod boards;
mod clients;
mod codes;
mod counted;
mod following;
pub(crate) mod kit;
mod mistakes;
mod published;
mod published_keys;
mod publishing;
mod token;
mod verify;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    authentication::register(suite);
    batch::register(suite);
    codes::register(suite);
    counted::register(suite);
    following::register(suite);
    published::register(suite);
    published_keys::register(suite);
    publishing::register(suite);
    token::register(suite);
    mistakes::register(suite);
    verify::register(suite);
}
