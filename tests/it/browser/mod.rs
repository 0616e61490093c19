//! What people do, in a real browser on a phone: Chromium, found in `PATH`.

mod claims;
mod driver;
mod pages;
mod partner;
pub(crate) mod phone;
mod plug;
mod showing;
pub(crate) mod site;
pub(crate) mod walk;

pub(crate) use driver::stop;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    claims::register(suite);
    pages::register(suite);
    partner::register(suite);
    showing::register(suite);
}
