use super::*;
use proptest::prelude::*;
use ring::hmac;

#[test]
fn the_tokens_own_algorithm_has_no_say() {
    let issuer = Issuer::new();
    for alg in ["none", "None", "HS256", "ES384", "ES256K", "RS256", "EdDSA", "es256", ""] {
        let header = with(issuer.header("ecard+jwt"), "alg", json!(alg));
        let refused = issuer.verify(&issuer.sign(&header, &claims()));
        assert_eq!(refused, Err(Reason::Algorithm), "{alg}");
    }
}

#[test]
fn an_unsigned_token_is_refused() {
    let issuer = Issuer::new();
    let none = with(issuer.header("ecard+jwt"), "alg", json!("none"));
    let token = format!("{}.", message(&none, &claims()));
    assert_eq!(issuer.verify(&token), Err(Reason::Algorithm));
    let token = format!("{}.", message(&issuer.header("ecard+jwt"), &claims()));
    assert_eq!(issuer.verify(&token), Err(Reason::Signature));
}

#[test]
fn the_public_key_is_no_shared_secret() {
    let issuer = Issuer::new();
    let public = issuer.key.public();
    let mut point = vec![4];
    point.extend(URL_SAFE_NO_PAD.decode(public.x()).unwrap());
    point.extend(URL_SAFE_NO_PAD.decode(public.y()).unwrap());
    for secret in [point, issuer.jwk().to_string().into_bytes()] {
        for alg in ["HS256", "ES256"] {
            let header = with(issuer.header("ecard+jwt"), "alg", json!(alg));
            let message = message(&header, &claims());
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), message.as_bytes());
            let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag));
            assert_eq!(issuer.verify(&token).unwrap_err().code(), "signature");
        }
    }
}

#[test]
fn a_key_name_is_only_looked_up() {
    let issuer = Issuer::new();
    let names = [
        "",
        "' OR 1=1 --",
        "../../keys/signing.json",
        "/dev/null",
        "https://evil.example/jwks",
        &issuer.kid.to_lowercase(),
        &format!("{} ", issuer.kid),
    ];
    for kid in names {
        let header = with(issuer.header("ecard+jwt"), "kid", json!(kid));
        let refused = issuer.verify(&issuer.sign(&header, &claims()));
        assert_eq!(refused, Err(Reason::UnknownKey), "{kid}");
    }
    let nameless = with(issuer.header("ecard+jwt"), "kid", Value::Null);
    assert_eq!(issuer.verify(&issuer.sign(&nameless, &claims())), Err(Reason::UnknownKey));
}

#[test]
fn a_key_the_token_brings_along_is_refused() {
    let (issuer, thief) = (Issuer::new(), Issuer::new());
    let brought = [
        ("jwk", thief.jwk()),
        ("jku", json!("https://evil.example/jwks")),
        ("x5u", json!("https://evil.example/chain.pem")),
    ];
    for (member, value) in brought {
        let header = with(issuer.header("ecard+jwt"), member, value.clone());
        assert_eq!(
            issuer.verify(&thief.sign(&header, &claims())),
            Err(Reason::ForbiddenHeader),
            "{member}"
        );
        // Even under the right signature.
        assert_eq!(
            issuer.verify(&issuer.sign(&header, &claims())),
            Err(Reason::ForbiddenHeader),
            "{member}"
        );
    }
}

#[test]
fn a_certificate_the_token_brings_along_has_no_say() {
    let (issuer, thief) = (Issuer::new(), Issuer::new());
    let header = with(issuer.header("ecard+jwt"), "x5c", json!(["c2VsZi1zaWduZWQ="]));
    assert_eq!(issuer.verify(&thief.sign(&header, &claims())), Err(Reason::Signature));
}

#[test]
fn an_unknown_critical_extension_is_refused() {
    let issuer = Issuer::new();
    for crit in [json!(["b64"]), json!(["exp"]), json!([]), json!("b64")] {
        let header = with(issuer.header("ecard+jwt"), "crit", crit);
        let refused = issuer.verify(&issuer.sign(&header, &claims()));
        assert_eq!(refused, Err(Reason::ForbiddenHeader));
    }
}

#[test]
fn a_member_named_twice_is_refused() {
    let issuer = Issuer::new();
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let good = claims().to_string();
    let doubled = good.replacen('{', &format!(r#"{{"aud":"{AUDIENCE}","#), 1);
    let message = format!("{}.{}", part(&issuer.header("ecard+jwt").to_string()), part(&doubled));
    let token = format!("{message}.{}", issuer.key.sign(message.as_bytes()).unwrap());
    assert_eq!(issuer.verify(&token), Err(Reason::Malformed));
}

#[test]
fn a_token_of_another_shape_is_refused() {
    let issuer = Issuer::new();
    let good = issuer.card(&claims());
    let (front, signature) = good.rsplit_once('.').unwrap();
    let padded = format!("{good}=");
    let json_form = json!({"payload": "e30", "signatures": []}).to_string();
    for token in ["", ".", "..", "...", &json_form, &format!("x{good}"), &format!(" {good}")] {
        assert_eq!(issuer.verify(token), Err(Reason::Malformed), "{token}");
    }
    assert_eq!(issuer.verify(&padded), Err(Reason::Signature));
    assert_eq!(issuer.verify(&format!("{front}.x.{signature}")), Err(Reason::Signature));
    assert_eq!(issuer.verify(&format!("{good}.x")), Err(Reason::Signature));
}

#[test]
fn a_token_too_long_is_refused_unread() {
    let issuer = Issuer::new();
    let long = with(claims(), "sub", json!("s".repeat(MAX_TOKEN_BYTES)));
    assert_eq!(issuer.verify(&issuer.card(&long)), Err(Reason::Malformed));
}

#[test]
fn deep_nesting_does_not_exhaust_the_stack() {
    let issuer = Issuer::new();
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"ES256","jwk":{}}}"#, deep(5000)));
    assert_eq!(issuer.verify(&format!("{header}.e30.AA")), Err(Reason::ForbiddenHeader));
    let payload = URL_SAFE_NO_PAD.encode(format!(r#"{{"aud":{}}}"#, deep(5000)));
    let header = URL_SAFE_NO_PAD.encode(issuer.header("ecard+jwt").to_string());
    let message = format!("{header}.{payload}");
    let token = format!("{message}.{}", issuer.key.sign(message.as_bytes()).unwrap());
    assert_eq!(issuer.verify(&token), Err(Reason::Malformed));
}

proptest! {
    #[test]
    fn no_text_panics_or_passes(text in ".*", parts in "[A-Za-z0-9_-]{0,60}(\\.[A-Za-z0-9_-]{0,60}){0,4}") {
        let issuer = Issuer::new();
        prop_assert!(issuer.verify(&text).is_err());
        prop_assert!(issuer.verify(&parts).is_err());
    }

    #[test]
    fn no_mutation_of_a_good_token_passes(at in any::<prop::sample::Index>(), to in any::<u8>(), cut in any::<bool>()) {
        let issuer = Issuer::new();
        let good = issuer.card(&claims());
        let mut bytes = good.clone().into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.remove(at); } else { bytes[at] = to; }
        let changed = String::from_utf8_lossy(&bytes);
        prop_assume!(changed != good);
        prop_assert!(issuer.verify(&changed).is_err());
    }

    #[test]
    fn no_signed_payload_panics(payload in ".*") {
        let issuer = Issuer::new();
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let message = format!("{}.{}", encode(&issuer.header("ecard+jwt").to_string()), encode(&payload));
        let token = format!("{message}.{}", issuer.key.sign(message.as_bytes()).unwrap());
        prop_assert!(issuer.verify(&token).is_err());
    }
}
