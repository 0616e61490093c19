use super::*;
use crate::domain::function::CardFunction;

#[test]
fn a_good_token_is_verified() {
    let issuer = Issuer::new();
    let token = issuer.verify(&issuer.card(&claims())).unwrap();
    assert_eq!((token.issuer.as_str(), token.subject.as_str()), (ISSUER, "s"));
    assert_eq!((token.status.idx, token.status.uri.as_str()), (5, LIST));
    assert_eq!(token.key_thumbprint, None);
    assert_eq!(token.require(CardFunction::MedicalSettle), Ok(()));
    assert_eq!(token.require(CardFunction::TransitRide), Err(Reason::FunctionRefused));
}

#[test]
fn a_changed_token_is_refused() {
    let issuer = Issuer::new();
    let token = issuer.card(&claims());
    let (_, signature) = token.rsplit_once('.').unwrap();
    let forged = message(&issuer.header("ecard+jwt"), &with(claims(), "sub", json!("other")));
    assert_eq!(issuer.verify(&format!("{forged}.{signature}")), Err(Reason::Signature));
    let other = Issuer::new();
    let forged = other.sign(&issuer.header("ecard+jwt"), &claims());
    assert_eq!(issuer.verify(&forged), Err(Reason::Signature));
}

#[test]
fn the_kind_is_exact() {
    let issuer = Issuer::new();
    for typ in
        ["at+jwt", "JWT", "dc+sd-jwt", "kb+jwt", "statuslist+jwt", "ecard", "", "x/ecard+jwt"]
    {
        let token = issuer.sign(&issuer.header(typ), &claims());
        assert_eq!(issuer.verify(&token), Err(Reason::Type), "{typ}");
    }
    let untyped = with(issuer.header("ecard+jwt"), "typ", Value::Null);
    assert_eq!(issuer.verify(&issuer.sign(&untyped, &claims())), Err(Reason::Type));
    for typ in ["ECard+JWT", "application/ecard+jwt", "Application/ecard+jwt"] {
        assert!(issuer.verify(&issuer.sign(&issuer.header(typ), &claims())).is_ok(), "{typ}");
    }
}

#[test]
fn the_issuer_is_exact() {
    let issuer = Issuer::new();
    for iss in [json!("https://i.example/"), json!("https://evil.example"), Value::Null] {
        assert_eq!(issuer.refusal_with("iss", iss), Reason::Issuer);
    }
}

#[test]
fn a_token_for_somebody_else_or_nobody_is_refused() {
    let issuer = Issuer::new();
    let others = [
        json!("https://i.example"),
        json!(["a", "b"]),
        json!([]),
        json!([AUDIENCE, 5]),
        json!(5),
        json!({"aud": AUDIENCE}),
        Value::Null,
    ];
    for aud in others {
        assert_eq!(issuer.refusal_with("aud", aud.clone()), Reason::Audience, "{aud}");
    }
    let several = with(claims(), "aud", json!(["a", "demo-hospital"]));
    assert_eq!(issuer.verify(&issuer.card(&several)).unwrap().audiences.len(), 2);
}

#[test]
fn an_end_is_an_end() {
    let issuer = Issuer::new();
    for exp in [json!(at(0)), json!(at(-1)), json!(i64::MIN), Value::Null] {
        assert_eq!(issuer.refusal_with("exp", exp.clone()), Reason::Expired, "{exp}");
    }
    let last = with(claims(), "exp", json!(at(1)));
    assert!(issuer.verify(&issuer.card(&last)).is_ok());
}

#[test]
fn what_has_not_begun_is_refused_beyond_the_clocks_tolerance() {
    let issuer = Issuer::new();
    let tolerance = i64::try_from(CLOCK_TOLERANCE.as_secs()).unwrap();
    assert!(tolerance <= 30);
    for member in ["nbf", "iat"] {
        for begin in [at(tolerance + 1), i64::MAX] {
            assert_eq!(issuer.refusal_with(member, json!(begin)), Reason::NotYetValid, "{member}");
        }
        let ahead = with(claims(), member, json!(at(tolerance)));
        assert!(issuer.verify(&issuer.card(&ahead)).is_ok(), "{member}");
    }
    assert!(issuer.verify(&issuer.card(&with(claims(), "nbf", Value::Null))).is_ok());
}

#[test]
fn a_token_without_a_status_or_another_needed_member_is_refused() {
    let issuer = Issuer::new();
    for member in ["status", "iat", "sub", "jti", "card", "functions"] {
        assert_eq!(issuer.refusal_with(member, Value::Null), Reason::Malformed, "{member}");
    }
    for wrong in [json!({}), json!({"status_list": {"idx": -1, "uri": LIST}})] {
        assert_eq!(issuer.refusal_with("status", wrong), Reason::Malformed);
    }
    assert_eq!(issuer.refusal_with("exp", json!("tomorrow")), Reason::Malformed);
}

#[test]
fn a_verified_token_shows_nothing_in_a_log() {
    let issuer = Issuer::new();
    let token = issuer.verify(&issuer.card(&claims())).unwrap();
    assert_eq!(format!("{token:?} {:?}", token.card), "VerifiedToken(…) Card(…)");
}

#[test]
fn reasons_have_the_words_of_the_verification_endpoint() {
    let words = |reasons: &[Reason]| -> Vec<&str> { reasons.iter().map(|r| r.code()).collect() };
    use Reason::*;
    let form = [Malformed, Algorithm, ForbiddenHeader, UnknownKey, Signature];
    assert_eq!(words(&form), ["signature"; 5]);
    assert_eq!(
        words(&[Expired, NotYetValid, Ended, Suspended]),
        ["expired", "expired", "revoked", "revoked"]
    );
    assert_eq!(
        words(&[Type, Issuer, Audience, FunctionRefused, Replayed]),
        ["type", "issuer", "audience", "function_refused", "replayed"]
    );
}
