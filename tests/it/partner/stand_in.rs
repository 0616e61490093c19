//! An issuer that says what a test wants said: signed well, and wrong in one place.

use crate::common::house::answer::Answer;
use crate::common::house::browser::Browser;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ecard::partner::{Partner, Settings};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey as _};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::future::IntoFuture as _;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;

pub(super) const CLIENT: &str = "a-client";
pub(super) const SUBJECT: &str = "the-citizen";
pub(super) const SID: &str = "the-session";
/// Tokens that must never be read on a page.
pub(super) const ACCESS_TOKEN: &str = "access-token-0123456789abcdef0123456789abcdef";
pub(super) const REFRESH_TOKEN: &str = "refresh-token-0123456789abcdef0123456789abcdef";
pub(super) const SECRET: &str = "client+secret/0123456789abcdef";

type Fields = BTreeMap<String, String>;
type Change = Box<dyn Fn(&mut Value) + Send>;

/// What the issuer was asked, and how its answers are bent.
#[derive(Default)]
pub(super) struct Script {
    pub(super) pushed: Vec<Fields>,
    pub(super) redeemed: Vec<Fields>,
    pub(super) credentials: Vec<String>,
    pub(super) metadata: Option<Change>,
    pub(super) id_token: Option<Change>,
    pub(super) card: Option<Change>,
    pub(super) userinfo: Option<Change>,
    /// Instead of tokens.
    pub(super) refusal: Option<(u16, &'static str)>,
    nonce: String,
}

#[derive(Clone)]
struct Issuer {
    url: String,
    key: Arc<CoreEdDsaPrivateSigningKey>,
    script: Arc<Mutex<Script>>,
}

/// The stand-in, and the partner that believes in it.
pub(super) struct Scene {
    issuer: Issuer,
    site: Router,
}

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs().try_into().unwrap()
}

fn key() -> CoreEdDsaPrivateSigningKey {
    // PKCS#8 of an Ed25519 seed (RFC 8410 §7); a key of the tests alone.
    let mut der = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    der.extend([7; 32]);
    let body = STANDARD.encode(der);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    let id = Some(JsonWebKeyId::new("k1".to_owned()));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, id).unwrap()
}

impl Issuer {
    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let algorithm = CoreJwsSigningAlgorithm::EdDsa;
        let signature = self.key.sign(&algorithm, signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn claims(&self, further: Value) -> Value {
        let mut claims = json!({
            "iss": self.url, "aud": CLIENT, "sub": SUBJECT, "iat": now(), "exp": now() + 300,
        });
        claims.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
        claims
    }
}

fn bent(mut value: Value, change: Option<&Change>) -> Value {
    if let Some(change) = change {
        change(&mut value);
    }
    value
}

async fn metadata(State(issuer): State<Issuer>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", issuer.url);
    let document = json!({
        "issuer": issuer.url, "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"), "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/jwks"), "pushed_authorization_request_endpoint": at("/par"),
        "end_session_endpoint": at("/logout"), "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "authorization_response_iss_parameter_supported": true,
    });
    Json(bent(document, issuer.script.lock().unwrap().metadata.as_ref()))
}

async fn keys(State(issuer): State<Issuer>) -> Json<Value> {
    Json(json!({ "keys": [issuer.key.as_verification_key()] }))
}

async fn par(
    State(issuer): State<Issuer>,
    headers: axum::http::HeaderMap,
    Form(fields): Form<Fields>,
) -> (StatusCode, Json<Value>) {
    let mut script = issuer.script.lock().unwrap();
    script.nonce = fields.get("nonce").cloned().unwrap_or_default();
    script.pushed.push(fields);
    script.credentials.push(headers["authorization"].to_str().unwrap().to_owned());
    (StatusCode::CREATED, Json(json!({ "request_uri": "urn:r:1", "expires_in": 90 })))
}

async fn token(
    State(issuer): State<Issuer>,
    Form(fields): Form<Fields>,
) -> (StatusCode, Json<Value>) {
    let mut script = issuer.script.lock().unwrap();
    script.redeemed.push(fields);
    if let Some((status, error)) = script.refusal {
        return (StatusCode::from_u16(status).unwrap(), Json(json!({ "error": error })));
    }
    let typed = |typ: &str| json!({ "alg": "EdDSA", "kid": "k1", "typ": typ });
    let id_token = issuer.claims(json!({ "nonce": script.nonce, "sid": SID }));
    let card = issuer.claims(json!({
        "jti": "c", "card": { "no_masked": "A1****678", "region": "110000", "type": "adult" },
        "functions": ["medical.settle"],
        "status": { "status_list": { "idx": 5, "uri": "http://lists/1" } },
    }));
    let (id_token, card) =
        (bent(id_token, script.id_token.as_ref()), bent(card, script.card.as_ref()));
    let answer = json!({
        "access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 300,
        "refresh_token": REFRESH_TOKEN, "scope": "openid profile ecard offline_access",
        "id_token": issuer.sign(&typed("JWT"), &id_token),
        "ecard_token": issuer.sign(&typed("ecard+jwt"), &card),
    });
    (StatusCode::OK, Json(answer))
}

async fn userinfo(State(issuer): State<Issuer>) -> Json<Value> {
    let told = json!({ "sub": SUBJECT, "name_masked": "王*", "phone_number": "+8613800000001" });
    Json(bent(told, issuer.script.lock().unwrap().userinfo.as_ref()))
}

impl Scene {
    /// Raises the curtain.
    pub(super) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let issuer = Issuer { url, key: Arc::new(key()), script: Arc::default() };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(keys))
            .route("/par", post(par))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(issuer.clone());
        tokio::spawn(axum::serve(listener, routes).into_future());
        let site = partner(&issuer.url);
        Self { issuer, site }
    }

    pub(super) fn script(&self) -> std::sync::MutexGuard<'_, Script> {
        self.issuer.script.lock().unwrap()
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer.url
    }

    pub(super) fn browser(&self) -> Browser {
        let mut browser = Browser::new(self.site.clone());
        browser.headers.push(("accept-language", "en".to_owned()));
        browser
    }

    /// `state` of the sign-in pushed last.
    pub(super) fn state(&self) -> String {
        self.script().pushed.last().unwrap()["state"].clone()
    }

    /// The answer that would be right.
    pub(super) fn right_answer(&self) -> String {
        format!("/callback?code=the-code&state={}&iss={}", self.state(), self.issuer.url)
    }

    /// Presses "activate", and comes back with the right answer.
    pub(super) async fn sign_in(&self, browser: &mut Browser) -> Answer {
        let gone = browser.get("/start").await;
        assert_eq!(gone.status, 303, "{}", gone.main());
        browser.get(&self.right_answer()).await
    }

    /// The same, up to the card.
    pub(super) async fn signed_in(&self) -> (Browser, Answer) {
        let mut browser = self.browser();
        let back = self.sign_in(&mut browser).await;
        assert!(back.leads_to("/card"), "{} {}", back.status, back.main());
        let card = browser.get("/card").await;
        assert_eq!((card.status, card.step()), (200, "partner-card"), "{}", card.main());
        (browser, card)
    }

    /// A logout token with its header and its claims bent.
    pub(super) fn logout_token(&self, change: impl Fn(&mut Value, &mut Value)) -> String {
        let mut header = json!({ "alg": "EdDSA", "kid": "k1", "typ": "logout+jwt" });
        let event = "http://schemas.openid.net/event/backchannel-logout";
        let mut claims = self.issuer.claims(json!({
            "jti": format!("{}-{}", now(), self.script().credentials.len()), "sid": SID,
            "events": { event: {} },
        }));
        change(&mut header, &mut claims);
        self.issuer.sign(&header, &claims)
    }
}

/// A partner that was told of an issuer.
pub(super) fn partner(issuer: &str) -> Router {
    let settings = Settings::new(issuer, "http://localhost:8081", CLIENT, SECRET).unwrap();
    ecard::partner::router(Partner::new(settings, Box::new(now)).unwrap())
}
