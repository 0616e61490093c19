//! A code is good once; what is shown is for something.

use super::engine::*;
use super::*;
use crate::domain::function::CardFunction;

#[test]
fn a_code_is_good_once() {
    let issuer = Issuer::new();
    let network = Network::of(&issuer);
    let verifier = verifier();
    let first = code(&issuer, 5, 1, 0);
    assert_eq!(network.see(&verifier, &first, 0), age(0));
    assert_eq!(network.see(&verifier, &first, 1), Verdict::Invalid(Reason::Replayed));
    assert_eq!(network.see(&verifier, &first, 91), Verdict::Invalid(Reason::Expired));
    assert_eq!(
        network.see(&verifier, &code(&issuer, 6, 2, 0), 1),
        Verdict::Invalid(Reason::Suspended)
    );
    let restarted = self::verifier();
    let next = code(&issuer, 5, 3, 0);
    let now = Timestamp::from_epoch_seconds(at(0));
    let Outcome::Valid { shown, .. } = verifier.judge(&next, None, now) else { panic!("valid") };
    restarted.remember(shown.identity(), now + Duration::from_secs(180), now);
    assert_eq!(network.see(&restarted, &next, 5), Verdict::Invalid(Reason::Replayed));
}

#[test]
fn without_room_to_remember_a_code_is_refused() {
    let issuer = Issuer::new();
    let network = Network::of(&issuer);
    let verifier = Verifier::new(Settings { most_seen: 1, ..Settings::new(ISSUER) });
    assert_eq!(network.see(&verifier, &code(&issuer, 5, 1, 0), 0), age(0));
    let full = Verdict::Unknown(UnknownReason::TooManyCodes);
    assert_eq!(network.see(&verifier, &code(&issuer, 5, 2, 0), 0), full);
    assert_eq!(network.see(&verifier, &code(&issuer, 5, 3, 180), 180), age(180));
}

#[test]
fn a_token_is_good_once_where_that_is_asked() {
    let issuer = Issuer::new();
    let network = Network::of(&issuer);
    let card = card_at(&issuer, 5);
    let often = verifier();
    assert_eq!((network.see(&often, &card, 0), network.see(&often, &card, 0)), (age(0), age(0)));
    let once = Verifier::new(Settings { tokens_once: true, ..Settings::new(ISSUER) });
    assert_eq!(network.see(&once, &card, 0), age(0));
    assert_eq!(network.see(&once, &card, 0), Verdict::Invalid(Reason::Replayed));
}

#[test]
fn a_function_the_card_has_not_is_refused_and_a_lost_card_is_lost_first() {
    let issuer = Issuer::new();
    let network = Network::of(&issuer);
    let verifier = verifier();
    let now = Timestamp::from_epoch_seconds(at(0));
    let ask = |index, function| {
        let outcome =
            verifier.verify(&card_at(&issuer, index), Some(function), now, |w| network.get(w));
        outcome.verdict()
    };
    assert_eq!(ask(5, CardFunction::MedicalSettle), age(0));
    assert_eq!(ask(5, CardFunction::TransitRide), Verdict::Invalid(Reason::FunctionRefused));
    assert_eq!(ask(6, CardFunction::TransitRide), Verdict::Invalid(Reason::Suspended));
}

#[test]
fn an_online_code_needs_the_issuer() {
    let seen = verifier().judge("012345678901234567890123", None, NOW).verdict();
    assert_eq!(seen, Verdict::Unknown(UnknownReason::NeedsIssuer));
}

#[test]
fn lists_are_held_within_bounds_and_followed() {
    let issuer = Issuer::new();
    let verifier = Verifier::new(Settings { most_lists: 2, ..Settings::new(ISSUER) });
    verifier
        .take(
            &Wanted::keys(String::new(), None),
            Some(Fetched::body(json!({"keys": [issuer.jwk()]}).to_string())),
            NOW,
        )
        .unwrap();
    let uris: Vec<String> = (0..20).map(|n| format!("{ISSUER}/status/{n}")).collect();
    verifier.follow(uris.iter().map(String::as_str).chain(["https://evil.example/status/1"]));
    assert_eq!(verifier.due(Duration::from_secs(60), NOW + Duration::from_secs(20)).len(), 2);
    assert_eq!(verifier.oldest_status(NOW), None);
    let take = |uri: &str, iat: i64| {
        let list = with(with(list_claims(&PACKED), "sub", json!(uri)), "iat", json!(at(iat)));
        let token = issuer.sign(&issuer.header("statuslist+jwt"), &list);
        verifier.take(&Wanted::list(uri.to_owned(), None), Some(Fetched::body(token)), NOW)
    };
    for uri in &uris {
        take(uri, -40).unwrap();
    }
    let held = verifier.memory_of_lists();
    assert_eq!(held, 2);
    let last = uris.last().unwrap();
    assert!(matches!(take(last, -41), Err(NotTaken::List(ListProblem::Older))));
    assert!(
        matches!(take(&uris[17], -41), Err(NotTaken::List(ListProblem::Older))),
        "let go, not forgotten"
    );
    let elsewhere = Wanted::list("https://evil.example/status/1".to_owned(), None);
    assert!(matches!(verifier.take(&elsewhere, None, NOW), Err(NotTaken::Unasked)));
}
