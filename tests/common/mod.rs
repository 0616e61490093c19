//! What all tests from outside share.

pub(crate) mod db;
pub(crate) mod needs;
pub(crate) mod postgres;
#[macro_use]
pub(crate) mod suite;
