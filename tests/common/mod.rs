//! What all tests from outside share.

#[macro_use]
pub(crate) mod suite;
pub(crate) mod db;
pub(crate) mod forger;
pub(crate) mod house;
pub(crate) mod needs;
pub(crate) mod postgres;
pub(crate) mod runtimes;
