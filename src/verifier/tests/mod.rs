//! An issuer that signs whatever it is told to, and the rules it must not get past.

mod card_token;
mod engine;
mod hostile;
mod showing;
mod status;

use super::*;
use crate::crypto::Es256Key;
use crate::domain::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::{Value, json};
use std::io::Write as _;

const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);
const ISSUER: &str = "https://i.example";
const AUDIENCE: &str = "https://i.example/verify";
const LIST: &str = "https://i.example/status/1";
const EXPECT: Expectation<'static> =
    Expectation { issuer: ISSUER, audiences: &[AUDIENCE, "demo-hospital"] };

struct Issuer {
    key: Es256Key,
    kid: String,
}

impl Issuer {
    fn new() -> Self {
        let (_, key) = Es256Key::generate().unwrap();
        Self { kid: key.public().thumbprint(), key }
    }

    fn jwk(&self) -> Value {
        let public = self.key.public();
        json!({"kty": "EC", "crv": "P-256", "kid": self.kid, "x": public.x(), "y": public.y()})
    }

    fn keys(&self) -> TrustedKeys {
        TrustedKeys::from_jwks(json!({"keys": [self.jwk()]}).to_string().as_bytes()).unwrap()
    }

    fn header(&self, typ: &str) -> Value {
        json!({"alg": "ES256", "typ": typ, "kid": self.kid})
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        format!("{message}.{}", self.key.sign(message.as_bytes()).unwrap())
    }

    fn card(&self, claims: &Value) -> String {
        self.sign(&self.header("ecard+jwt"), claims)
    }

    fn verify(&self, token: &str) -> Result<VerifiedToken, Reason> {
        verify_card_token(token, &self.keys(), &EXPECT, NOW)
    }

    /// The refusal of the good claims with one member changed; `null` takes it away.
    fn refusal_with(&self, member: &str, value: Value) -> Reason {
        self.verify(&self.card(&with(claims(), member, value))).unwrap_err()
    }
}

fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn with(mut object: Value, member: &str, value: Value) -> Value {
    let members = object.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(member)
    } else {
        members.insert(member.into(), value)
    };
    object
}

fn at(seconds: i64) -> i64 {
    NOW.epoch_seconds() + seconds
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "s", "aud": AUDIENCE, "jti": "j",
        "iat": at(0), "nbf": at(0), "exp": at(300),
        "card": {"no_masked": "E12******89", "region": "110100", "type": "adult"},
        "functions": ["medical.settle", "function.of.tomorrow"],
        "acr": "urn:ecard:acr:face", "amr": ["face"], "auth_time": at(-60),
        "status": {"status_list": {"idx": 5, "uri": LIST}},
    })
}

fn list_claims(packed: &[u8]) -> Value {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(packed).unwrap();
    let lst = URL_SAFE_NO_PAD.encode(encoder.finish().unwrap());
    json!({
        "sub": LIST, "iat": at(-40), "exp": at(86_400), "ttl": 300,
        "status_list": {"bits": 2, "lst": lst, "aggregation_uri": "https://i.example/status"},
    })
}
