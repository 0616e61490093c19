//! The pages: one struct each, rendered by the template of the same name under `templates/`.
//!
//! A page holds plain text that is already masked, and small enums for what it may say. It
//! decides nothing: handlers fill it, the template shows it. Pages have no `Debug`: what they hold
//! is personal.

pub mod authorize;
pub mod claim;
pub mod demo;
pub mod device;
pub mod ends;
pub mod face;
pub mod grants;
pub mod holder;
pub mod landing;
pub mod logout;
pub mod loss;
pub mod messages;
pub mod partner;
pub mod problem;
pub mod qr;
pub mod records;
pub mod trouble;

#[cfg(test)]
mod catalogue_tests;
#[cfg(test)]
mod render_tests;
#[cfg(test)]
mod samples;

pub use problem::{FieldProblem, Problem};
