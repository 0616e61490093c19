//! COSE_Sign1 (RFC 9052 §4.2) with ES256, untagged, nothing unprotected: as much of COSE as two
//! nested signatures need. What is read must be written the same way again, byte for byte, so
//! there is one text a signature and no place to hide anything in.

use minicbor::{Decoder, Encoder};
use std::convert::Infallible;

/// ES256 in the registry of COSE algorithms.
const ES256: i8 = -7;
/// Header parameters `alg` and `kid` (RFC 9052 §3.1).
const ALG: u8 = 1;
const KID: u8 = 4;
/// The longest key name looked at.
const LONGEST_KID: usize = 128;

/// A COSE_Sign1 taken apart. Nothing of it is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sign1<'a> {
    /// The key's name, if the header has one.
    pub(super) kid: Option<&'a str>,
    /// What is signed.
    pub(super) payload: &'a [u8],
    /// `r ‖ s`.
    pub(super) signature: [u8; 64],
}

type Written = Result<(), minicbor::encode::Error<Infallible>>;

/// What `write` writes. A vector takes everything, so there is no error to tell.
pub(super) fn written(write: impl FnOnce(&mut Encoder<&mut Vec<u8>>) -> Written) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _infallible = write(&mut Encoder::new(&mut bytes));
    bytes
}

/// `{1: -7}`, or `{1: -7, 4: kid}`.
fn protected(kid: Option<&str>) -> Vec<u8> {
    written(|e| {
        e.map(if kid.is_some() { 2 } else { 1 })?.u8(ALG)?.i8(ES256)?;
        if let Some(kid) = kid {
            e.u8(KID)?.bytes(kid.as_bytes())?;
        }
        Ok(())
    })
}

/// The `Sig_structure` of RFC 9052 §4.4: what the key signs.
pub(super) fn to_be_signed(kid: Option<&str>, aad: &[u8], payload: &[u8]) -> Vec<u8> {
    written(|e| {
        e.array(4)?.str("Signature1")?.bytes(&protected(kid))?.bytes(aad)?.bytes(payload)?;
        Ok(())
    })
}

/// The message itself.
pub(super) fn assemble(kid: Option<&str>, payload: &[u8], signature: &[u8; 64]) -> Vec<u8> {
    written(|e| {
        e.array(4)?.bytes(&protected(kid))?.map(0)?.bytes(payload)?.bytes(signature)?;
        Ok(())
    })
}

impl<'a> Sign1<'a> {
    /// Takes a message apart; none for another shape, another algorithm, or anything that would
    /// not be written like this again.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut d = Decoder::new(bytes);
        if d.array().ok()? != Some(4) {
            return None;
        }
        let header = d.bytes().ok()?;
        if d.map().ok()? != Some(0) {
            return None;
        }
        let payload = d.bytes().ok()?;
        let signature = d.bytes().ok()?.try_into().ok()?;
        let kid = kid(header)?;
        (assemble(kid, payload, &signature) == bytes).then_some(Self { kid, payload, signature })
    }
}

/// The name in a protected header. That the algorithm is ES256 is read, never chosen by.
fn kid(header: &[u8]) -> Option<Option<&str>> {
    let mut d = Decoder::new(header);
    let members = d.map().ok()??;
    if d.u8().ok()? != ALG || d.i8().ok()? != ES256 {
        return None;
    }
    match members {
        1 => Some(None),
        2 if d.u8().ok()? == KID => {
            let name = d.bytes().ok().filter(|name| name.len() <= LONGEST_KID)?;
            std::str::from_utf8(name).ok().map(Some)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_as_it_was_written() {
        for kid in [None, Some("key-1")] {
            let bytes = assemble(kid, b"payload", &[7; 64]);
            let read = Sign1::read(&bytes).unwrap();
            assert_eq!(read, Sign1 { kid, payload: b"payload", signature: [7; 64] });
        }
    }

    #[test]
    fn other_algorithms_headers_and_shapes_are_refused() {
        let good = assemble(None, b"p", &[7; 64]);
        assert_eq!(good.get(..5).unwrap(), [0x84, 0x43, 0xA1, 0x01, 0x26]);
        let changed = |at: usize, to: u8| {
            let mut bytes = good.clone();
            bytes[at] = to;
            Sign1::read(&bytes).is_some()
        };
        assert!(changed(4, 0x26), "unchanged");
        assert!(!changed(4, 0x27), "EdDSA");
        assert!(!changed(4, 0x05), "HMAC");
        assert!(!changed(3, 0x02), "crit instead of alg");
        assert!(!changed(0, 0x83), "three members");
        assert!(!changed(5, 0xA1), "something unprotected");
        let mut longer = good.clone();
        longer.push(0);
        assert!(Sign1::read(&longer).is_none(), "something after its end");
        let tagged = [&[0xD2], good.as_slice()].concat();
        assert!(Sign1::read(&tagged).is_none(), "a tag is not written here");
        let wide = [&[0x98, 4], &good[1..]].concat();
        assert!(Sign1::read(&wide).is_none(), "a length written longer than needed");
    }
}
