//! What a relying service embeds: is this card token good, for me, now?
//!
//! Two steps, and no way around the second:
//!
//! 1. [`verify_card_token`] checks the token itself against the issuer's [`TrustedKeys`];
//! 2. [`check_status`] looks the token up in a [`StatusList`] (read by [`verify_status_list`]) and
//!    gives the [`Verdict`]. Without a list the verdict is [`Verdict::Unknown`], never valid.
//!
//! Nothing here opens a connection or reads a clock: the caller fetches keys and lists, and says
//! what time it is. A valid verdict says that a card is good, **not** that the person showing it
//! is its holder: unless it is bound and what it is bound to was proven, the token is a bearer
//! token ([`VerifiedToken::is_bearer`]), and the person is compared with a document or asked for the PIN.
//!
//! ```
//! use ecard::domain::time::Timestamp;
//! use ecard::verifier::{
//!     Expectation, TrustedKeys, UnknownReason, Verdict, check_status, verify_card_token,
//! };
//!
//! # fn look(token: &str, jwks: &[u8], now: Timestamp) -> Result<Verdict, Box<dyn std::error::Error>> {
//! let keys = TrustedKeys::from_jwks(jwks)?;
//! let expect = Expectation {
//!     issuer: "https://ecard.example",
//!     audiences: &["https://ecard.example/verify"],
//! };
//! let token = verify_card_token(token, &keys, &expect, now)?;
//! // No list could be had: say so, and decide by your own rules.
//! Ok(check_status(&token, Err(UnknownReason::ListUnavailable), now))
//! # }
//! ```

mod card_token;
mod jws;
mod keys;
mod list_codec;
pub mod offline;
mod reason;
mod status_list;
mod verdict;

#[cfg(test)]
mod tests;

pub use card_token::{Card, Expectation, VerifiedToken, verify_card_token};
pub use jws::MAX_TOKEN_BYTES;
pub use keys::{KeySetError, TrustedKeys};
pub use list_codec::{ListCodecError, MAX_LIST_BYTES, decode_list};
pub use reason::{ListProblem, Reason, UnknownReason};
pub use status_list::{ListExpectation, StatusList, verify_status_list};
pub use verdict::{Verdict, check_status};

use std::time::Duration;

/// How far the issuer's clock may be ahead of ours. It excuses a beginning that lies in the
/// future, never an end that has passed.
pub const CLOCK_TOLERANCE: Duration = Duration::from_secs(30);
