//! Takes connections, and ends them: nobody holds one open for nothing.

use crate::auth::certificate::Peer;
use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

#[cfg(test)]
mod tests;

/// What a stranger may take of us.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// From the opening of a connection, or the end of an answer, to the last byte of the next
    /// request's head. An idle connection is one whose next head does not come.
    pub(super) head: Duration,
    /// How long a peer may take nothing of an answer.
    take: Duration,
    /// Connections open at a time; more wait in the system's queue.
    pub(super) open: usize,
    /// The wait after the system has refused a connection (no descriptors, no memory).
    pause: Duration,
    /// How long open requests are given to finish once the service stops.
    grace: Duration,
}

impl Limits {
    /// Those of the running service.
    pub(super) const SERVICE: Self = Self {
        head: Duration::from_secs(10),
        take: Duration::from_secs(30),
        open: 4096,
        pause: Duration::from_millis(500),
        grace: Duration::from_secs(20),
    };
}

/// Answers on `listener` until told to stop, then finishes what was begun, within the grace. With
/// `tls` every connection begins with a handshake, within the time of a request's head.
///
/// After a stop no connection is taken and idle ones are closed at once. A request that is still
/// open when the grace ends is dropped.
pub(super) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    stopped: watch::Receiver<bool>,
    limits: Limits,
) {
    let places = Arc::new(Semaphore::new(limits.open));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop_said(stopped.clone()));
    loop {
        let next = tokio::select! {
            biased;
            () = &mut stop => break,
            next = next(&listener, &places, limits) => next,
        };
        let Some((stream, from, place)) = next else { break };
        // Those that have ended are forgotten here, so that the set stays as small as the bound.
        while connections.try_join_next().is_some() {}
        let answering = Answering { router: router.clone(), watcher: graceful.watcher(), limits };
        let (tls, stopped) = (tls.clone(), stopped.clone());
        connections.spawn(async move {
            match tls {
                None => answering.on(stream, Peer::at(from.ip())).await,
                Some(tls) => {
                    let shaken = tokio::select! {
                        biased;
                        () = stop_said(stopped) => None,
                        shaken = handshake(tls, stream, limits.head) => shaken,
                    };
                    if let Some(stream) = shaken {
                        let peer = Peer::with_certificates(from.ip(), certificates(&stream));
                        answering.on(stream, peer).await;
                    }
                }
            }
            drop(place);
        });
    }
    // The system's queue is closed first: who comes now goes to another instance.
    drop(listener);
    if tokio::time::timeout(limits.grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    connections.shutdown().await;
}

/// What answers the requests of one connection.
struct Answering {
    router: Router,
    watcher: Watcher,
    limits: Limits,
}

impl Answering {
    async fn on(self, stream: impl AsyncRead + AsyncWrite + Send + 'static, peer: Peer) {
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.limits.take));
        let stream = TokioIo::new(Box::pin(stream));
        let router = TowerToHyperService::new(self.router);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer.clone());
            router.call(request)
        });
        let connection = protocol(self.limits.head).serve_connection(stream, service);
        if let Err(error) = self.watcher.watch(connection).await {
            tracing::debug!(%error, "a connection broke off");
        }
    }
}

async fn handshake(
    tls: TlsAcceptor,
    stream: TcpStream,
    within: Duration,
) -> Option<TlsStream<TcpStream>> {
    match tokio::time::timeout(within, tls.accept(stream)).await {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a handshake failed");
            None
        }
        Err(_) => {
            tracing::debug!("a handshake took too long");
            None
        }
    }
}

/// What the client has proved to hold the key of, and what it sent along.
fn certificates(stream: &TlsStream<TcpStream>) -> Vec<Vec<u8>> {
    let shown = stream.get_ref().1.peer_certificates().unwrap_or_default();
    shown.iter().map(|certificate| certificate.to_vec()).collect()
}

fn protocol(head: Duration) -> http1::Builder {
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(head);
    protocol
}

async fn stop_said(mut stopped: watch::Receiver<bool>) {
    // A sender that is gone means the same as one that says stop.
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// The next connection, once there is a place for it.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    limits: Limits,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    // Nobody closes the semaphore, so there always is a next one.
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    let (stream, from) = persistently(|| listener.accept(), limits.pause).await;
    // Answers are written whole: waiting to fill a segment only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps its delay");
    }
    Some((stream, from, place))
}

/// Accepts until it succeeds: a machine that is short of something for a moment must neither end
/// the service nor have it spin.
async fn persistently<T, F>(mut accept: impl FnMut() -> F, pause: Duration) -> T
where
    F: Future<Output = io::Result<T>>,
{
    loop {
        match accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be taken for now");
                tokio::time::sleep(pause).await;
            }
        }
    }
}

/// The client has left the queue; the next one need not wait for that.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
