//! What a relying service embeds: is this card token or this code good, for this, now?
//!
//! A [`Verifier`] is told the issuer once and shared by all threads. It opens no connection and
//! reads no clock: the program around it fetches what it is asked to fetch, and says what time it
//! is. This is all of it:
//!
//! ```
//! use ecard::domain::function::CardFunction;
//! use ecard::domain::time::Timestamp;
//! use ecard::verifier::{Fetched, Outcome, Settings, Verifier, Wanted};
//!
//! # fn get(wanted: &Wanted) -> Option<Fetched> { None }
//! # let (scanned, now) = ("EC1:…", Timestamp::from_epoch_seconds(1_800_000_000));
//! let verifier = Verifier::new(Settings::new("https://ecard.example"));
//! // `get` is a GET by the HTTP client you have: no redirects, 304 and `max-age` passed on.
//! match verifier.verify(scanned, Some(CardFunction::MedicalSettle), now, get) {
//!     Outcome::Valid { shown, .. } => { /* the card is good; now compare photo or PIN */ }
//!     Outcome::Invalid(reason) => { /* refuse; `reason.code()` is the word for a log */ }
//!     Outcome::Unknown { reason, .. } => { /* not good unless your own rules say so */ }
//! }
//! ```
//!
//! An asynchronous program calls [`Verifier::step`] and [`Verifier::take`] in turn; a terminal
//! fetches [`Verifier::due`] in the background and answers by [`Verifier::judge`], which never asks
//! for anything. The rules it keeps, so that no program has to:
//!
//! - keys and lists are used while fresh (`max-age`, `ttl`), asked for with their `ETag`, bounded
//!   in number, bytes and age; an unknown `kid` asks for the keys at most once a minute;
//! - a list's address comes from the token and is asked only under the configured prefix; an older
//!   list never replaces a newer one;
//! - without a status younger than `max_status_age` the answer is [`Outcome::Unknown`];
//! - a code is good once; when there is no room to remember it, it is refused.
//!
//! A valid outcome says that a card is good, **not** that the person showing it is its holder: a
//! card token is a bearer token unless what it is bound to was proven
//! ([`VerifiedToken::is_bearer`]), and a code shows that the holder's device is there. Compare the
//! person with the photo, or ask for the PIN. Never log what was scanned: log `reason.code()`.
//!
//! Underneath are plain functions, for who keeps keys and lists in another way:
//! [`verify_card_token`] and [`offline::open_presentation`] check what was shown against
//! [`TrustedKeys`]; [`verify_status_list`] reads a [`StatusList`]; [`check_status`] puts both
//! together, and without a list the verdict is [`Verdict::Unknown`], never valid.

mod cache;
mod card_token;
mod engine;
mod fetched;
mod jws;
mod keys;
mod list_codec;
pub mod offline;
mod outcome;
mod reason;
mod settings;
mod status_list;
mod verdict;

#[cfg(test)]
mod tests;

pub use card_token::{Card, Expectation, VerifiedToken, verify_card_token};
pub use engine::Verifier;
pub use fetched::{Fetched, NotTaken, Wanted, WantedKind};
pub use jws::MAX_TOKEN_BYTES;
pub use keys::{KeySetError, TrustedKeys};
pub use list_codec::{ListCodecError, MAX_LIST_BYTES, decode_list};
pub use outcome::{Outcome, Shown, Step};
pub use reason::{ListProblem, Reason, UnknownReason};
pub use settings::Settings;
pub use status_list::{ListExpectation, StatusList, verify_status_list};
pub use verdict::{Verdict, check_status};

use std::time::Duration;

/// How far the issuer's clock may be ahead of ours. It excuses a beginning that lies in the
/// future, never an end that has passed.
pub const CLOCK_TOLERANCE: Duration = Duration::from_secs(30);
