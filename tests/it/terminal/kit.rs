//! An issuer whose cable can be pulled, and a terminal at a counter.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ecard::crypto::Es256Key;
use ecard::domain::function::CardFunction;
use ecard::domain::secret::Secret;
use ecard::domain::status_bits::{EntryBits, PackedStatuses};
use ecard::domain::time::Timestamp;
use ecard::ports::clock::{Clock as _, FixedClock};
use ecard::ports::entropy::SeededEntropy;
use ecard::ports::http::relying::Credentials;
use ecard::status::codec::{Effort, encode};
use ecard::terminal::{Terminal, TerminalSettings, router};
use ecard::token::keyring::KeyRing;
use ecard::token::status_list::{STATUS_LIST_TYPE, StatusListClaims};
use ecard::verifier::offline::{Presentation, Ticket};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);

/// What the issuer knows and was told.
pub(super) struct Known {
    pub(super) ring: KeyRing,
    pub(super) clock: Arc<FixedClock>,
    pub(super) url: String,
    /// The list's entries that are not 0.
    pub(super) entries: Mutex<BTreeMap<u32, u8>>,
    /// What `POST /verify` says.
    pub(super) says: Mutex<Value>,
    pub(super) asked: Mutex<Vec<BTreeMap<String, String>>>,
    pub(super) handed_in: Mutex<Vec<Value>>,
}

pub(super) struct Issuer {
    pub(super) known: Arc<Known>,
    address: SocketAddr,
    serving: Option<JoinHandle<()>>,
    _folder: TempDir,
}

type Shared = State<Arc<Known>>;

fn authenticated(headers: &HeaderMap) -> bool {
    let expected =
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode("h:secret"));
    headers.get(header::AUTHORIZATION).is_some_and(|found| *found == expected)
}

async fn list(State(known): Shared) -> Response {
    let mut bits = PackedStatuses::zeros(EntryBits::Two, 64);
    for (index, value) in &*known.entries.lock().unwrap() {
        bits.set(*index, *value).unwrap();
    }
    let (lst, now) = (encode(&bits, Effort::Quick).unwrap(), known.clock.now());
    let (uri, all) = (format!("{}/status/0", known.url), format!("{}/status", known.url));
    let claims = StatusListClaims::new(&uri, EntryBits::Two, lst, &all, now);
    known.ring.sign(STATUS_LIST_TYPE, &claims, now).unwrap().into_response()
}

async fn verify(
    State(known): Shared,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    if !authenticated(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    known.asked.lock().unwrap().push(form);
    let says = known.says.lock().unwrap().clone();
    Json(says).into_response()
}

async fn batch(State(known): Shared, headers: HeaderMap, Json(batch): Json<Value>) -> Response {
    if !authenticated(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let checks = batch["checks"].as_array().unwrap().clone();
    let results: Vec<_> = checks.iter().map(|c| json!({"id": c["id"], "active": true})).collect();
    known.handed_in.lock().unwrap().extend(checks);
    Json(json!({ "results": results })).into_response()
}

impl Issuer {
    pub(super) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ring = KeyRing::open_or_create(folder.path(), NOW).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let known = Arc::new(Known {
            ring,
            clock: Arc::new(FixedClock::at(NOW)),
            url: format!("http://{address}"),
            entries: Mutex::default(),
            says: Mutex::new(json!({"active": true, "status": "valid", "functions": []})),
            asked: Mutex::default(),
            handed_in: Mutex::default(),
        });
        let mut issuer = Self { known, address, serving: None, _folder: folder };
        issuer.serve(listener);
        issuer
    }

    fn serve(&mut self, listener: TcpListener) {
        let url = self.known.url.clone();
        let all = json!({"status_lists": [format!("{url}/status/0"), "https://evil.example/1"]});
        let jwks = serde_json::to_value(self.known.ring.jwks()).unwrap();
        let router = Router::new()
            .route("/oauth/jwks", get(async || Json(jwks)))
            .route("/status", get(async || Json(all)))
            .route("/status/0", get(list))
            .route("/verify", post(verify))
            .route("/verify/batch", post(batch))
            .with_state(Arc::clone(&self.known));
        let serve = axum::serve(listener, router).into_future();
        self.serving = Some(tokio::spawn(async move { serve.await.unwrap() }));
    }

    /// Pulls the cable: the port is closed.
    pub(super) async fn pull(&mut self) {
        let serving = self.serving.take().unwrap();
        serving.abort();
        assert!(serving.await.unwrap_err().is_cancelled());
    }

    /// Puts it back.
    pub(super) async fn plug(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.serve(listener);
    }

    /// An offline code of the card at an index, shown now.
    pub(super) fn code(&self, index: u32, nonce: u8) -> String {
        let device = Es256Key::generate().unwrap().1;
        let now = self.known.clock.now();
        let ticket = Ticket {
            expires_at: now + Duration::from_secs(3600),
            card_ref: [nonce; 16],
            device: device.public().clone(),
            list: 0,
            index,
            functions: vec![CardFunction::MedicalSettle],
            name_masked: Some("*明".to_owned()),
        };
        let signed = self.known.ring.sign_bytes(|kid| ticket.to_be_signed(kid), now);
        let (kid, signature) = signed.unwrap();
        let presentation = Presentation {
            ticket: ticket.assemble(&kid, &signature),
            shown_at: now,
            nonce: [nonce; 8],
        };
        let signature = device.sign(&presentation.to_be_signed()).unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap().try_into().unwrap();
        presentation.assemble(&signature)
    }

    /// A terminal on a folder.
    pub(super) fn terminal(&self, folder: &Path) -> Counter {
        self.terminal_of(folder, Some("secret"))
    }

    /// A terminal with another secret, or none.
    pub(super) fn terminal_of(&self, folder: &Path, secret: Option<&str>) -> Counter {
        let settings = TerminalSettings {
            issuer: self.known.url.clone(),
            credentials: secret
                .map(|secret| Credentials { id: "h".to_owned(), secret: Secret::new(secret) }),
            function: Some(CardFunction::MedicalSettle),
            max_status_age: Duration::from_secs(300),
            data: folder.to_owned(),
        };
        let entropy = Arc::new(SeededEntropy::new(7));
        let clock = Arc::clone(&self.known.clock);
        let terminal = Arc::new(Terminal::open(settings, clock, entropy).unwrap());
        Counter { router: router(Arc::clone(&terminal)), terminal }
    }

    pub(super) fn pass(&self, seconds: u64) {
        self.known.clock.advance(Duration::from_secs(seconds));
    }
}

/// A terminal, and a cashier before it.
pub(super) struct Counter {
    pub(super) terminal: Arc<Terminal>,
    pub(super) router: Router,
}

impl Counter {
    pub(super) async fn send(&self, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, headers, String::from_utf8_lossy(&body).into_owned())
    }

    pub(super) async fn get(&self, path: &str) -> String {
        let request = Request::get(path).header(header::HOST, "127.0.0.1:8090");
        let (status, _, body) = self.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// The light and the reason for a scan.
    pub(super) async fn scan(&self, code: &str) -> (String, String) {
        let body = form(code);
        let request = Request::post("/")
            .header(header::HOST, "127.0.0.1:8090")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let (status, headers, _) = self.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(status, 303);
        let page = self.get(headers[header::LOCATION].to_str().unwrap()).await;
        let of = |name: &str| {
            let rest = page.split(&format!("{name}=\"")).nth(1).unwrap_or_else(|| panic!("{page}"));
            rest.split('"').next().unwrap().to_owned()
        };
        (of("data-light"), of("data-reason"))
    }

    pub(super) async fn state(&self) -> Value {
        serde_json::from_str(&self.get("/state").await).unwrap()
    }
}

fn form(code: &str) -> String {
    let mut url = url::Url::parse("http://x").unwrap();
    url.query_pairs_mut().append_pair("code", code);
    url.query().unwrap().to_owned()
}

pub(super) fn told(light: &str, reason: &str) -> (String, String) {
    (light.to_owned(), reason.to_owned())
}
