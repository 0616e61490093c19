//! What this service signs, a stranger verifies: key ring, token, status list, verifier.
#![cfg(feature = "server")]
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use ecard::domain::assurance::{Acr, Amr};
use ecard::domain::citizen::CardType;
use ecard::domain::function::CardFunction;
use ecard::domain::status::{StatusReference, StatusValue};
use ecard::domain::status_bits::{EntryBits, PackedStatuses};
use ecard::domain::time::Timestamp;
use ecard::status::codec::{Effort, encode};
use ecard::token::card::{
    Authentication, CARD_TOKEN_TYPE, CardClaim, CardFacts, holder_audience, holder_token,
};
use ecard::token::keyring::KeyRing;
use ecard::token::signer::SigningAlgorithm;
use ecard::token::status_list::{STATUS_LIST_TYPE, StatusListClaims};
use ecard::verifier::{
    Expectation, ListExpectation, Reason, TrustedKeys, Verdict, VerifiedToken, check_status,
    verify_card_token, verify_status_list,
};
use std::time::Duration;

const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);
const ISSUER: &str = "https://i.example";
const LIST: &str = "https://i.example/status/1";
const INDEX: u32 = 777_777;

fn card_token(ring: &KeyRing) -> String {
    let facts = CardFacts {
        card: CardClaim {
            no_masked: "E12******89".to_owned(),
            region: "110100".to_owned(),
            card_type: CardType::Minor,
        },
        functions: vec![CardFunction::PharmacyPay],
        status: StatusReference { idx: INDEX, uri: LIST.to_owned() },
    };
    let authentication = Authentication { acr: Acr::Face, amr: vec![Amr::Face], auth_time: NOW };
    let claims = holder_token(ISSUER, facts, authentication, [9; 32], NOW);
    ring.sign(CARD_TOKEN_TYPE, &claims, NOW).unwrap()
}

fn published(ring: &KeyRing, status: StatusValue) -> String {
    let mut list = PackedStatuses::zeros(EntryBits::Two, 1 << 20);
    list.set(INDEX, status.bits()).unwrap();
    let lst = encode(&list, Effort::Quick).unwrap();
    let claims = StatusListClaims::new(LIST, EntryBits::Two, lst, "https://i.example/status", NOW);
    ring.sign(STATUS_LIST_TYPE, &claims, NOW).unwrap()
}

fn verified(token: &str, keys: &TrustedKeys) -> Result<VerifiedToken, Reason> {
    let audience = holder_audience(ISSUER);
    let expect = Expectation { issuer: ISSUER, audiences: &[&audience] };
    verify_card_token(token, keys, &expect, NOW + Duration::from_secs(10))
}

fn keys_of(ring: &KeyRing) -> TrustedKeys {
    TrustedKeys::from_jwks(&serde_json::to_vec(&ring.jwks()).unwrap()).unwrap()
}

#[test]
fn a_stranger_with_the_key_set_and_the_list_can_tell() {
    let folder = tempfile::tempdir().unwrap();
    let ring = KeyRing::open_or_create(folder.path(), NOW).unwrap();
    let keys = keys_of(&ring);
    let token = verified(&card_token(&ring), &keys).unwrap();
    assert_eq!(token.card.card_type, CardType::Minor);
    assert_eq!(token.functions, [CardFunction::PharmacyPay]);
    let now = NOW + Duration::from_secs(10);
    let age = Duration::from_secs(10);
    for (status, expected) in [
        (StatusValue::Valid, Verdict::Valid { status_age: age }),
        (StatusValue::Invalid, Verdict::Invalid(Reason::Ended)),
        (StatusValue::Suspended, Verdict::Invalid(Reason::Suspended)),
    ] {
        let expect = ListExpectation { issuer: ISSUER, uri: &token.status.uri, known: None };
        let list = verify_status_list(&published(&ring, status), &keys, &expect, now).unwrap();
        assert_eq!(check_status(&token, Ok(&list), now), expected);
    }
}

#[test]
fn tokens_outlive_a_rotation_until_their_key_is_retired() {
    let folder = tempfile::tempdir().unwrap();
    let ring = KeyRing::open_or_create(folder.path(), NOW).unwrap();
    let old = ring.keys_table(NOW)[0].kid.clone();
    let token = card_token(&ring);
    ring.rotate(SigningAlgorithm::Es256, NOW, true).unwrap();
    assert!(verified(&token, &keys_of(&ring)).is_ok());
    ring.retire(&old, NOW, true).unwrap();
    assert_eq!(verified(&token, &keys_of(&ring)).map(|_| ()), Err(Reason::UnknownKey));
}

#[test]
fn one_kind_of_token_is_never_taken_for_another() {
    let folder = tempfile::tempdir().unwrap();
    let ring = KeyRing::open_or_create(folder.path(), NOW).unwrap();
    let keys = keys_of(&ring);
    let list = published(&ring, StatusValue::Valid);
    assert_eq!(verified(&list, &keys).map(|_| ()), Err(Reason::Type));
    let expect = ListExpectation { issuer: ISSUER, uri: LIST, known: None };
    assert!(verify_status_list(&card_token(&ring), &keys, &expect, NOW).is_err());
}
