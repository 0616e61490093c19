//! A partner's server that hears logout tokens.

use axum::Router;
use axum::routing::post;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Listens on loopback until it is dropped with its test.
pub(crate) struct Listener {
    /// Where it hears.
    pub(crate) uri: String,
    heard: Mutex<UnboundedReceiver<String>>,
}

impl Listener {
    pub(crate) async fn start() -> Self {
        let (tell, heard) = unbounded_channel();
        let hear = move |body: String| {
            let tell = tell.clone();
            async move {
                tell.send(body).unwrap();
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/backchannel", listener.local_addr().unwrap());
        let service = Router::new().route("/backchannel", post(hear));
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self { uri, heard: Mutex::new(heard) }
    }

    /// The next body it hears, within five seconds.
    pub(crate) async fn next(&self) -> String {
        let mut heard = self.heard.lock().await;
        let next = tokio::time::timeout(Duration::from_secs(5), heard.recv()).await;
        next.expect("something is heard").unwrap()
    }
}
