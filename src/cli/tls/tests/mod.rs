mod clients;
mod files;
mod wire;

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
