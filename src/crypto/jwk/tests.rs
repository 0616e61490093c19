use super::*;
use crate::crypto::{Es256Key, generate_rsa};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPair as RsaKeyPair, PublicKeyComponents};
use ring::signature::{Ed25519KeyPair, KeyPair as _, RSA_PSS_SHA256};
use serde_json::{Value, json};
use std::sync::OnceLock;

/// RFC 7638 §3.1.
const RSA_N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

fn ec(key: &Es256Key, kid: &str) -> Value {
    json!({"kty": "EC", "crv": "P-256", "x": key.public().x(), "y": key.public().y(), "kid": kid})
}

fn rsa_pair() -> &'static RsaKeyPair {
    static PAIR: OnceLock<RsaKeyPair> = OnceLock::new();
    PAIR.get_or_init(|| RsaKeyPair::from_pkcs8(&generate_rsa().unwrap()).unwrap())
}

fn rsa(kid: &str) -> Value {
    let public = PublicKeyComponents::<Vec<u8>>::from(rsa_pair().public());
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    json!({"kty": "RSA", "n": text(&public.n), "e": text(&public.e), "kid": kid})
}

fn ps256(message: &[u8]) -> String {
    let mut signature = vec![0; rsa_pair().public().modulus_len()];
    rsa_pair().sign(&RSA_PSS_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
    URL_SAFE_NO_PAD.encode(signature)
}

#[test]
fn the_thumbprint_of_rfc_7638_comes_out() {
    let jwk = json!({"kty": "RSA", "n": RSA_N, "e": "AQAB", "kid": "2011-04-29"});
    let key = PublicJwk::parse(&jwk).unwrap();
    assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

#[test]
fn the_thumbprint_of_rfc_8037_comes_out() {
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let key = PublicJwk::parse(&json!({"kty": "OKP", "crv": "Ed25519", "x": x})).unwrap();
    assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let signature =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    assert!(key.verifies(b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc", signature));
}

#[test]
fn the_thumbprint_of_a_curve_is_the_signing_keys() {
    let (_, key) = Es256Key::generate().unwrap();
    assert_eq!(PublicJwk::parse(&ec(&key, "a")).unwrap().thumbprint(), key.public().thumbprint());
}

#[test]
fn every_kind_verifies_its_own_signature_alone() {
    let (_, p256) = Es256Key::generate().unwrap();
    let ed = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let x = URL_SAFE_NO_PAD.encode(ed.public_key().as_ref());
    let okp = json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "o", "alg": "EdDSA"});
    let set = json!({"keys": [ec(&p256, "e"), rsa("r"), okp]});
    let set = PublicJwkSet::registered(&set).unwrap();
    let signed = [
        (SignatureAlgorithm::Es256, "e", p256.sign(b"m").unwrap()),
        (SignatureAlgorithm::Ps256, "r", ps256(b"m")),
        (SignatureAlgorithm::EdDsa, "o", URL_SAFE_NO_PAD.encode(ed.sign(b"m"))),
    ];
    for (algorithm, kid, signature) in &signed {
        for name in [Some(*kid), None] {
            assert_eq!(set.verify(*algorithm, name, b"m", signature), Ok(()), "{algorithm:?}");
            let other = set.verify(*algorithm, name, b"n", signature);
            assert_eq!(other, Err(SignatureError::Mismatch), "{algorithm:?}");
        }
        for (other, ..) in signed.iter().filter(|(other, ..)| other != algorithm) {
            let found = set.verify(*other, Some(kid), b"m", signature);
            assert_eq!(found, Err(SignatureError::UnknownKey), "the key has one algorithm");
            assert!(set.verify(*other, None, b"m", signature).is_err());
        }
    }
}

#[test]
fn a_pkcs1_signature_of_a_ps256_key_is_refused() {
    let der = generate_rsa().unwrap();
    let key = crate::crypto::Rs256Key::from_pkcs8(&der).unwrap();
    let jwk = json!({"kty": "RSA", "n": key.n(), "e": key.e()});
    assert!(!PublicJwk::parse(&jwk).unwrap().verifies(b"m", &key.sign(b"m").unwrap()));
}

#[test]
fn a_key_is_found_by_its_exact_name() {
    let ((_, one), (_, two)) = (Es256Key::generate().unwrap(), Es256Key::generate().unwrap());
    let set = json!({"keys": [ec(&one, "one"), ec(&two, "two")]});
    let set = PublicJwkSet::registered(&set).unwrap();
    let signature = two.sign(b"m").unwrap();
    let verify = |kid| set.verify(SignatureAlgorithm::Es256, kid, b"m", &signature);
    assert_eq!(verify(Some("two")), Ok(()));
    assert_eq!(verify(None), Ok(()));
    assert_eq!(verify(Some("one")), Err(SignatureError::Mismatch));
    assert_eq!(verify(Some("Two")), Err(SignatureError::UnknownKey));
}

#[test]
fn without_a_name_only_a_few_keys_are_tried() {
    let made: Vec<_> = (0..6).map(|_| Es256Key::generate().unwrap().1).collect();
    let set: Vec<_> = made.iter().map(|key| ec(key, "k")).collect();
    let set = PublicJwkSet::registered(&json!({ "keys": set })).unwrap();
    let verify = |at: usize| {
        set.verify(SignatureAlgorithm::Es256, None, b"m", &made[at].sign(b"m").unwrap())
    };
    assert_eq!(verify(3), Ok(()));
    assert_eq!(verify(4), Err(SignatureError::Mismatch));
}

#[test]
fn private_and_symmetric_keys_are_never_registered() {
    let (_, key) = Es256Key::generate().unwrap();
    for (name, value) in [("d", "AAAA"), ("p", "AAAA"), ("k", "AAAA"), ("oth", "AAAA"), ("d", "")] {
        let mut jwk = ec(&key, "e");
        jwk[name] = json!(value);
        assert_eq!(PublicJwk::parse(&jwk).unwrap_err(), JwkError::Private, "{name}");
        let set = json!({"keys": [ec(&key, "f"), jwk]});
        assert_eq!(PublicJwkSet::registered(&set).unwrap_err(), JwkError::Private);
    }
    let secret = json!({"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"});
    assert_eq!(PublicJwk::parse(&secret).unwrap_err(), JwkError::Private);
    let nameless = json!({"kty": "oct"});
    assert_eq!(PublicJwk::parse(&nameless).unwrap_err(), JwkError::Unsupported("kty"));
}

#[test]
fn a_published_set_is_read_past_what_cannot_be_used() {
    let ((_, one), (_, two)) = (Es256Key::generate().unwrap(), Es256Key::generate().unwrap());
    let (mut leaked, mut encrypting) = (ec(&two, "leaked"), ec(&two, "enc"));
    leaked["d"] = json!("AAAA");
    encrypting["use"] = json!("enc");
    let other = json!({"kty": "EC", "crv": "P-521", "x": "AAAA", "y": "AAAA"});
    let set = json!({"keys": [leaked, encrypting, other, ec(&one, "one")]});
    let read = PublicJwkSet::published(set.to_string().as_bytes()).unwrap();
    assert_eq!(read.keys().len(), 1);
    assert!(PublicJwkSet::registered(&set).is_err(), "whoever registers is told");
    let none = json!({"keys": [leaked]}).to_string();
    assert_eq!(PublicJwkSet::published(none.as_bytes()).unwrap_err(), JwkError::Empty);
    assert_eq!(PublicJwkSet::published(b"<html>").unwrap_err(), JwkError::NotASet);
    assert_eq!(PublicJwkSet::published(&vec![b' '; 65_537]).unwrap_err(), JwkError::TooMany);
}

#[test]
fn what_is_no_key_of_ours_is_refused_by_name() {
    let (_, key) = Es256Key::generate().unwrap();
    let with = |name: &str, value: Value| {
        let mut jwk = ec(&key, "e");
        jwk[name] = value;
        PublicJwk::parse(&jwk).unwrap_err()
    };
    assert_eq!(with("crv", json!("P-384")), JwkError::Unsupported("crv"));
    assert_eq!(with("alg", json!("RS256")), JwkError::Unsupported("alg"));
    assert_eq!(with("use", json!("enc")), JwkError::Unsupported("use"));
    assert_eq!(with("key_ops", json!(["sign"])), JwkError::Unsupported("key_ops"));
    assert_eq!(with("x", json!("AAAA")), JwkError::Member("x"));
    assert_eq!(with("y", json!(5)), JwkError::Member("y"));
    assert_eq!(with("kid", json!(5)), JwkError::Member("kid"));
    assert_eq!(PublicJwk::parse(&json!([])).unwrap_err(), JwkError::NotAKey);
    let x448 = json!({"kty": "OKP", "crv": "Ed448", "x": "AAAA"});
    assert_eq!(PublicJwk::parse(&x448).unwrap_err(), JwkError::Unsupported("crv"));
}

#[test]
fn rsa_keys_have_2048_to_4096_bits() {
    let of = |modulus: Vec<u8>| {
        let n = URL_SAFE_NO_PAD.encode(modulus);
        PublicJwk::parse(&json!({"kty": "RSA", "n": n, "e": "AQAB"})).map(|_| ())
    };
    assert_eq!(of(vec![0xff; 256]), Ok(()));
    assert_eq!(of(vec![0xff; 512]), Ok(()));
    assert_eq!(of(vec![0xff; 128]), Err(JwkError::Length));
    assert_eq!(of(vec![0x7f; 256]), Err(JwkError::Length));
    assert_eq!(of(vec![0xff; 513]), Err(JwkError::Length));
    assert_eq!(of([vec![0], vec![0xff; 256]].concat()), Err(JwkError::Member("n")));
}

#[test]
fn a_set_has_some_keys_and_not_too_many() {
    let (_, key) = Es256Key::generate().unwrap();
    let set = |count: usize| json!({"keys": vec![ec(&key, "k"); count]});
    assert_eq!(PublicJwkSet::registered(&set(0)).unwrap_err(), JwkError::Empty);
    assert!(PublicJwkSet::registered(&set(20)).is_ok());
    assert_eq!(PublicJwkSet::registered(&set(21)).unwrap_err(), JwkError::TooMany);
    assert_eq!(PublicJwkSet::registered(&json!({})).unwrap_err(), JwkError::NotASet);
}

#[test]
fn the_registered_certificate_is_known_by_its_digest() {
    let (_, key) = Es256Key::generate().unwrap();
    let mut jwk = ec(&key, "e");
    jwk["x5c"] = json!(["YWJj", "ZGVm"]);
    let read = PublicJwk::parse(&jwk).unwrap();
    assert_eq!(read.certificate(), Some("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"));
    jwk["x5c"] = json!("YWJj");
    assert_eq!(PublicJwk::parse(&jwk).unwrap_err(), JwkError::Member("x5c"));
}

#[test]
fn a_key_is_the_one_in_its_certificate() {
    let (_, p256) = Es256Key::generate().unwrap();
    let spki = PublicJwk::parse(&ec(&p256, "e")).unwrap().spki();
    let point = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let head = URL_SAFE_NO_PAD.decode("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE").unwrap();
    assert_eq!(spki, [head, point(p256.public().x()), point(p256.public().y())].concat());

    let ed = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let public = ed.public_key().as_ref();
    let x = URL_SAFE_NO_PAD.encode(public);
    let spki = PublicJwk::parse(&json!({"kty": "OKP", "crv": "Ed25519", "x": x})).unwrap().spki();
    assert_eq!(
        spki,
        [URL_SAFE_NO_PAD.decode("MCowBQYDK2VwAyEA").unwrap().as_slice(), public].concat()
    );

    let rsa = json!({"kty": "RSA", "n": RSA_N, "e": "AQAB"});
    let digest = crate::crypto::sha256(&PublicJwk::parse(&rsa).unwrap().spki());
    // As another library encodes the same key.
    assert_eq!(URL_SAFE_NO_PAD.encode(digest), "rTIyDPbFltiEsFOBulc6uo3dV0m03o9KI6efmondrrI");
}
