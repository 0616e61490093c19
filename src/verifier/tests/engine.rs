//! The verifier with its memory, against an issuer that counts what it is asked.

use super::*;
use crate::domain::function::CardFunction;
use crate::verifier::offline::{Presentation, Ticket};
use std::cell::RefCell;
use std::time::Duration;

/// Entry 5 of `PACKED` is valid, 6 suspended, 4 invalid.
pub(super) const PACKED: [u8; 2] = [0b1110_0100, 0b0110_0001];

/// What the network is like.
pub(super) struct Network<'a> {
    pub(super) issuer: &'a Issuer,
    pub(super) list: RefCell<Option<Value>>,
    pub(super) up: bool,
    pub(super) asked: RefCell<Vec<String>>,
}

impl<'a> Network<'a> {
    pub(super) fn of(issuer: &'a Issuer) -> Self {
        let list = RefCell::new(Some(list_claims(&PACKED)));
        Self { issuer, list, up: true, asked: RefCell::default() }
    }

    pub(super) fn get(&self, wanted: &Wanted) -> Option<Fetched> {
        self.asked.borrow_mut().push(wanted.uri.clone());
        if !self.up {
            return None;
        }
        match wanted.kind {
            WantedKind::Keys => {
                Some(Fetched::body(json!({"keys": [self.issuer.jwk()]}).to_string()))
            }
            WantedKind::List => {
                let claims = self.list.borrow().clone()?;
                Some(Fetched::body(
                    self.issuer.sign(&self.issuer.header("statuslist+jwt"), &claims),
                ))
            }
        }
    }

    pub(super) fn asks(&self) -> usize {
        self.asked.borrow().len()
    }

    pub(super) fn see(&self, verifier: &Verifier, text: &str, seconds: i64) -> Verdict {
        let now = Timestamp::from_epoch_seconds(at(seconds));
        verifier.verify(text, None, now, |wanted| self.get(wanted)).verdict()
    }
}

pub(super) fn verifier() -> Verifier {
    Verifier::new(Settings::new(ISSUER))
}

pub(super) fn card_at(issuer: &Issuer, index: u32) -> String {
    let status = json!({"status_list": {"idx": index, "uri": LIST}});
    issuer.card(&with(with(claims(), "status", status), "exp", json!(at(90_000))))
}

pub(super) fn age(seconds: u64) -> Verdict {
    Verdict::Valid { status_age: Duration::from_secs(seconds) }
}

pub(super) fn code(issuer: &Issuer, index: u32, nonce: u8, shown: i64) -> String {
    let device = Es256Key::generate().unwrap().1;
    let raw = |key: &Es256Key, message: &[u8]| -> [u8; 64] {
        URL_SAFE_NO_PAD.decode(key.sign(message).unwrap()).unwrap().try_into().unwrap()
    };
    let ticket = Ticket {
        expires_at: Timestamp::from_epoch_seconds(at(shown + 3600)),
        card_ref: [nonce; 16],
        device: device.public().clone(),
        list: 1,
        index,
        functions: vec![CardFunction::MedicalSettle],
        name_masked: None,
    };
    let signature = raw(&issuer.key, &ticket.to_be_signed(&issuer.kid));
    let shown_at = Timestamp::from_epoch_seconds(at(shown));
    let ticket = ticket.assemble(&issuer.kid, &signature);
    let presentation = Presentation { ticket, shown_at, nonce: [nonce; 8] };
    presentation.assemble(&raw(&device, &presentation.to_be_signed()))
}

#[test]
fn keys_and_list_are_fetched_once_and_used_while_fresh() {
    let issuer = Issuer::new();
    let network = Network::of(&issuer);
    let verifier = verifier();
    assert_eq!(network.see(&verifier, &card_at(&issuer, 5), 0), age(0));
    assert_eq!(network.see(&verifier, &card_at(&issuer, 0), 200), age(200));
    assert_eq!(
        network.see(&verifier, &card_at(&issuer, 6), 200),
        Verdict::Invalid(Reason::Suspended)
    );
    assert_eq!(network.asks(), 2);
    assert_eq!(network.see(&verifier, &card_at(&issuer, 5), 301), age(0), "asked again");
    assert_eq!(network.asks(), 4);
    assert_eq!(
        *network.asked.borrow(),
        [
            format!("{ISSUER}/oauth/jwks"),
            LIST.to_owned(),
            format!("{ISSUER}/oauth/jwks"),
            LIST.to_owned(),
        ]
    );
}

#[test]
fn a_network_that_is_down_is_never_a_valid_card() {
    let issuer = Issuer::new();
    let mut network = Network::of(&issuer);
    let verifier = verifier();
    network.up = false;
    let unknown = |reason| Verdict::Unknown(reason);
    let card = card_at(&issuer, 5);
    assert_eq!(network.see(&verifier, &card, 0), unknown(UnknownReason::KeysUnavailable));
    assert_eq!(network.see(&verifier, &card, 9), unknown(UnknownReason::KeysUnavailable));
    assert_eq!(network.asks(), 1, "an address that failed is left alone for a while");
    network.up = true;
    network.list.replace(None);
    assert_eq!(network.see(&verifier, &card, 10), unknown(UnknownReason::ListUnavailable));
    network.list.replace(Some(list_claims(&PACKED)));
    assert_eq!(network.see(&verifier, &card, 20), age(0));
    network.up = false;
    assert_eq!(network.see(&verifier, &card, 320), age(300), "as old as is allowed");
    assert_eq!(network.see(&verifier, &card, 321), unknown(UnknownReason::StatusTooOld));
    let (lost, ended) = (card_at(&issuer, 6), card_at(&issuer, 4));
    assert_eq!(network.see(&verifier, &lost, 321), unknown(UnknownReason::StatusTooOld));
    assert_eq!(network.see(&verifier, &ended, 321), Verdict::Invalid(Reason::Ended), "final");
    let outcome = verifier.verify(&card, None, Timestamp::from_epoch_seconds(at(321)), |_| None);
    assert!(matches!(outcome, Outcome::Unknown { shown: Some(_), .. }), "what is known is told");
}

#[test]
fn an_unknown_key_asks_once_a_minute() {
    let (issuer, thief) = (Issuer::new(), Issuer::new());
    let network = Network::of(&issuer);
    let verifier = verifier();
    assert_eq!(network.see(&verifier, &card_at(&issuer, 5), 0), age(0));
    for seconds in [30, 59, 60, 61, 100, 119] {
        let seen = network.see(&verifier, &card_at(&thief, 5), seconds);
        assert_eq!(seen, Verdict::Invalid(Reason::UnknownKey));
    }
    assert_eq!(network.asks(), 3, "keys, list, keys");
}

#[test]
fn a_new_key_is_found() {
    let (old, new) = (Issuer::new(), Issuer::new());
    let verifier = verifier();
    assert_eq!(Network::of(&old).see(&verifier, &card_at(&old, 5), 0), age(0));
    let network = Network::of(&new);
    assert_eq!(network.see(&verifier, &card_at(&new, 5), 100), age(100));
    assert_eq!(*network.asked.borrow(), [format!("{ISSUER}/oauth/jwks")]);
}

#[test]
fn an_address_that_is_not_the_issuers_is_never_asked() {
    let issuer = Issuer::new();
    let network = Network::of(&issuer);
    let verifier = verifier();
    for uri in [
        "https://evil.example/status/1",
        "https://i.example/status/",
        "https://i.example/status/../x",
        "https://i.example/status/1?x",
        "https://i.example.evil.example/status/1",
        "http://169.254.169.254/1",
        "file:///etc/passwd",
    ] {
        let status = json!({"status_list": {"idx": 5, "uri": uri}});
        let seen = network.see(&verifier, &issuer.card(&with(claims(), "status", status)), 0);
        assert_eq!(seen, Verdict::Unknown(UnknownReason::ListElsewhere), "{uri}");
    }
    assert_eq!(network.asks(), 1, "the keys alone");
}

#[test]
fn an_older_list_never_replaces_a_newer_one() {
    let issuer = Issuer::new();
    let network = Network::of(&issuer);
    let verifier = verifier();
    assert_eq!(network.see(&verifier, &card_at(&issuer, 4), 0), Verdict::Invalid(Reason::Ended));
    let before = with(list_claims(&[0, 0]), "iat", json!(at(-41)));
    network.list.replace(Some(before));
    assert_eq!(network.see(&verifier, &card_at(&issuer, 4), 301), Verdict::Invalid(Reason::Ended));
    let seen = network.see(&verifier, &card_at(&issuer, 5), 301);
    assert_eq!(seen, Verdict::Unknown(UnknownReason::StatusTooOld), "it confirms nothing");
}

#[test]
fn a_refused_list_says_why() {
    let issuer = Issuer::new();
    let network = Network::of(&issuer);
    network.list.replace(Some(with(
        list_claims(&PACKED),
        "sub",
        json!("https://i.example/status/2"),
    )));
    let seen = network.see(&verifier(), &card_at(&issuer, 5), 0);
    assert_eq!(seen, Verdict::Unknown(ListProblem::Subject.into()));
}

#[test]
fn a_confirmed_list_is_as_young_as_its_confirmation() {
    let issuer = Issuer::new();
    let network = Network::of(&issuer);
    let verifier = verifier();
    let card = card_at(&issuer, 5);
    assert_eq!(network.see(&verifier, &card, 0), age(0));
    let now = Timestamp::from_epoch_seconds(at(400));
    let mut tags = Vec::new();
    let outcome = verifier.verify(&card, None, now, |wanted| {
        tags.push(wanted.etag.clone());
        Some(Fetched::NotModified { max_age: None })
    });
    assert_eq!((outcome.verdict(), tags.len()), (age(0), 2));
    let etag = Some("\"7\"".to_owned());
    let list = issuer.sign(&issuer.header("statuslist+jwt"), &list_claims(&PACKED));
    let wanted = Wanted::list(LIST.to_owned(), None);
    let held_up = Fetched::Body {
        bytes: list.into(),
        etag: etag.clone(),
        max_age: None,
        age: Duration::from_secs(250),
    };
    let later = Timestamp::from_epoch_seconds(at(800));
    verifier.take(&wanted, Some(held_up), later).unwrap();
    assert_eq!(
        verifier.judge(&card, None, later).verdict(),
        age(250),
        "a cache on the way held it"
    );
    let due = verifier.due(Duration::from_secs(60), later + Duration::from_secs(60));
    assert_eq!(due.last().unwrap().etag, etag);
}

#[test]
fn a_list_somebody_kept_is_as_old_as_it_says() {
    let issuer = Issuer::new();
    let verifier =
        Verifier::new(Settings { max_status_age: Duration::MAX, ..Settings::new(ISSUER) });
    let outcome = verifier.verify(&card_at(&issuer, 5), None, NOW, |wanted| match wanted.kind {
        WantedKind::Keys => Some(Fetched::body(json!({"keys": [issuer.jwk()]}).to_string())),
        WantedKind::List => {
            let header = issuer.header("statuslist+jwt");
            Some(Fetched::kept(issuer.sign(&header, &list_claims(&PACKED))))
        }
    });
    assert_eq!(outcome.verdict(), age(40));
}
