//! A provider for tests: answers by script on a port of its own and remembers what it was asked.

use super::client::HttpClient;
use crate::config::providers::{ProviderConfig, ProviderKind};
use crate::domain::id_number::IdNumber;
use crate::domain::mobile_number::MobileNumber;
use crate::domain::person_name::PersonName;
use crate::ports::entropy::SeededEntropy;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// One scripted answer.
pub(super) enum Reply {
    Json(Value),
    Text(u16, String),
    RetryAfter(u16, u64),
    Never,
}

/// One question as it arrived.
pub(super) struct Asked {
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

/// The script and the memory; when the script is at its end, the answer is status 500.
#[derive(Clone)]
pub(super) struct StandIn {
    script: Arc<Mutex<VecDeque<Reply>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
    url: String,
}

impl StandIn {
    pub(super) async fn start(script: Vec<Reply>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api", listener.local_addr().unwrap());
        let script = Arc::new(Mutex::new(script.into()));
        let stand_in = Self { script, asked: Arc::default(), url };
        let app = Router::new().fallback(answer).with_state(stand_in.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        stand_in
    }

    /// A client of this provider that tries once and has a patient breaker.
    pub(super) fn config(&self) -> ProviderConfig {
        ProviderConfig {
            kind: ProviderKind::Http,
            url: Some(self.url.clone()),
            retries: 0,
            breaker_failures: 100,
            ..ProviderConfig::default()
        }
    }

    pub(super) fn client(&self) -> HttpClient {
        client(&self.config())
    }

    pub(super) fn calls(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    pub(super) fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

pub(super) fn client(config: &ProviderConfig) -> HttpClient {
    HttpClient::from_config("registry", config, Arc::new(SeededEntropy::new(1))).unwrap()
}

async fn answer(State(own): State<StandIn>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    own.asked.lock().unwrap().push(Asked { path: uri.to_string(), headers, body });
    let reply = own.script.lock().unwrap().pop_front();
    let status = |code| axum::http::StatusCode::from_u16(code).unwrap();
    match reply {
        Some(Reply::Json(value)) => axum::Json(value).into_response(),
        Some(Reply::Text(code, text)) => (status(code), text).into_response(),
        Some(Reply::RetryAfter(code, seconds)) => {
            (status(code), [("retry-after", seconds.to_string())]).into_response()
        }
        Some(Reply::Never) => std::future::pending().await,
        None => status(500).into_response(),
    }
}

/// A person whom every test may ask about.
pub(super) fn id() -> IdNumber {
    let today = time::Date::from_calendar_date(2026, time::Month::November, 23).unwrap();
    IdNumber::parse("11010119900307002X", today).unwrap()
}

pub(super) fn name() -> PersonName {
    PersonName::parse("王䶮").unwrap()
}

pub(super) fn mobile() -> MobileNumber {
    MobileNumber::parse("13800000001").unwrap()
}
