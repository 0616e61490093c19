//! What a holder does with a card: reports it lost, shows it, reads who looked at it.

mod loss;
mod records;
mod showing;
mod tickets;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    loss::register(suite);
    records::register(suite);
    showing::register(suite);
    tickets::register(suite);
}
