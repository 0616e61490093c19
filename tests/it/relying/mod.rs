//! What others see of a card: token, keys, status, `POST /verify`.

mod published;
mod token;
mod verify;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    published::register(suite);
    token::register(suite);
    verify::register(suite);
}
