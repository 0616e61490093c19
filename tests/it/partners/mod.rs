//! What a citizen sees of partner apps: consent, 授权管理, devices, logging out.

mod devices;
mod grants;
mod kit;
mod logout;

use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    devices::register(suite);
    grants::register(suite);
    logout::register(suite);
}
