//! The card token (`typ: ecard+jwt`): what a partner gets under the scope `ecard`.

use super::claims::{self, Verified};
use super::provider::Metadata;
use super::trouble::Trouble;
use serde_json::Value;

const TYPE: &str = "ecard+jwt";

/// The card as the partner shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Card {
    /// The number, masked by the issuer.
    pub(super) number: String,
    /// Six-digit code of the issuing region.
    pub(super) region: String,
    /// Whether a minor holds it.
    pub(super) minor: bool,
    /// What it may be used for.
    pub(super) functions: Vec<String>,
    /// Until when the token is good (epoch seconds).
    pub(super) until: i64,
    /// Where its state is published, and at which index.
    pub(super) status: String,
}

/// Checks a card token: of this issuer, for this client, about the citizen who signed in.
///
/// # Errors
/// [`Trouble::Untrusted`].
pub(super) fn read(
    token: &str,
    metadata: &Metadata,
    client_id: &str,
    subject: &str,
    now: i64,
) -> Result<(Card, Verified), Trouble> {
    let verified = claims::verify(token, TYPE, metadata, client_id, now)?;
    let claims = &verified.claims;
    if claims.get("sub").and_then(Value::as_str) != Some(subject) {
        return Err(Trouble::Untrusted("a card of somebody else".to_owned()));
    }
    let at = |path: &str| claims.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let functions = claims.get("functions").and_then(Value::as_array).into_iter().flatten();
    let index = claims.pointer("/status/status_list/idx").and_then(Value::as_u64);
    let card = Card {
        number: at("/card/no_masked").to_owned(),
        region: at("/card/region").to_owned(),
        minor: at("/card/type") == "minor",
        functions: functions.filter_map(Value::as_str).map(str::to_owned).collect(),
        until: claims.get("exp").and_then(Value::as_i64).unwrap_or_default(),
        status: index
            .map(|index| format!("{}#{index}", at("/status/status_list/uri")))
            .unwrap_or_default(),
    };
    Ok((card, verified))
}
