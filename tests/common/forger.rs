//! Tokens that a careless verifier would take: made with the issuer's own key where the mistake is
//! in what is signed, with a stranger's where it is in whom one trusts.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ecard::crypto::Es256Key;
use ring::hmac;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// What a verifier is shown, which of the fifteen mistakes would let it pass, and the reason that
/// is right.
pub(crate) struct Hostile {
    pub(crate) mistake: u8,
    pub(crate) what: &'static str,
    pub(crate) token: String,
    pub(crate) reason: &'static str,
}

/// The issuer's key, and a stranger's.
pub(crate) struct Forger {
    own: Es256Key,
    kid: String,
    stranger: Es256Key,
}

impl Forger {
    /// With the key that signs in a folder.
    pub(crate) fn of(keys: &Path) -> Self {
        let files = fs::read_dir(keys).unwrap().map(|entry| entry.unwrap().path());
        let pem = files.filter(|file| file.extension().is_some_and(|end| end == "pem"));
        let own = pem.filter_map(|file| es256(&fs::read_to_string(file).unwrap())).next().unwrap();
        let stranger = Es256Key::generate().unwrap().1;
        Self { kid: own.public().thumbprint(), own, stranger }
    }

    /// A card token with these claims, honestly signed.
    pub(crate) fn honest(&self, claims: &Value) -> String {
        signed(&self.own, &self.header(), claims)
    }

    fn header(&self) -> Value {
        json!({"alg": "ES256", "typ": "ecard+jwt", "kid": self.kid})
    }

    /// Everything, from claims that are good.
    pub(crate) fn hostile(&self, claims: &Value) -> Vec<Hostile> {
        let mut all = self.keys_and_algorithms(claims);
        all.extend(self.kinds(claims));
        all.extend(self.claims(claims));
        all
    }

    fn keys_and_algorithms(&self, claims: &Value) -> Vec<Hostile> {
        let (own, stranger) = (&self.own, &self.stranger);
        let header = |member: &str, value: Value| with(self.header(), member, value);
        let foreign = json!({"kty": "EC", "crv": "P-256", "kid": "evil",
            "x": stranger.public().x(), "y": stranger.public().y()});
        let case = |mistake, what, token| Hostile { mistake, what, token, reason: "signature" };
        let text = |text: &str| json!(text);
        vec![
            case(1, "alg ES384", signed(own, &header("alg", text("ES384")), claims)),
            case(1, "alg missing", signed(own, &header("alg", Value::Null), claims)),
            case(2, "alg none", unsigned(&header("alg", text("none")), claims)),
            case(2, "no signature", unsigned(&self.header(), claims)),
            case(2, "HS256 by the public key", self.keyed(claims)),
            case(3, "kid as SQL", signed(stranger, &header("kid", text("' OR '1'='1")), claims)),
            case(3, "kid as a path", signed(stranger, &header("kid", text("../keys/x")), claims)),
            case(
                3,
                "kid as a URL",
                signed(stranger, &header("kid", text("http://e.example/k")), claims),
            ),
            case(4, "jwk", signed(stranger, &header("jwk", foreign), claims)),
            case(
                4,
                "jku",
                signed(stranger, &header("jku", text("https://e.example/jwks")), claims),
            ),
            case(4, "x5u", signed(stranger, &header("x5u", text("https://e.example/pem")), claims)),
            case(4, "jwk beside the right key", signed(own, &header("jwk", json!({})), claims)),
            case(5, "x5c of a stranger", signed(stranger, &header("x5c", json!(["MIIB"])), claims)),
        ]
    }

    fn kinds(&self, claims: &Value) -> Vec<Hostile> {
        let typed = |what: &'static str| {
            let header = with(self.header(), "typ", json!(what));
            Hostile { mistake: 6, what, token: signed(&self.own, &header, claims), reason: "type" }
        };
        let kinds = ["at+jwt", "JWT", "dc+sd-jwt", "kb+jwt", "statuslist+jwt", "logout+jwt"];
        let mut all: Vec<Hostile> = kinds.into_iter().map(typed).collect();
        let untyped = signed(&self.own, &with(self.header(), "typ", Value::Null), claims);
        all.push(Hostile { mistake: 6, what: "no typ", token: untyped, reason: "type" });
        let disclosed = format!("{}~WyJzIiwibiIsInYiXQ~", self.honest(claims));
        let what = "disclosures behind it";
        all.push(Hostile { mistake: 13, what, token: disclosed, reason: "signature" });
        all
    }

    fn claims(&self, claims: &Value) -> Vec<Hostile> {
        let now = claims["iat"].as_i64().unwrap();
        let case = |mistake, what, member: &str, value: Value, reason| {
            let token = self.honest(&with(claims.clone(), member, value));
            Hostile { mistake, what, token, reason }
        };
        vec![
            case(7, "no aud", "aud", Value::Null, "audience"),
            case(7, "another's aud", "aud", json!("somebody-else"), "audience"),
            case(7, "aud of nobody", "aud", json!([]), "audience"),
            case(7, "aud a number", "aud", json!(5), "audience"),
            case(8, "no iss", "iss", Value::Null, "issuer"),
            case(8, "another iss", "iss", json!("https://e.example"), "issuer"),
            case(9, "no exp", "exp", Value::Null, "expired"),
            case(9, "ended a second ago", "exp", json!(now - 1), "expired"),
            case(9, "begins in a minute", "nbf", json!(now + 120), "expired"),
            case(9, "made in the future", "iat", json!(now + 120), "expired"),
        ]
    }

    /// Signed with the public key as if it were a shared secret.
    fn keyed(&self, claims: &Value) -> String {
        let public = self.own.public();
        let point = [public.x(), public.y()].map(|text| URL_SAFE_NO_PAD.decode(text).unwrap());
        let secret = [&[4][..], &point[0], &point[1]].concat();
        let message = message(&with(self.header(), "alg", json!("HS256")), claims);
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag))
    }
}

/// The claims of a token, unverified.
pub(crate) fn claims_of(token: &str) -> Value {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

fn es256(pem: &str) -> Option<Es256Key> {
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    Es256Key::from_pkcs8(&STANDARD.decode(text).ok()?).ok()
}

fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn signed(key: &Es256Key, header: &Value, claims: &Value) -> String {
    let message = message(header, claims);
    format!("{message}.{}", key.sign(message.as_bytes()).unwrap())
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.", message(header, claims))
}

/// With one member changed; `null` takes it away.
fn with(mut object: Value, member: &str, value: Value) -> Value {
    let members = object.as_object_mut().unwrap();
    match value {
        Value::Null => drop(members.remove(member)),
        value => drop(members.insert(member.to_owned(), value)),
    }
    object
}
