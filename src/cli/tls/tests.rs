use super::*;
use crate::app::certificates;
use crate::auth::certificate::{ClientCertificate, Peer};
use crate::cli::listen::{Limits, serve};
use axum::Router;
use axum::extract::{Request, State};
use axum::routing::get;
use rcgen::{CertificateParams, KeyPair};
use rustls::client::{ClientConfig, ResolvesClientCert};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, SignatureScheme, SupportedProtocolVersion};
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;

/// Long before the service's limits.
const SOON: Duration = Duration::from_secs(5);
const SHORT: Duration = Duration::from_millis(200);

/// A certificate and its key, in a folder of their own.
struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        let files = Self { folder: tempfile::tempdir().unwrap() };
        files.renew();
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Another certificate with another key.
    fn renew(&self) {
        let (certificate, key) = made("127.0.0.1");
        self.put("cert.pem", &certificate);
        self.put("key.pem", &key.serialize_pem());
    }

    fn put(&self, name: &str, text: &str) {
        let aside = self.path("aside");
        fs::write(&aside, text).unwrap();
        fs::set_permissions(&aside, fs::Permissions::from_mode(0o600)).unwrap();
        fs::rename(aside, self.path(name)).unwrap();
    }

    fn config(&self) -> Config {
        Config {
            tls_cert: Some(self.path("cert.pem")),
            tls_key: Some(self.path("key.pem")),
            ..Config::default()
        }
    }

    fn refused(&self) -> String {
        let Err(error) = Tls::from_config(&self.config()) else { panic!("accepted") };
        error.to_string()
    }

    fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(&self.path("cert.pem")).unwrap() {
            roots.add(certificate).unwrap();
        }
        roots
    }
}

fn made(name: &str) -> (String, KeyPair) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    (params.self_signed(&key).unwrap().pem(), key)
}

struct Running {
    address: SocketAddr,
    tls: Arc<Followed>,
    stop: watch::Sender<bool>,
    ended: JoinHandle<()>,
}

impl Running {
    async fn with(config: &Config, limits: Limits) -> Self {
        let tls = Tls::from_config(config).unwrap().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let shown = |State(config): State<Config>, request: Request| async move {
            let shown = ClientCertificate::of(request.extensions(), request.headers(), &config);
            let peer = request.extensions().get::<Peer>().unwrap().address;
            format!("{peer} {}", shown.map_or_else(|| "none".to_owned(), |c| c.thumbprint()))
        };
        let router = Router::new().route("/", get(shown)).with_state(config.clone());
        let serving = serve(listener, Some(tls.acceptor()), router, stopped, limits);
        Self { address, tls: tls.followed, stop, ended: tokio::spawn(serving) }
    }

    async fn of(files: &Files) -> Self {
        Self::with(&files.config(), Limits::SERVICE).await
    }

    /// What the service answers to a client of this kind; an error if they do not agree.
    async fn ask(&self, client: ClientConfig) -> std::io::Result<String> {
        self.ask_with(client, "").await
    }

    /// The same with further lines in the request's head.
    async fn ask_with(&self, client: ClientConfig, lines: &str) -> std::io::Result<String> {
        let stream = TcpStream::connect(self.address).await?;
        let name = ServerName::IpAddress(self.address.ip().into());
        let mut stream = TlsConnector::from(Arc::new(client)).connect(name, stream).await?;
        let head = format!("GET / HTTP/1.1\r\nHost: here\r\n{lines}Connection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer.split("\r\n\r\n").nth(1).unwrap().to_owned())
    }
}

struct Client {
    provider: CryptoProvider,
    versions: Vec<&'static SupportedProtocolVersion>,
    roots: RootCertStore,
}

impl Client {
    fn of(files: &Files) -> Self {
        let provider = ring::default_provider();
        Self { provider, versions: vec![&TLS13, &TLS12], roots: files.roots() }
    }

    fn speaking(files: &Files, version: &'static SupportedProtocolVersion) -> Self {
        Self { versions: vec![version], ..Self::of(files) }
    }

    fn build(self, shows: Option<Shown>) -> ClientConfig {
        let builder = ClientConfig::builder_with_provider(Arc::new(self.provider))
            .with_protocol_versions(&self.versions)
            .unwrap()
            .with_root_certificates(self.roots);
        match shows {
            None => builder.with_no_client_auth(),
            Some(shown) => builder.with_client_cert_resolver(Arc::new(shown)),
        }
    }
}

/// A certificate shown with a key, which need not be its own.
#[derive(Debug)]
struct Shown(Arc<CertifiedKey>);

impl Shown {
    fn new(certificate: &str, key: &KeyPair) -> Self {
        let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let key = ring::sign::any_supported_type(&key).unwrap();
        Self(Arc::new(CertifiedKey::new(vec![certificate], key)))
    }
}

impl ResolvesClientCert for Shown {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[tokio::test]
async fn tls_1_2_and_1_3_are_spoken_by_a_client_without_certificate() {
    let files = Files::new();
    let running = Running::of(&files).await;
    for version in [&TLS12, &TLS13] {
        let answer = running.ask(Client::speaking(&files, version).build(None)).await.unwrap();
        assert_eq!(answer, "127.0.0.1 none");
    }
}

#[tokio::test]
async fn tls_1_2_has_the_four_suites_and_no_other() {
    let files = Files::new();
    let running = Running::of(&files).await;
    for suite in ring::ALL_CIPHER_SUITES.iter().filter(|s| s.tls13().is_none()) {
        let mut client = Client::speaking(&files, &TLS12);
        client.provider.cipher_suites = vec![*suite];
        let name = format!("{:?}", suite.suite());
        // The certificate's key decides between ECDSA and RSA.
        let wanted = name.contains("ECDSA") && name.contains("GCM");
        assert_eq!(running.ask(client.build(None)).await.is_ok(), wanted, "{name}");
    }
    let offered: Vec<_> = provider().cipher_suites.iter().map(|s| s.suite()).collect();
    assert_eq!(offered.iter().filter(|s| SUITES_OF_TLS12.contains(s)).count(), 4);
    assert!(
        offered
            .iter()
            .all(|s| { SUITES_OF_TLS12.contains(s) || format!("{s:?}").starts_with("TLS13_") })
    );
}

#[tokio::test]
async fn tls_1_1_and_1_0_are_refused() {
    let files = Files::new();
    let running = Running::of(&files).await;
    for minor in [2, 1] {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        // A ClientHello of that version with one suite (RFC 4346 section 7.4.1.2).
        let mut hello = vec![1, 0, 0, 41, 3, minor];
        hello.extend_from_slice(&[7; 32]);
        hello.extend_from_slice(&[0, 0, 2, 0xC0, 0x13, 1, 0]);
        let mut record = vec![22, 3, 1, 0, 45];
        record.extend_from_slice(&hello);
        stream.write_all(&record).await.unwrap();
        let mut told = Vec::new();
        let _ = tokio::time::timeout(SOON, stream.read_to_end(&mut told)).await.unwrap();
        // A fatal alert: `handshake_failure` or `protocol_version`.
        assert!(matches!(told[..], [21, 3, _, 0, 2, 2, 40 | 70]), "TLS 1.{}: {told:?}", minor - 1);
    }
}

#[tokio::test]
async fn plain_http_gets_no_answer() {
    let files = Files::new();
    let running = Running::of(&files).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n").await.unwrap();
    let mut told = Vec::new();
    let _ = tokio::time::timeout(SOON, stream.read_to_end(&mut told)).await.unwrap();
    assert!(!told.starts_with(b"HTTP"), "{told:?}");
}

#[tokio::test]
async fn a_silent_handshake_takes_a_place_and_is_cut_off_at_the_limit() {
    let files = Files::new();
    let mut limits = Limits::SERVICE;
    (limits.head, limits.open) = (SHORT * 5, 1);
    let running = Running::with(&files.config(), limits).await;
    let mut silent = TcpStream::connect(running.address).await.unwrap();
    let client = Client::of(&files).build(None);
    assert!(
        tokio::time::timeout(SHORT, running.ask(client.clone())).await.is_err(),
        "a handshake takes no place"
    );
    let _ = tokio::time::timeout(SOON, silent.read_to_end(&mut Vec::new())).await.unwrap();
    tokio::time::timeout(SOON, running.ask(client)).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_stop_waits_for_no_handshake() {
    let files = Files::new();
    let running = Running::of(&files).await;
    let _silent = TcpStream::connect(running.address).await.unwrap();
    // Answered after it: the silent one has been taken.
    running.ask(Client::of(&files).build(None)).await.unwrap();
    running.stop.send_replace(true);
    tokio::time::timeout(SOON, running.ended).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_client_certificate_of_any_issuer_is_seen() {
    let files = Files::new();
    let running = Running::of(&files).await;
    let (certificate, key) = made("client");
    for version in [&TLS12, &TLS13] {
        let client = Client::speaking(&files, version).build(Some(Shown::new(&certificate, &key)));
        let answer = running.ask(client).await.unwrap();
        assert_eq!(answer, format!("127.0.0.1 {}", thumbprint(&certificate)));
    }
}

fn thumbprint(pem: &str) -> String {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    ClientCertificate::from_der(der.to_vec()).unwrap().thumbprint()
}

#[tokio::test]
async fn a_header_is_believed_from_a_trusted_peer_alone() {
    let files = Files::new();
    let (claimed, _) = made("claimed");
    let body: String = claimed.lines().filter(|line| !line.starts_with('-')).collect();
    let line = format!("Client-Cert: :{body}:\r\n");
    for (proxy, believed) in [([127, 0, 0, 1], true), ([127, 0, 0, 2], false)] {
        let config = Config {
            trusted_proxies: vec![proxy.into()],
            client_certificate_header: Some("client-cert".to_owned()),
            ..files.config()
        };
        let running = Running::with(&config, Limits::SERVICE).await;
        let answer = running.ask_with(Client::of(&files).build(None), &line).await.unwrap();
        let expected = if believed { thumbprint(&claimed) } else { "none".to_owned() };
        assert_eq!(answer, format!("127.0.0.1 {expected}"));
    }
}

#[tokio::test]
async fn a_certificate_without_its_key_is_refused() {
    let files = Files::new();
    let running = Running::of(&files).await;
    let (certificate, _) = made("client");
    let (_, another) = made("client");
    for version in [&TLS12, &TLS13] {
        let shown = Shown::new(&certificate, &another);
        let client = Client::speaking(&files, version).build(Some(shown));
        assert!(running.ask(client).await.is_err(), "{version:?}");
    }
}

#[tokio::test]
async fn clients_are_not_asked_where_nobody_needs_it() {
    let files = Files::new();
    let config = Config { client_certificates: false, ..files.config() };
    let running = Running::with(&config, Limits::SERVICE).await;
    let (certificate, key) = made("client");
    let client = Client::of(&files).build(Some(Shown::new(&certificate, &key)));
    assert_eq!(running.ask(client).await.unwrap(), "127.0.0.1 none");
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_over_and_a_broken_one_is_not() {
    let files = Files::new();
    let running = Running::of(&files).await;
    let old = Client::of(&files).build(None);
    assert!(!running.tls.reload_if_changed().unwrap());
    files.renew();
    assert!(running.tls.reload_if_changed().unwrap());
    assert!(running.ask(old).await.is_err(), "the old certificate is still in use");
    let new = Client::of(&files).build(None);
    running.ask(new.clone()).await.unwrap();
    let (another, _) = made("127.0.0.1");
    files.put("cert.pem", &another);
    assert!(running.tls.reload_if_changed().is_err());
    assert!(!running.tls.reload_if_changed().unwrap(), "told once a change");
    running.ask(new).await.unwrap();
}

#[test]
fn what_does_not_fit_is_refused_in_clear_words() {
    let files = Files::new();
    let (another, _) = made("127.0.0.1");
    files.put("cert.pem", &another);
    assert!(files.refused().contains("does not belong to the certificate"), "{}", files.refused());
    files.put("cert.pem", "nothing");
    assert!(files.refused().contains("no certificate in PEM"), "{}", files.refused());
    files.renew();
    files.put("key.pem", &another);
    assert!(files.refused().contains("no unencrypted private key"), "{}", files.refused());
    files.renew();
    let key = files.path("key.pem");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(files.refused().contains("chmod 600"), "{}", files.refused());
    fs::remove_file(key).unwrap();
    assert!(files.refused().contains("key.pem: not there"), "{}", files.refused());
    fs::remove_file(files.path("cert.pem")).unwrap();
    assert!(files.refused().contains("cert.pem: not there"), "{}", files.refused());
}
