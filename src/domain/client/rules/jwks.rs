//! A client's public keys as registered (RFC 7517): present, public, and strong enough.

use super::super::Finding;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// Members that only a private or a shared key has (RFC 7518 §6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// More keys than any change of keys needs.
const MOST: usize = 16;
/// The least and the greatest RSA modulus (bytes): 2048 to 4096 bits.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=512;

pub(super) fn check(jwks: &Value, found: &mut Vec<Finding>) {
    let keys = jwks.get("keys").and_then(Value::as_array);
    let Some(keys) = keys.filter(|keys| (1..=MOST).contains(&keys.len())) else {
        let text = format!("is no JWK set with 1 to {MOST} keys ({{\"keys\": […]}})");
        return found.push(Finding::new("jwks", text));
    };
    let mut kids = Vec::new();
    for (at, key) in keys.iter().enumerate() {
        let kid = key.get("kid").and_then(Value::as_str);
        if let Some(why) = key.as_object().map_or(Some("is no JSON object".to_owned()), against) {
            found.push(Finding::new("jwks", format!("key {} {why}", at + 1)));
        }
        if kid.is_some() && kids.contains(&kid) {
            let text = format!("key {} has the kid of another; give each its own", at + 1);
            found.push(Finding::new("jwks", text));
        }
        kids.push(kid);
    }
}

/// What stands against one key.
fn against(key: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default();
    let length = |name: &str| URL_SAFE_NO_PAD.decode(text(name)).map_or(0, |bytes| bytes.len());
    if let Some(secret) = PRIVATE.into_iter().find(|name| key.contains_key(*name)) {
        return Some(format!(
            "has the private member {secret:?}: this key is burnt; make another and register its \
             public half"
        ));
    }
    let fits = match (text("kty"), text("crv")) {
        ("EC", "P-256") => length("x") == 32 && length("y") == 32,
        ("OKP", "Ed25519") => length("x") == 32,
        ("RSA", _) => RSA_BYTES.contains(&length("n")) && (1..=4).contains(&length("e")),
        _ => false,
    };
    if !fits {
        return Some("is none of EC P-256, OKP Ed25519, RSA of 2048 to 4096 bits".to_owned());
    }
    let signs = matches!(text("use"), "" | "sig" | "enc");
    (!signs).then(|| "has a `use` that RFC 7517 does not know".to_owned())
}
