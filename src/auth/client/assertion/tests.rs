use super::*;
use crate::domain::client::{ClientAuth, ClientProfile};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

const ISSUER: &str = "https://ecard.example";
const NOW: i64 = 1_800_000_000;

fn client(profile: ClientProfile) -> Client {
    let mut client = Client::new("app", "App", ClientAuth::PrivateKeyJwt);
    client.profile = profile;
    client
}

fn good() -> Value {
    json!({"iss": "app", "sub": "app", "aud": ISSUER, "exp": NOW + 60, "iat": NOW, "jti": "j"})
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = good();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = good();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn token(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(header), part(claims))
}

/// What is said of an assertion before its signature is looked at; empty when nothing.
fn said(client: &Client, header: &Value, claims: &Value) -> String {
    let text = token(header, claims);
    let now = Timestamp::from_epoch_seconds(NOW);
    let rules = Rules { client, issuer: ISSUER, endpoint: "/oauth/par", now };
    let fits = Assertion::read(&text).and_then(|it| it.fits(&rules).map(|_| ()));
    fits.map_or_else(|error| error.to_string(), |()| String::new())
}

fn of(claims: &Value) -> String {
    said(&client(ClientProfile::Fapi2), &json!({"alg": "ES256"}), claims)
}

fn under(header: &Value) -> String {
    said(&client(ClientProfile::Fapi2), header, &good())
}

#[test]
fn a_good_assertion_fits() {
    assert_eq!(of(&good()), "");
    let typed = ["JWT", "jwt", "application/jwt", "client-authentication+jwt"];
    for typ in typed {
        assert_eq!(under(&json!({"alg": "PS256", "typ": typ, "x": 1})), "", "{typ}");
    }
}

#[test]
fn aud_of_fapi2_clients_is_the_issuer_as_a_string() {
    for aud in [
        json!([ISSUER]),
        json!(format!("{ISSUER}/")),
        json!(format!("{ISSUER}/oauth/token")),
        json!(format!("{ISSUER}/oauth/par")),
        json!("https://other.example"),
        json!(5),
        json!(null),
    ] {
        assert!(of(&with("aud", aud.clone())).contains("aud"), "{aud}");
    }
    assert!(of(&without("aud")).contains("aud"));
}

#[test]
fn aud_of_other_clients_names_us_and_nobody_else() {
    let client = client(ClientProfile::Oidc);
    let said = |aud: Value| said(&client, &json!({"alg": "EdDSA"}), &with("aud", aud));
    for aud in [
        json!(ISSUER),
        json!([ISSUER]),
        json!(format!("{ISSUER}/oauth/token")),
        json!(format!("{ISSUER}/oauth/par")),
        json!([ISSUER, format!("{ISSUER}/oauth/token")]),
    ] {
        assert_eq!(said(aud.clone()), "", "{aud}");
    }
    for aud in [
        json!([]),
        json!([5]),
        json!([ISSUER, "https://other.example"]),
        json!(format!("{ISSUER}/oauth/revoke")),
        json!(format!("{ISSUER}.evil.example")),
    ] {
        assert!(said(aud.clone()).contains("aud"), "{aud}");
    }
}

#[test]
fn rs256_hmac_and_none_are_refused() {
    for alg in ["RS256", "none", "HS256", "ES384", ""] {
        assert!(under(&json!({"alg": alg})).contains("PS256, ES256 or EdDSA"), "{alg}");
    }
}

#[test]
fn a_registered_algorithm_is_the_only_one() {
    let mut client = client(ClientProfile::Fapi2);
    client.token_endpoint_auth_signing_alg = Some("PS256".to_owned());
    assert_eq!(said(&client, &json!({"alg": "PS256"}), &good()), "");
    assert!(said(&client, &json!({"alg": "ES256"}), &good()).contains("registered algorithm"));
}

#[test]
fn other_kinds_of_tokens_are_no_assertions() {
    assert!(under(&json!({"alg": "ES256", "typ": "dpop+jwt"})).contains("typ"));
    assert!(under(&json!({"alg": "ES256", "typ": "at+jwt"})).contains("typ"));
    assert!(under(&json!({"alg": "ES256", "crit": ["b64"]})).contains("critical"));
}

#[test]
fn issuer_and_subject_are_both_the_client() {
    for claims in [without("iss"), without("sub"), with("iss", json!("other"))] {
        assert!(of(&claims).contains("iss and sub"), "{claims}");
    }
}

#[test]
fn its_end_is_named_near_and_not_over() {
    assert!(of(&without("exp")).contains("missing"));
    assert!(of(&with("exp", json!(NOW))).contains("expired"));
    assert!(of(&with("exp", json!(NOW - 60))).contains("expired"));
    assert_eq!(of(&with("exp", json!(NOW + 3660))), "");
    assert!(of(&with("exp", json!(NOW + 3661))).contains("an hour"));
    assert!(!of(&with("exp", json!("soon"))).is_empty());
}

#[test]
fn a_clock_a_little_ahead_is_borne() {
    for name in ["nbf", "iat"] {
        assert_eq!(of(&with(name, json!(NOW + 8))), "", "{name}");
        assert_eq!(of(&with(name, json!(NOW + 60))), "", "{name}");
        assert!(of(&with(name, json!(NOW + 61))).contains("ahead"), "{name}");
    }
    assert_eq!(of(&without("iat")), "", "iat is optional");
}

#[test]
fn it_has_a_name_of_its_own() {
    assert!(of(&without("jti")).contains("jti"));
    assert!(of(&with("jti", json!(""))).contains("jti"));
    assert!(of(&with("jti", json!("x".repeat(513)))).contains("jti"));
}

#[test]
fn what_is_no_jwt_is_refused() {
    for text in ["", "x", "a.b.c", "e30.e30.c2ln", &"x".repeat(9000)] {
        assert!(Assertion::read(text).is_err(), "{text}");
    }
}
