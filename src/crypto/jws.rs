//! A signed object in compact form (RFC 7515 §3.1), taken apart but not yet believed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;

/// Not three parts of base64url with JSON in the first two, or longer than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a compact JWS")]
pub struct NotCompact;

/// The parts of a compact JWS. Nothing here is verified: the payload is read by name.
#[derive(Clone, Copy, Debug)]
pub struct Compact<'a> {
    header: &'a str,
    payload: &'a str,
    /// What is signed: header and payload as they were sent.
    pub message: &'a [u8],
    /// The signature, base64url.
    pub signature: &'a str,
}

impl<'a> Compact<'a> {
    /// Takes `text` apart.
    ///
    /// # Errors
    /// [`NotCompact`] for another number of parts, and for more than `most` bytes.
    pub fn split(text: &'a str, most: usize) -> Result<Self, NotCompact> {
        if text.len() > most {
            return Err(NotCompact);
        }
        let (message, signature) = text.rsplit_once('.').ok_or(NotCompact)?;
        let (header, payload) = message.split_once('.').ok_or(NotCompact)?;
        Ok(Self { header, payload, message: message.as_bytes(), signature })
    }

    /// The header.
    ///
    /// # Errors
    /// [`NotCompact`] when it is not JSON of that shape.
    pub fn header<T: DeserializeOwned>(&self) -> Result<T, NotCompact> {
        read(self.header)
    }

    /// The payload, which anybody may have written until the signature is verified.
    ///
    /// # Errors
    /// [`NotCompact`] when it is not JSON of that shape.
    pub fn unverified_payload<T: DeserializeOwned>(&self) -> Result<T, NotCompact> {
        read(self.payload)
    }
}

fn read<T: DeserializeOwned>(part: &str) -> Result<T, NotCompact> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| NotCompact)?;
    serde_json::from_slice(&bytes).map_err(|_| NotCompact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn three_parts_of_json_are_read() {
        let compact = Compact::split("eyJhIjoxfQ.eyJiIjoyfQ.c2ln", 100).unwrap();
        assert_eq!(compact.header::<Value>().unwrap(), json!({"a": 1}));
        assert_eq!(compact.unverified_payload::<Value>().unwrap(), json!({"b": 2}));
        assert_eq!(compact.message, b"eyJhIjoxfQ.eyJiIjoyfQ");
        assert_eq!(compact.signature, "c2ln");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "a", "a.b", "e30"] {
            assert!(Compact::split(text, 100).is_err(), "{text}");
        }
        assert!(Compact::split("e30.e30.c2ln", 11).is_err(), "longer than allowed");
        let four = Compact::split("e30.e30.e30.c2ln", 100).unwrap();
        assert!(four.unverified_payload::<Value>().is_err(), "a dot is no base64url");
        let five = Compact::split("e30.e30.e30.e30.c2ln", 100).unwrap();
        assert!(five.unverified_payload::<Value>().is_err(), "encrypted");
        assert!(Compact::split("e30=.e30.c2ln", 100).unwrap().header::<Value>().is_err());
    }
}
