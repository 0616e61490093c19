//! Stand-ins for the outside world: every branch of the service can be shown, demonstrated and
//! tested without a provider. Nothing here is a safeguard, and nothing here exists in production.

mod canvas;
mod features;
mod look;
pub mod picture;
pub mod portrait;
mod workshop;
#[cfg(test)]
mod portrait_tests;
