//! An issuer, a phone and what they would honestly show.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ecard::crypto::Es256Key;
use ecard::domain::function::CardFunction;
use ecard::domain::time::Timestamp;
use ecard::verifier::offline::{Presentation, Ticket};
use ecard::verifier::{Expectation, ListExpectation, TrustedKeys};
use serde_json::{Value, json};
use std::io::Write as _;

pub(crate) const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);
pub(crate) const ISSUER: &str = "https://i.example";
pub(crate) const LIST: &str = "https://i.example/status/1";
pub(crate) const EXPECT: Expectation<'static> =
    Expectation { issuer: ISSUER, audiences: &["https://i.example/verify"] };
pub(crate) const EXPECT_LIST: ListExpectation<'static> =
    ListExpectation { issuer: ISSUER, uri: LIST, known: None };

/// A signature and the two bytes that say how long it is, at the end of a COSE_Sign1.
const COSE_END: usize = 66;

/// Everything the targets compare with.
pub(crate) struct World {
    issuer: Es256Key,
    device: Es256Key,
    pub(crate) kid: String,
    pub(crate) keys: TrustedKeys,
    pub(crate) jwks: Vec<u8>,
    pub(crate) card: String,
    pub(crate) list: String,
    pub(crate) code: String,
    ticket: Sealed,
    presentation: Sealed,
}

/// A COSE_Sign1 in pieces, so that another payload can be put in and signed.
struct Sealed {
    before_payload: Vec<u8>,
    signed_before_payload: Vec<u8>,
    payload: Vec<u8>,
}

impl Sealed {
    fn of(message: &[u8], signed: &[u8], payload_head: usize) -> Self {
        let message = &message[..message.len() - COSE_END];
        let same =
            message.iter().rev().zip(signed.iter().rev()).take_while(|(a, b)| a == b).count();
        Self {
            before_payload: message[..message.len() - same].to_vec(),
            signed_before_payload: signed[..signed.len() - same].to_vec(),
            payload: message[message.len() - same + payload_head..].to_vec(),
        }
    }

    fn with(&self, payload: &[u8], key: &Es256Key) -> Vec<u8> {
        let payload = bstr(payload);
        let signature = raw(key, &[&self.signed_before_payload[..], &payload].concat());
        [&self.before_payload[..], &payload, &bstr(&signature)].concat()
    }
}

/// A CBOR byte string.
fn bstr(bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len();
    let mut out = match length {
        0..=23 => vec![0x40 | length as u8],
        24..=255 => vec![0x58, length as u8],
        _ => vec![0x59, (length >> 8) as u8, length as u8],
    };
    out.extend(bytes);
    out
}

fn raw(key: &Es256Key, message: &[u8]) -> [u8; 64] {
    URL_SAFE_NO_PAD.decode(key.sign(message).unwrap()).unwrap().try_into().unwrap()
}

/// Base45 (RFC 9285), written a second time.
fn base45(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let mut out = String::new();
    for pair in bytes.chunks(2) {
        let (mut value, digits) = match pair {
            [a, b] => (usize::from(*a) * 256 + usize::from(*b), 3),
            one => (usize::from(one[0]), 2),
        };
        for _ in 0..digits {
            out.push(ALPHABET[value % 45] as char);
            value /= 45;
        }
    }
    out
}

impl World {
    pub(crate) fn new() -> Self {
        let (issuer, device) = (Es256Key::generate().unwrap().1, Es256Key::generate().unwrap().1);
        let (kid, public) = (issuer.public().thumbprint(), issuer.public());
        let jwk =
            json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": public.x(), "y": public.y()});
        let jwks = json!({ "keys": [jwk] }).to_string().into_bytes();
        let ticket = Ticket {
            expires_at: Timestamp::from_epoch_seconds(NOW.epoch_seconds() + 3600),
            card_ref: [9; 16],
            device: device.public().clone(),
            list: 1,
            index: 5,
            functions: vec![CardFunction::MedicalSettle],
            name_masked: Some("张*".to_owned()),
        };
        let to_sign = ticket.to_be_signed(&kid);
        let bytes = ticket.assemble(&kid, &raw(&issuer, &to_sign));
        let shown = Presentation { ticket: bytes.clone(), shown_at: NOW, nonce: [3; 8] };
        let shown_to_sign = shown.to_be_signed();
        let code = shown.assemble(&raw(&device, &shown_to_sign));
        // The same bytes by the second base45: what a phone's script must come to as well.
        let shown_bytes = decoded(&code);
        let mut world = Self {
            keys: TrustedKeys::from_jwks(&jwks).unwrap(),
            ticket: Sealed::of(&bytes, &to_sign, 2),
            presentation: Sealed::of(&shown_bytes, &shown_to_sign, 3),
            card: String::new(),
            list: String::new(),
            issuer,
            device,
            kid,
            jwks,
            code,
        };
        world.card = world.signed(&world.header("ecard+jwt"), &claims());
        world.list = world.signed(&world.header("statuslist+jwt"), &list_claims());
        world
    }

    pub(crate) fn header(&self, typ: &str) -> Vec<u8> {
        json!({"alg": "ES256", "typ": typ, "kid": self.kid}).to_string().into_bytes()
    }

    /// A JWS with any header and payload, rightly signed.
    pub(crate) fn signed(&self, header: &[u8], payload: &[u8]) -> String {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let message = format!("{}.{}", part(header), part(payload));
        format!("{message}.{}", self.issuer.sign(message.as_bytes()).unwrap())
    }

    /// A code whose ticket has this payload, rightly signed by issuer and phone.
    pub(crate) fn code_with_ticket(&self, payload: &[u8]) -> String {
        let ticket = self.ticket.with(payload, &self.issuer);
        let shown = Presentation { ticket, shown_at: NOW, nonce: [3; 8] };
        shown.assemble(&raw(&self.device, &shown.to_be_signed()))
    }

    /// A code with this payload, rightly signed by the phone.
    pub(crate) fn code_with(&self, payload: &[u8]) -> String {
        format!("EC1:{}", base45(&self.presentation.with(payload, &self.device)))
    }

    pub(crate) fn ticket_payload(&self) -> Vec<u8> {
        self.ticket.payload.clone()
    }

    pub(crate) fn presentation_payload(&self) -> Vec<u8> {
        self.presentation.payload.clone()
    }
}

/// Base45 back to bytes, for a text that is well-formed.
fn decoded(code: &str) -> Vec<u8> {
    const ALPHABET: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let values: Vec<usize> =
        code[4..].chars().map(|c| ALPHABET.find(c).expect("of the alphabet")).collect();
    let mut out = Vec::new();
    for group in values.chunks(3) {
        let value = group.iter().rev().fold(0, |sum, digit| sum * 45 + digit);
        if group.len() == 3 {
            out.push((value / 256) as u8);
        }
        out.push((value % 256) as u8);
    }
    out
}

pub(crate) fn claims() -> Vec<u8> {
    let now = NOW.epoch_seconds();
    let claims: Value = json!({
        "iss": ISSUER, "sub": "s", "aud": "https://i.example/verify", "jti": "j",
        "iat": now, "nbf": now, "exp": now + 300,
        "card": {"no_masked": "E12******89", "region": "110100", "type": "adult"},
        "functions": ["medical.settle"], "acr": "urn:ecard:acr:face", "amr": ["face"],
        "auth_time": now - 60, "status": {"status_list": {"idx": 5, "uri": LIST}},
    });
    claims.to_string().into_bytes()
}

/// The packed bits of a small list.
pub(crate) fn packed() -> String {
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    zlib.write_all(&[0b1000_0100; 64]).unwrap();
    URL_SAFE_NO_PAD.encode(zlib.finish().unwrap())
}

pub(crate) fn list_claims() -> Vec<u8> {
    let now = NOW.epoch_seconds();
    let claims = json!({
        "sub": LIST, "iat": now - 40, "exp": now + 86_400, "ttl": 300,
        "status_list": {"bits": 2, "lst": packed(), "aggregation_uri": "https://i.example/status"},
    });
    claims.to_string().into_bytes()
}
