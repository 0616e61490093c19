//! Stand-ins for the outside world: every branch of the service can be shown, demonstrated and
//! tested without a provider. Nothing here is a safeguard, and nothing here exists in production.

mod canvas;
pub mod demo_people;
mod expression;
pub mod face;
mod look;
pub mod magic;
pub mod phone;
pub mod picture;
#[cfg(test)]
mod picture_tests;
pub mod portrait;
#[cfg(test)]
mod portrait_tests;
mod workshop;
