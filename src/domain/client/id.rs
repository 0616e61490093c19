//! What a client is called.

/// Why an identifier cannot be a client's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a client id has 1 to 64 letters, digits, `-`, `_` or `.`")]
pub struct BadClientId;

/// Checks a client's identifier: it stands in URLs, headers and logs.
///
/// # Errors
/// [`BadClientId`].
pub fn check_client_id(id: &str) -> Result<(), BadClientId> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if (1..=64).contains(&id.len()) && id.bytes().all(plain) { Ok(()) } else { Err(BadClientId) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_short_and_plain() {
        assert!(check_client_id("demo-hospital").is_ok());
        for bad in ["", "a b", "a:b", "医院", &"x".repeat(65), "a/b"] {
            assert_eq!(check_client_id(bad), Err(BadClientId), "{bad}");
        }
    }
}
