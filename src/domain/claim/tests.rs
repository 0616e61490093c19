use super::*;
use crate::domain::id_number::IdNumber;
use crate::domain::ids::{CardId, CitizenId, MessageId, ReviewId};
use crate::domain::liveness::LivenessPrompt;
use crate::domain::mobile_number::MobileNumber;
use crate::domain::person_name::PersonName;
use std::time::Duration;

const NOW: Timestamp = Timestamp::from_epoch_seconds(1_795_399_200);
const LIFETIME: Duration = Duration::from_secs(1800);

fn consent() -> ConsentGiven {
    ConsentGiven { text_version: "v1".to_owned(), at: NOW }
}

fn identity() -> Identity {
    let id_number = IdNumber::parse("11010119900307002X", NOW.shanghai_date()).unwrap();
    Identity { id_number, name: PersonName::parse("王䶮").unwrap(), confirmed_at: NOW }
}

fn sent(code: &str) -> SentCode {
    SentCode {
        code: code.to_owned(),
        message: MessageId::from_random([1; 16]),
        mobile: MobileNumber::parse("13800000001").unwrap(),
        at: NOW,
    }
}

fn citizen() -> CitizenId {
    CitizenId::from_random([2; 16])
}

fn named() -> Named {
    Started.allow(consent()).log_in().name(identity())
}

fn faced() -> Faced {
    named().consent_to_face(consent(), LivenessPrompt::Nod).matched(citizen(), 91, NOW)
}

/// Every stage, each built only from the one before it: no other way compiles.
fn every_stage() -> Vec<Stage> {
    let logged_in = || Started.allow(consent()).log_in();
    let face = named().consent_to_face(consent(), LivenessPrompt::Blink);
    let code = faced().proved().send_code(sent("a"));
    let review = ReviewId::from_random([3; 16]);
    vec![
        Started.into(),
        Started.allow(consent()).into(),
        logged_in().into(),
        named().into(),
        face.clone().into(),
        faced().into(),
        named().prove_at_counter(citizen(), NOW).into(),
        code.clone().into(),
        code.clone().activate(NOW).into(),
        code.activate(NOW).issue(CardId::from_random([4; 16])).into(),
        logged_in().review(review.clone(), identity()).into(),
        named().bound_elsewhere(review).into(),
        Started.refuse(),
        Stage::Expired,
        logged_in().lock(NOW).into(),
        face.lock(NOW).into(),
    ]
}

fn claim(stage: Stage) -> Claim {
    let reference = Reference::from_random([5; 10]);
    Claim::begin(ClaimId::from_random([6; 16]), reference, NOW, LIFETIME).at(stage)
}

#[test]
fn every_stage_survives_being_stored() {
    for stage in every_stage() {
        let text = serde_json::to_string(&stage).unwrap();
        assert_eq!(serde_json::from_str::<Stage>(&text).unwrap(), stage, "{text}");
    }
}

#[test]
fn a_stage_stored_without_its_evidence_is_refused() {
    for text in [r#"{"stage":"activated"}"#, r#"{"stage":"faced","score":99}"#, r#"{"stage":"x"}"#]
    {
        assert!(serde_json::from_str::<Stage>(text).is_err(), "{text}");
    }
}

#[test]
fn what_is_open_expires_and_what_has_ended_stays() {
    let end = NOW + LIFETIME;
    for stage in every_stage() {
        let just_before = claim(stage.clone()).as_of(end - Duration::from_secs(1));
        assert_eq!(just_before.stage, stage);
        let after = claim(stage.clone()).as_of(end).stage;
        let ended = matches!(stage.name(), StageName::Issued | StageName::Refused);
        match after {
            Stage::Expired => assert!(!ended, "{:?}", stage.name()),
            Stage::Locked(locked) => assert_eq!(locked.resume, None, "no way on"),
            kept => assert!(ended && kept == stage, "{:?}", stage.name()),
        }
    }
}

#[test]
fn a_failed_face_leaves_the_counter_open_and_a_failed_name_does_not() {
    let face = named().consent_to_face(consent(), LivenessPrompt::Blink).lock(NOW);
    assert_eq!((face.cause, face.resume), (LockCause::Face, Some(named())));
    let name = Started.allow(consent()).log_in().lock(NOW);
    assert_eq!((name.cause, name.resume), (LockCause::RealName, None));
}

#[test]
fn the_proof_is_remembered_as_it_was_given() {
    let face = faced().proved();
    assert_eq!(face.proof, Proof::Face { score: 91, at: NOW });
    assert!(face.face_consent.is_some());
    let counter = named().prove_at_counter(citizen(), NOW).proved();
    assert_eq!(counter.proof, Proof::Counter { at: NOW });
    assert_eq!(counter.face_consent, None, "no face was processed");
}

#[test]
fn a_new_code_takes_the_place_of_the_old() {
    let first = faced().proved().send_code(sent("a"));
    assert_eq!(first.clone().send_again(sent("b")), faced().proved().send_code(sent("b")));
    assert_eq!(first.activate(NOW).mobile.as_str(), "13800000001");
}

#[test]
fn staff_confirm_what_was_claimed_and_at_their_own_time() {
    let later = NOW + Duration::from_secs(5);
    let confirmed = named().bound_elsewhere(ReviewId::from_random([3; 16])).confirm(later);
    assert_eq!(confirmed.identity, Identity { confirmed_at: later, ..identity() });
    let refused = named().bound_elsewhere(ReviewId::from_random([3; 16])).refuse();
    assert_eq!(refused, Stage::Refused);
}
