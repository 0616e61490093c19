//! Who a relying service is: `client_secret_basic` (RFC 6749 §2.3.1).

use crate::app::{App, Fault, internal};
use crate::domain::client::Client;
use crate::storage::clients::{self, ClientRow};
use crate::storage::vault::{Purpose, mac_eq};
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The client whose identifier and secret the request carries; none when they do not fit, whatever
/// the reason.
///
/// # Errors
/// [`Fault`] when the database does not answer.
pub async fn authenticate(app: &App, headers: &HeaderMap) -> Result<Option<Client>, Fault> {
    let Some((id, secret)) = basic(headers) else { return Ok(None) };
    let found = app
        .db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                Ok((clients::find(tx, &id).await?, clients::secrets(tx, &id).await?))
            })
        })
        .await?;
    let (row, secrets) = found;
    let now = app.clock.now();
    let live = secrets.iter().filter(|s| s.expires_at.is_none_or(|end| now < end));
    let given = digests(app, &secret);
    // Every secret is compared, whatever the outcome of the one before.
    let fits = live.fold(false, |fits, stored| {
        given.iter().fold(fits, |fits, digest| mac_eq(&stored.digest, digest) | fits)
    });
    let active = row.filter(|r| fits && r.state == "active");
    active.map(|row| read(&row)).transpose()
}

/// The keyed digests a secret may be stored under (the current key's first).
pub fn digests(app: &App, secret: &str) -> Vec<String> {
    app.vault.indexes(Purpose::ClientSecret, secret)
}

/// The client a row holds.
///
/// # Errors
/// [`Fault`] when its metadata cannot be read.
pub fn read(row: &ClientRow) -> Result<Client, Fault> {
    serde_json::from_str(&row.body).map_err(internal)
}

/// Identifier and secret from the header: each form-urlencoded before it was encoded.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((unescape(id)?, unescape(secret)?))
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
    use axum::http::HeaderValue;

    fn header(text: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_str(text).unwrap());
        headers
    }

    #[test]
    fn identifier_and_secret_are_decoded_twice() {
        let sent = header(&format!("basic {}", STANDARD.encode("demo%2Dhospital:a%3Ab+c")));
        assert_eq!(basic(&sent).unwrap(), ("demo-hospital".into(), "a:b c".into()));
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
            assert_eq!(basic(&header(text)), None, "{text}");
        }
    }
}
