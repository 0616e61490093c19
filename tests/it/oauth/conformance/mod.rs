//! What the modules of the OpenID Foundation's conformance suite look at beside the rows: a test
//! is named for its module.

mod config;
mod fapi;
mod fapi_binding;
mod form_post;
mod hints;
mod server;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    config::register(suite);
    server::register(suite);
    hints::register(suite);
    form_post::register(suite);
    fapi::register(suite);
    fapi_binding::register(suite);
}
