use super::*;
use crate::crypto::Es256Key;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);
const ISSUER: &str = "https://i.example";

struct World {
    issuer: Es256Key,
    kid: String,
    device: Es256Key,
}

fn signature(key: &Es256Key, message: &[u8]) -> [u8; 64] {
    URL_SAFE_NO_PAD.decode(key.sign(message).unwrap()).unwrap().try_into().unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_epoch_seconds(NOW.epoch_seconds() + seconds)
}

impl World {
    fn new() -> Self {
        let issuer = Es256Key::generate().unwrap().1;
        let device = Es256Key::generate().unwrap().1;
        Self { kid: issuer.public().thumbprint(), issuer, device }
    }

    fn keys(&self) -> TrustedKeys {
        let public = self.issuer.public();
        let jwk =
            json!({"kty": "EC", "crv": "P-256", "kid": self.kid, "x": public.x(), "y": public.y()});
        TrustedKeys::from_jwks(json!({ "keys": [jwk] }).to_string().as_bytes()).unwrap()
    }

    fn ticket(&self) -> Ticket {
        Ticket {
            expires_at: at(3600),
            card_ref: [9; 16],
            device: self.device.public().clone(),
            list: 953,
            index: 1_048_575,
            functions: vec![CardFunction::MedicalSettle, CardFunction::AccountBank],
            name_masked: None,
        }
    }

    fn issued(&self, ticket: &Ticket) -> Vec<u8> {
        let signature = signature(&self.issuer, &ticket.to_be_signed(&self.kid));
        ticket.assemble(&self.kid, &signature)
    }

    fn shown(&self, ticket: Vec<u8>, shown_at: Timestamp) -> String {
        let presentation = Presentation { ticket, shown_at, nonce: [3; 8] };
        presentation.assemble(&signature(&self.device, &presentation.to_be_signed()))
    }

    fn open(&self, text: &str) -> Result<OfflineCode, Reason> {
        open_presentation(text, &self.keys(), ISSUER, NOW)
    }

    /// The refusal of the good code with its ticket changed before the issuer signs it.
    fn refusal(&self, change: impl FnOnce(&mut Ticket)) -> Reason {
        let mut ticket = self.ticket();
        change(&mut ticket);
        self.open(&self.shown(self.issued(&ticket), NOW)).unwrap_err()
    }
}

#[test]
fn a_code_made_by_other_hands_opens() {
    let text = include_str!("../../../tests/vectors/offline_codes.json");
    let vector: Value = serde_json::from_str(text).unwrap();
    let keys = TrustedKeys::from_jwks(vector["jwks"].to_string().as_bytes()).unwrap();
    for code in vector["codes"].as_array().unwrap() {
        let opened = open_presentation(code["text"].as_str().unwrap(), &keys, ISSUER, NOW).unwrap();
        assert_eq!(opened.name_masked.as_deref(), code["name"].as_str());
        assert_eq!(opened.functions, [CardFunction::MedicalSettle, CardFunction::AccountBank]);
        assert_eq!((opened.expires_at, opened.shown_at), (at(3600), at(-5)));
        let uri = "https://i.example/status/20".to_owned();
        assert_eq!(opened.status, StatusReference { idx: 777_777, uri });
    }
}

#[test]
fn a_code_fits_a_version_12_symbol() {
    let world = World::new();
    let mut ticket = world.ticket();
    let plain = world.shown(world.issued(&ticket), NOW);
    ticket.name_masked = Some("*明".to_owned());
    let named = world.shown(world.issued(&ticket), NOW);
    // Letters of a version 12 symbol at level L (ISO/IEC 18004, table 7).
    assert!(plain.len() <= 535 && named.len() <= 535, "{} {}", plain.len(), named.len());
    assert_eq!((plain.len(), named.len()), (493, 504));
    assert!(world.open(&named).is_ok());
}

#[test]
fn the_times_are_kept() {
    let world = World::new();
    let shown = |at| world.open(&world.shown(world.issued(&world.ticket()), at)).map(|_| ());
    assert_eq!((shown(at(-90)), shown(at(90))), (Ok(()), Ok(())));
    assert_eq!(shown(at(-91)), Err(Reason::Expired));
    assert_eq!(shown(at(91)), Err(Reason::NotYetValid));
    for far in [i64::MIN, i64::MAX] {
        assert!(shown(Timestamp::from_epoch_seconds(far)).is_err());
    }
    assert_eq!(world.refusal(|t| t.expires_at = NOW), Reason::Expired);
    assert_eq!(world.refusal(|t| t.expires_at = at(24 * 3600 + 31)), Reason::NotYetValid);
}

#[test]
fn another_issuer_device_or_content_is_refused() {
    let (world, thief) = (World::new(), World::new());
    let ticket = world.ticket();
    let unknown = thief.issued(&ticket);
    assert_eq!(world.open(&world.shown(unknown, NOW)).unwrap_err(), Reason::UnknownKey);
    let forged =
        ticket.assemble(&world.kid, &signature(&thief.issuer, &ticket.to_be_signed(&world.kid)));
    assert_eq!(world.open(&world.shown(forged, NOW)).unwrap_err(), Reason::Signature);
    let stolen = thief.shown(world.issued(&ticket), NOW);
    assert_eq!(world.open(&stolen).unwrap_err(), Reason::Signature);
    let mut other = world.ticket();
    other.functions = CardFunction::ALL.to_vec();
    let moved = signature(&world.issuer, &ticket.to_be_signed(&world.kid));
    let widened = other.assemble(&world.kid, &moved);
    assert_eq!(world.open(&world.shown(widened, NOW)).unwrap_err(), Reason::Signature);
}

#[test]
fn one_signed_thing_is_never_taken_for_another() {
    let world = World::new();
    let ticket = world.issued(&world.ticket());
    let presentation = Presentation { ticket: ticket.clone(), shown_at: NOW, nonce: [3; 8] };
    let payload = [&b"not the aad"[..], &presentation.to_be_signed()].concat();
    let text = presentation.assemble(&signature(&world.device, &payload));
    assert_eq!(world.open(&text).unwrap_err(), Reason::Signature);
    let nested = Presentation { ticket: b"\x80".to_vec(), shown_at: NOW, nonce: [3; 8] };
    let text = nested.assemble(&signature(&world.device, &nested.to_be_signed()));
    assert_eq!(world.open(&text).unwrap_err(), Reason::Malformed);
    let bare = format!("{OFFLINE_PREFIX}{}", base45::encode(&ticket));
    assert_eq!(world.open(&bare).unwrap_err(), Reason::Malformed);
}

#[test]
fn a_name_too_long_is_refused() {
    let refused = World::new().refusal(|t| t.name_masked = Some("明".repeat(33)));
    assert_eq!(refused, Reason::Malformed);
}

#[test]
fn no_changed_letter_passes() {
    let world = World::new();
    let good = world.shown(world.issued(&world.ticket()), NOW);
    for at in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(world.open(&changed).is_err(), "letter {at}");
        assert!(world.open(&good[..at]).is_err(), "cut at {at}");
    }
    for text in [format!("{good} "), format!(" {good}"), good.to_lowercase(), "A".repeat(1300)] {
        assert_eq!(world.open(&text).unwrap_err(), Reason::Malformed);
    }
}

#[test]
fn a_codes_identity_is_its_ticket_time_and_nonce() {
    let world = World::new();
    let ticket = world.issued(&world.ticket());
    let one = world.open(&world.shown(ticket.clone(), NOW)).unwrap();
    let again = world.open(&world.shown(ticket.clone(), NOW)).unwrap();
    assert_eq!(one.identity(), again.identity(), "signed anew, and the same code");
    let later = world.open(&world.shown(ticket, at(1))).unwrap();
    assert_ne!(one.identity(), later.identity());
    assert_eq!(format!("{one:?}"), "OfflineCode(…)");
}

#[test]
fn an_online_code_is_24_digits() {
    assert!(is_online_code("012345678901234567890123"));
    for other in [
        "",
        "01234567890123456789012",
        "0123456789012345678901234",
        "01234567890123456789012x",
        "０12345678901234567890",
    ] {
        assert!(!is_online_code(other), "{other}");
    }
}
