use super::*;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinHandle;

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(200);
/// Long before `LONG`, long after `SHORT`.
const SOON: Duration = Duration::from_secs(10);
const PATIENT: Limits = Limits { head: LONG, take: LONG, open: 16, pause: LONG, grace: LONG };
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n";

struct Running {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    ended: JoinHandle<()>,
}

impl Running {
    async fn with(limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let router = Router::new()
            .route("/", get(|| async { "answered" }))
            .route("/large", get(|| async { vec![0_u8; 64 << 20] }))
            .route("/never", get(std::future::pending::<String>));
        let ended = tokio::spawn(serve(listener, None, router, stopped, limits));
        Self { address, stop, ended }
    }

    async fn send(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream
    }

    /// A connection that has had its answer and stays open.
    async fn idle(&self) -> TcpStream {
        let mut stream = self.send(REQUEST).await;
        answer(&mut stream).await;
        stream
    }

    async fn stops_soon(self) {
        self.stop.send_replace(true);
        tokio::time::timeout(SOON, self.ended).await.unwrap().unwrap();
    }
}

async fn answer(stream: &mut TcpStream) {
    let mut told = Vec::new();
    while !told.ends_with(b"answered") {
        assert_ne!(stream.read_buf(&mut told).await.unwrap(), 0, "closed without an answer");
    }
}

/// Waits for the other side to close.
async fn closed(stream: &mut TcpStream) {
    let mut rest = Vec::new();
    let _ = tokio::time::timeout(SOON, stream.read_to_end(&mut rest)).await.expect("still open");
}

#[tokio::test]
async fn half_a_head_is_cut_off_at_the_limit() {
    let running = Running::with(Limits { head: SHORT, ..PATIENT }).await;
    closed(&mut running.send(b"GET / HTTP/1.1\r\nHost: he").await).await;
}

#[tokio::test]
async fn silence_is_cut_off_at_the_limit() {
    let running = Running::with(Limits { head: SHORT, ..PATIENT }).await;
    closed(&mut running.send(b"").await).await;
    closed(&mut running.idle().await).await;
}

#[tokio::test]
async fn who_takes_nothing_of_an_answer_gives_the_place_up() {
    let running = Running::with(Limits { take: SHORT, open: 1, ..PATIENT }).await;
    let greedy = running.send(b"GET /large HTTP/1.1\r\nHost: here\r\n\r\n").await;
    let mut next = running.send(REQUEST).await;
    tokio::time::timeout(SOON, answer(&mut next)).await.expect("the place is free");
    drop(greedy);
}

#[tokio::test]
async fn half_a_head_within_the_limit_may_be_completed() {
    let running = Running::with(PATIENT).await;
    let (half, rest) = REQUEST.split_at(12);
    let mut stream = running.send(half).await;
    running.idle().await;
    stream.write_all(rest).await.unwrap();
    answer(&mut stream).await;
}

#[tokio::test]
async fn one_more_than_the_bound_waits_for_a_place() {
    let running = Running::with(Limits { open: 1, ..PATIENT }).await;
    let first = running.idle().await;
    let mut second = running.send(REQUEST).await;
    assert!(tokio::time::timeout(SHORT, answer(&mut second)).await.is_err(), "no bound");
    drop(first);
    tokio::time::timeout(SOON, answer(&mut second)).await.unwrap();
}

#[tokio::test]
async fn a_stop_closes_idle_connections_and_takes_no_new_one() {
    let running = Running::with(PATIENT).await;
    let address = running.address;
    let mut silent = running.send(b"").await;
    let mut idle = running.idle().await;
    running.stops_soon().await;
    closed(&mut silent).await;
    closed(&mut idle).await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_stop_waits_for_no_place() {
    let running = Running::with(Limits { open: 1, ..PATIENT }).await;
    let _only = running.idle().await;
    running.stops_soon().await;
}

#[tokio::test]
async fn a_request_that_never_ends_is_dropped_after_the_grace() {
    let running = Running::with(Limits { grace: SHORT, ..PATIENT }).await;
    let mut open = running.send(b"GET /never HTTP/1.1\r\nHost: here\r\n\r\n").await;
    // Answered after it was asked: the open one has been taken.
    running.idle().await;
    running.stops_soon().await;
    closed(&mut open).await;
}

async fn tries(first: io::Error, pause: Duration) -> usize {
    let mut answers = vec![Ok(()), Err(first)];
    let mut tries = 0;
    let accept = || {
        tries += 1;
        std::future::ready(answers.pop().unwrap())
    };
    let _ = tokio::time::timeout(SHORT, persistently(accept, pause)).await;
    tries
}

#[tokio::test]
async fn too_few_descriptors_make_it_pause_and_not_end() {
    let too_many_open_files = || io::Error::from_raw_os_error(24);
    assert_eq!(tries(too_many_open_files(), Duration::from_millis(1)).await, 2);
    assert_eq!(tries(too_many_open_files(), LONG).await, 1);
}

#[tokio::test]
async fn a_client_that_left_makes_nobody_wait() {
    assert_eq!(tries(io::ErrorKind::ConnectionAborted.into(), LONG).await, 2);
}
