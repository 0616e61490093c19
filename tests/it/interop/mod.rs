//! Partner apps on libraries that know nothing of this service, in a real browser: what they can
//! do with it is what a partner can do. The programs are in `tests/interop`.

mod callback;
mod citizen;
mod errand;
mod partners;
mod program;
mod relying;
mod report;
mod rust;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    partners::register(suite);
    relying::register(suite);
    rust::register(suite);
}
