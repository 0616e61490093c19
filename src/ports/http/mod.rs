//! Adapters that ask real providers by JSON over HTTP. `docs/providers.md` is their contract.

pub mod breaker;
pub mod client;
pub mod face;
pub mod issuer;
pub mod outbound;
pub mod outcome;
pub mod registry;
pub mod relying;
pub mod retry;
pub mod setup;
pub mod sms;
#[cfg(test)]
mod stand_in;
#[cfg(test)]
mod tests;
