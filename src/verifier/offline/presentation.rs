//! What the phone shows: its ticket, the time and a nonce, under the signature of its own key.

use super::cose;
use super::{base45, ticket::SignedTicket};
use crate::crypto::P256PublicKey;
use crate::domain::time::Timestamp;
use minicbor::Decoder;

/// Bound into the device's signature.
const AAD: &[u8] = b"ecard-present-1";

/// What the text of an offline code begins with.
pub const OFFLINE_PREFIX: &str = "EC1:";

/// The longest text looked at: twice what a ticket with the longest name comes to.
pub const MAX_CODE_TEXT: usize = 1200;

/// A ticket being shown. COSE_Sign1 over the CBOR array `[ticket, ts, nonce]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presentation {
    /// The ticket as the issuer gave it out.
    pub ticket: Vec<u8>,
    /// When it is shown, by the phone's clock.
    pub shown_at: Timestamp,
    /// Random: no two codes are alike.
    pub nonce: [u8; 8],
}

impl Presentation {
    /// What the device's key signs.
    pub fn to_be_signed(&self) -> Vec<u8> {
        cose::to_be_signed(None, AAD, &self.payload())
    }

    /// The text of the QR code, with the device's signature (`r ‖ s`).
    pub fn assemble(&self, signature: &[u8; 64]) -> String {
        let message = cose::assemble(None, &self.payload(), signature);
        format!("{OFFLINE_PREFIX}{}", base45::encode(&message))
    }

    fn payload(&self) -> Vec<u8> {
        cose::written(|e| {
            e.array(3)?.bytes(&self.ticket)?.i64(self.shown_at.epoch_seconds())?;
            e.bytes(&self.nonce)?;
            Ok(())
        })
    }
}

/// A presentation taken out of its text. Nothing is verified.
pub(super) struct SignedPresentation {
    pub(super) content: Presentation,
    signature: [u8; 64],
}

impl SignedPresentation {
    /// None for a text of another form, and for any that would not be written like this again.
    pub(super) fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_CODE_TEXT {
            return None;
        }
        let bytes = base45::decode(text.strip_prefix(OFFLINE_PREFIX)?)?;
        let outer = cose::Sign1::read(&bytes)?;
        let mut d = Decoder::new(outer.payload);
        if outer.kid.is_some() || d.array().ok()? != Some(3) {
            return None;
        }
        let ticket = d.bytes().ok()?.to_vec();
        let shown_at = Timestamp::from_epoch_seconds(d.i64().ok()?);
        let nonce = d.bytes().ok()?.try_into().ok()?;
        let content = Presentation { ticket, shown_at, nonce };
        (content.payload() == outer.payload).then_some(Self { content, signature: outer.signature })
    }

    pub(super) fn ticket(&self) -> Option<SignedTicket<'_>> {
        SignedTicket::read(&self.content.ticket)
    }

    pub(super) fn signed_by(&self, device: &P256PublicKey) -> bool {
        device.verifies_bytes(&self.content.to_be_signed(), &self.signature)
    }
}
