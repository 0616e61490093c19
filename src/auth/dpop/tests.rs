use super::proof::{Expected, Read, read};
use super::*;
use crate::crypto::Es256Key;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const NOW: i64 = 1_800_000_000;
const HTU: &str = "https://ecard.example/oauth/token";
const TOKEN: &str = "an.access.token";

fn jwk(key: &Es256Key) -> Value {
    json!({"kty": "EC", "crv": "P-256", "x": key.public().x(), "y": key.public().y()})
}

fn head(key: &Es256Key) -> Value {
    json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk(key)})
}

fn claims() -> Value {
    json!({"jti": "j", "htm": "POST", "htu": HTU, "iat": NOW})
}

fn sign(key: &Es256Key, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(message.as_bytes()).unwrap();
    format!("{message}.{signature}")
}

fn at(text: &str, access_token: Option<&str>) -> Result<Read, DpopError> {
    let now = Timestamp::from_epoch_seconds(NOW);
    read(text, &Expected { method: "POST", url: HTU, access_token, now })
}

fn key() -> Es256Key {
    Es256Key::generate().unwrap().1
}

/// What is said of a proof with this header member; empty when nothing.
fn under(name: &str, value: Value) -> String {
    let key = key();
    let mut header = head(&key);
    header[name] = value;
    at(&sign(&key, &header, &claims()), None).map_or_else(|e| e.to_string(), |_| String::new())
}

/// What is said of a proof with this claim, or without it; empty when nothing.
fn saying(name: &str, value: Option<Value>) -> String {
    let (key, mut claims) = (key(), claims());
    match value {
        Some(value) => claims[name] = value,
        None => drop(claims.as_object_mut().unwrap().remove(name)),
    }
    at(&sign(&key, &head(&key), &claims), None).map_or_else(|e| e.to_string(), |_| String::new())
}

#[test]
fn a_good_proof_names_its_key() {
    let key = key();
    let proof = at(&sign(&key, &head(&key), &claims()), None).unwrap();
    assert_eq!(proof.jkt, key.public().thumbprint());
    assert_eq!((proof.jti.as_str(), proof.nonce), ("j", None));
    assert_eq!(proof.expires_at.epoch_seconds(), NOW + 121);
}

#[test]
fn other_kinds_of_tokens_are_no_proofs() {
    for typ in [json!("JWT"), json!("at+jwt"), json!(null), json!("")] {
        assert!(under("typ", typ.clone()).contains("typ"), "{typ}");
    }
    assert_eq!(under("typ", json!("application/DPoP+jwt")), "");
    assert_eq!(under("x", json!("extra")), "", "extra members are borne");
    assert!(under("crit", json!(["x"])).contains("critical"));
}

#[test]
fn symmetric_weak_and_absent_signatures_are_refused() {
    for alg in ["HS256", "none", "RS256", "ES384"] {
        assert!(under("alg", json!(alg)).contains("PS256, ES256 or EdDSA"), "{alg}");
    }
    assert!(under("alg", json!("EdDSA")).contains("does not fit its alg"));
}

#[test]
fn the_key_is_public_and_there() {
    let key = key();
    let mut private = jwk(&key);
    private["d"] = json!("AAAA");
    assert!(under("jwk", private).contains("public key"));
    assert!(under("jwk", json!({"kty": "oct", "k": "AAAA"})).contains("public key"));
    assert!(under("jwk", json!(null)).contains("missing"));
    assert!(under("jwk", jwk(&key)).contains("own key"), "another's key");
}

#[test]
fn every_claim_must_be_there() {
    for name in ["jti", "htm", "htu", "iat"] {
        assert!(saying(name, None).contains(name), "{name}");
    }
    assert!(saying("jti", Some(json!("x".repeat(513)))).contains("jti"));
}

#[test]
fn it_is_meant_for_this_request() {
    assert!(saying("htm", Some(json!("GET"))).contains("htm"));
    assert!(saying("htm", Some(json!("post"))).contains("htm"), "methods have a case");
    assert!(saying("htu", Some(json!("https://ecard.example/oauth/par"))).contains("htu"));
    assert_eq!(saying("htu", Some(json!(format!("{HTU}?a=b#c")))), "");
}

#[test]
fn it_was_made_now() {
    for off in [-120, -10, 10, 120] {
        assert_eq!(saying("iat", Some(json!(NOW + off))), "", "{off}");
    }
    for off in [-3600, -121, 121, 3600] {
        assert!(saying("iat", Some(json!(NOW + off))).contains("iat"), "{off}");
    }
}

#[test]
fn an_end_and_a_beginning_are_borne_and_kept() {
    assert_eq!(saying("exp", Some(json!(NOW + 5))), "");
    assert!(saying("exp", Some(json!(NOW))).contains("expired"));
    assert_eq!(saying("nbf", Some(json!(NOW + 5))), "");
    assert!(saying("nbf", Some(json!(NOW + 3600))).contains("nbf"));
}

#[test]
fn at_a_resource_it_names_the_token() {
    let (key, mut claims) = (key(), claims());
    let proof = |claims: &Value| at(&sign(&key, &head(&key), claims), Some(TOKEN));
    assert!(proof(&claims).is_err(), "no ath");
    claims["ath"] = json!(URL_SAFE_NO_PAD.encode(crate::crypto::sha256(b"another")));
    assert!(proof(&claims).is_err());
    claims["ath"] = json!(URL_SAFE_NO_PAD.encode(crate::crypto::sha256(TOKEN.as_bytes())));
    assert!(proof(&claims).is_ok());
}

#[test]
fn what_is_no_jwt_is_refused() {
    for text in ["", "x", "a.b.c", "e30.e30.c2ln", &"x".repeat(9000)] {
        assert!(at(text, None).is_err(), "{text}");
    }
}
