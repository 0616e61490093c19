//! The ticket: what the issuer lets a phone show without a network.
//!
//! A COSE_Sign1 by the issuer over a CBOR map in deterministic encoding. The labels are those of
//! CWT (RFC 8392, RFC 8747) where it has one, then small negative ones of this format's own: the
//! format is told apart by its `external_aad`, and every byte counts in a QR code.
//!
//! | label | value |
//! |---|---|
//! | 4 `exp` | epoch seconds, at most a day ahead |
//! | 7 `cti` | 16 random bytes, this ticket's own |
//! | 8 `cnf` | the device's COSE_Key `{1: 2, -1: 1, -2: x, -3: y}` |
//! | -1 | number of the status list |
//! | -2 | index in it |
//! | -3 | what the card may be used for, a bit a function |
//! | -4 | masked name, if the holder wants it shown |

use super::cose;
use crate::crypto::P256PublicKey;
use crate::domain::function::CardFunction;
use crate::domain::time::Timestamp;
use minicbor::Decoder;
use std::fmt;
use std::time::Duration;

/// Bound into the issuer's signature: nothing else the issuer signs can be taken for a ticket.
const AAD: &[u8] = b"ecard-ticket-1";

/// How far ahead a ticket may end.
pub const TICKET_LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// The longest masked name, in bytes.
const LONGEST_NAME: usize = 96;

/// What the issuer signs.
#[derive(Clone)]
pub struct Ticket {
    /// When it ends.
    pub expires_at: Timestamp,
    /// This ticket's own name, random: nothing in it follows the card from one ticket to the next.
    pub card_ref: [u8; 16],
    /// The key that the device showing it must prove.
    pub device: P256PublicKey,
    /// Number of its status list: `<issuer>/status/<list>`.
    pub list: u32,
    /// Its index in that list.
    pub index: u32,
    /// What the card may be used for.
    pub functions: Vec<CardFunction>,
    /// The masked name, to be compared with a document.
    pub name_masked: Option<String>,
}

impl Ticket {
    /// What the issuer's key of that name signs.
    pub fn to_be_signed(&self, kid: &str) -> Vec<u8> {
        cose::to_be_signed(Some(kid), AAD, &self.payload())
    }

    /// The ticket, with the signature (`r ‖ s`) of the key called `kid`.
    pub fn assemble(&self, kid: &str, signature: &[u8; 64]) -> Vec<u8> {
        cose::assemble(Some(kid), &self.payload(), signature)
    }

    fn payload(&self) -> Vec<u8> {
        let (x, y) = self.device.uncompressed().split_at(1).1.split_at(32);
        cose::written(|e| {
            e.map(if self.name_masked.is_some() { 7 } else { 6 })?;
            e.u8(4)?.i64(self.expires_at.epoch_seconds())?;
            e.u8(7)?.bytes(&self.card_ref)?;
            e.u8(8)?.map(4)?.u8(1)?.u8(2)?.i8(-1)?.u8(1)?;
            e.i8(-2)?.bytes(x)?.i8(-3)?.bytes(y)?;
            e.i8(-1)?.u32(self.list)?.i8(-2)?.u32(self.index)?;
            e.i8(-3)?.u64(mask(&self.functions))?;
            if let Some(name) = &self.name_masked {
                e.i8(-4)?.str(name)?;
            }
            Ok(())
        })
    }

    fn read_payload(bytes: &[u8]) -> Option<Self> {
        let mut d = Decoder::new(bytes);
        let members = d.map().ok()?.filter(|n| (6..=7).contains(n))?;
        let expires_at = label(&mut d, 4).and_then(|d| d.i64().ok())?;
        let card_ref = label(&mut d, 7).and_then(|d| d.bytes().ok())?.try_into().ok()?;
        let device = label(&mut d, 8).and_then(device)?;
        let list = label(&mut d, -1).and_then(|d| d.u32().ok())?;
        let index = label(&mut d, -2).and_then(|d| d.u32().ok())?;
        let functions = functions(label(&mut d, -3).and_then(|d| d.u64().ok())?);
        let name_masked = match members {
            7 => Some(
                label(&mut d, -4)
                    .and_then(|d| d.str().ok())
                    .filter(|n| n.len() <= LONGEST_NAME)?
                    .to_owned(),
            ),
            _ => None,
        };
        if d.position() != bytes.len() {
            return None;
        }
        let expires_at = Timestamp::from_epoch_seconds(expires_at);
        Some(Self { expires_at, card_ref, device, list, index, functions, name_masked })
    }
}

/// A ticket taken apart: what it says, and what its signature is to be checked with.
pub(super) struct SignedTicket<'a> {
    pub(super) kid: &'a str,
    pub(super) ticket: Ticket,
    payload: &'a [u8],
    signature: [u8; 64],
}

impl<'a> SignedTicket<'a> {
    /// None for anything of another form. Nothing is verified.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let cose::Sign1 { kid, payload, signature } = cose::Sign1::read(bytes)?;
        let ticket = Ticket::read_payload(payload)?;
        Some(Self { kid: kid?, ticket, payload, signature })
    }

    pub(super) fn signed_by(&self, key: &P256PublicKey) -> bool {
        let message = cose::to_be_signed(Some(self.kid), AAD, self.payload);
        key.verifies_bytes(&message, &self.signature)
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ticket(…)")
    }
}

/// The decoder behind a label, if that is the next one: the order is part of the format.
fn label<'d, 'b>(d: &'d mut Decoder<'b>, expected: i8) -> Option<&'d mut Decoder<'b>> {
    (d.i8().ok()? == expected).then_some(d)
}

/// A COSE_Key on P-256 (RFC 9053 §7.1.1).
fn device(d: &mut Decoder<'_>) -> Option<P256PublicKey> {
    if d.map().ok()? != Some(4) {
        return None;
    }
    let kind = (label(d, 1)?.u8().ok()?, label(d, -1)?.u8().ok()?);
    let x = label(d, -2)?.bytes().ok()?;
    let y = label(d, -3)?.bytes().ok()?;
    let whole = kind == (2, 1) && x.len() == 32 && y.len() == 32;
    let point = [&[4], x, y].concat();
    whole.then(|| P256PublicKey::from_uncompressed(&point).ok()).flatten()
}

/// The bit of a function. It is part of the format: a new function takes the next one.
const fn bit(function: CardFunction) -> u64 {
    1 << match function {
        CardFunction::MedicalSettle => 0,
        CardFunction::PharmacyPay => 1,
        CardFunction::BenefitReceive => 2,
        CardFunction::EmploymentService => 3,
        CardFunction::TransitRide => 4,
        CardFunction::UtilityPay => 5,
        CardFunction::AccountBank => 6,
    }
}

fn mask(functions: &[CardFunction]) -> u64 {
    functions.iter().fold(0, |mask, function| mask | bit(*function))
}

/// Bits without a meaning here are functions of tomorrow, and are left out.
fn functions(mask: u64) -> Vec<CardFunction> {
    CardFunction::ALL.into_iter().filter(|function| mask & bit(*function) != 0).collect()
}
