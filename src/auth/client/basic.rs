//! `client_secret_basic` (RFC 6749 §2.3.1): identifier and secret in the `Authorization` header.

use crate::domain::secret::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Identifier and secret of a header's value: each form-urlencoded before it was encoded.
pub(super) fn read(value: &str) -> Option<(String, Secret)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((unescape(id)?, Secret::new(unescape(secret)?)))
}

/// `application/x-www-form-urlencoded`, backwards.
fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifier_and_secret_are_decoded_twice() {
        let sent = format!("basic {}", STANDARD.encode("demo%2Dhospital:a%3Ab+c"));
        let (id, secret) = read(&sent).unwrap();
        assert_eq!((id.as_str(), secret.expose()), ("demo-hospital", "a:b c"));
    }

    #[test]
    fn anything_else_is_nobody() {
        for text in [
            "Bearer x",
            "Basic ???",
            "Basic",
            &format!("Basic {}", STANDARD.encode("nocolon")),
            &format!("Basic {}", STANDARD.encode("a:%zz")),
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
