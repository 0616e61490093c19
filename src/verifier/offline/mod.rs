//! The offline code: a QR code that a terminal without network can judge.
//!
//! `EC1:` and, in base45 (RFC 9285), a [`Presentation`] signed by the phone around a [`Ticket`]
//! signed by the issuer. Both are COSE_Sign1 (RFC 9052) with ES256. An online code is 24 digits
//! ([`is_online_code`]); nothing else is a code.

mod base45;
mod cose;
mod presentation;
mod ticket;

#[cfg(test)]
mod tests;

pub use presentation::{MAX_CODE_TEXT, OFFLINE_PREFIX, Presentation};
pub use ticket::{TICKET_LIFETIME, Ticket};

use super::CLOCK_TOLERANCE;
use super::keys::TrustedKeys;
use super::reason::Reason;
use crate::domain::function::CardFunction;
use crate::domain::status::StatusReference;
use crate::domain::time::Timestamp;
use presentation::SignedPresentation;
use std::fmt;
use std::time::Duration;

/// How long a code is shown before the phone draws another.
pub const CODE_LIFETIME: Duration = Duration::from_secs(60);

/// An online code has this many digits.
const ONLINE_DIGITS: usize = 24;

/// Whether a text is an online code: exactly 24 digits. Only the issuer can tell whether it is
/// good.
pub fn is_online_code(text: &str) -> bool {
    text.len() == ONLINE_DIGITS && text.bytes().all(|b| b.is_ascii_digit())
}

/// A code whose signatures and times are good. **Its status is not known yet**, nor whether it was
/// shown before: see [`super::Verifier`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OfflineCode {
    /// When the ticket in it ends.
    pub expires_at: Timestamp,
    /// When it was shown, by the phone's clock.
    pub shown_at: Timestamp,
    /// What the card may be used for.
    pub functions: Vec<CardFunction>,
    /// Where its status is found.
    pub status: StatusReference,
    /// The masked name, to be compared with a document.
    pub name_masked: Option<String>,
    card_ref: [u8; 16],
    nonce: [u8; 8],
}

impl OfflineCode {
    /// Refuses a use the card does not permit.
    ///
    /// # Errors
    /// [`Reason::FunctionRefused`].
    pub fn require(&self, function: CardFunction) -> Result<(), Reason> {
        if self.functions.contains(&function) { Ok(()) } else { Err(Reason::FunctionRefused) }
    }

    /// What the issuer calls the ticket.
    pub fn card_ref(&self) -> &[u8; 16] {
        &self.card_ref
    }

    /// What makes this code itself: ticket, time and nonce. Signatures have no part in it, for
    /// anybody can write an ECDSA signature in a second way.
    pub fn identity(&self) -> [u8; 32] {
        let seconds = self.shown_at.epoch_seconds().to_be_bytes();
        let mut whole = [0; 32];
        let parts = self.card_ref.iter().chain(&seconds).chain(&self.nonce);
        for (to, from) in whole.iter_mut().zip(parts) {
            *to = *from;
        }
        whole
    }
}

impl fmt::Debug for OfflineCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OfflineCode(…)")
    }
}

/// Checks an offline code against the trusted keys of `issuer`, without its status.
///
/// # Errors
/// The first [`Reason`] found, in the order: form, key, the issuer's signature, the ticket's end,
/// the device's signature, the time it was shown (at most 60 s and the clocks' tolerance from
/// `now`, either way).
pub fn open_presentation(
    text: &str,
    keys: &TrustedKeys,
    issuer: &str,
    now: Timestamp,
) -> Result<OfflineCode, Reason> {
    let presentation = SignedPresentation::read(text).ok_or(Reason::Malformed)?;
    let signed = presentation.ticket().ok_or(Reason::Malformed)?;
    let key = keys.get(signed.kid).ok_or(Reason::UnknownKey)?;
    if !signed.signed_by(key) {
        return Err(Reason::Signature);
    }
    let ticket = signed.ticket;
    if now >= ticket.expires_at {
        return Err(Reason::Expired);
    }
    if ticket.expires_at > now + TICKET_LIFETIME + CLOCK_TOLERANCE {
        return Err(Reason::NotYetValid);
    }
    if !presentation.signed_by(&ticket.device) {
        return Err(Reason::Signature);
    }
    let content = presentation.content;
    check_shown(content.shown_at, now)?;
    let uri = format!("{issuer}/status/{}", ticket.list);
    Ok(OfflineCode {
        expires_at: ticket.expires_at,
        shown_at: content.shown_at,
        functions: ticket.functions,
        status: StatusReference { idx: ticket.index, uri },
        name_masked: ticket.name_masked,
        card_ref: ticket.card_ref,
        nonce: content.nonce,
    })
}

fn check_shown(shown_at: Timestamp, now: Timestamp) -> Result<(), Reason> {
    let most = CODE_LIFETIME.saturating_add(CLOCK_TOLERANCE).as_secs();
    if now.seconds_since(shown_at) > most {
        return Err(Reason::Expired);
    }
    if shown_at.seconds_since(now) > most { Err(Reason::NotYetValid) } else { Ok(()) }
}
