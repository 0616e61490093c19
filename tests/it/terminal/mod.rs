//! `ecard terminal`: what a cashier sees with the network cable in, out, and in again.

mod cable;
mod counter;
mod kit;
mod restart;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    cable::register(suite);
    counter::register(suite);
    restart::register(suite);
}
