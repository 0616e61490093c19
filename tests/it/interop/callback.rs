//! Where a partner's browser comes back to.

use axum::Router;
use axum::extract::{OriginalUri, State};
use axum::response::Html;
use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

const PATIENCE: Duration = Duration::from_secs(30);
const PATH: &str = "/callback";

/// A page of the partner's on a port of its own, on another site than the service.
pub(super) struct Callback {
    /// The redirect URI.
    pub(super) uri: String,
    origin: String,
    arrivals: UnboundedReceiver<String>,
    _running: JoinSet<()>,
}

impl Callback {
    /// Opens it.
    pub(super) async fn open() -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let (tell, arrivals) = unbounded_channel();
        let router = Router::new().fallback(arrived).with_state(tell);
        let serve = axum::serve(listener, router).into_future();
        let mut running = JoinSet::new();
        running.spawn(async move { serve.await.unwrap() });
        Self { uri: format!("{origin}{PATH}"), origin, arrivals, _running: running }
    }

    /// The URL a browser arrives with.
    pub(super) async fn arrival(&mut self) -> String {
        let arrival = tokio::time::timeout(PATIENCE, self.arrivals.recv());
        let path = arrival.await.expect("the browser is sent back").expect("it is open");
        format!("{}{path}", self.origin)
    }
}

async fn arrived(
    OriginalUri(uri): OriginalUri,
    State(tell): State<UnboundedSender<String>>,
) -> Html<&'static str> {
    // A browser asks for a page's icon by itself.
    if uri.path() == PATH {
        let _ = tell.send(uri.to_string());
    }
    Html("<!DOCTYPE html><html lang=en><title>Partner</title><main>Back at the partner</main>")
}
