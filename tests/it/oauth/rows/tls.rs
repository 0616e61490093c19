//! Row 48: what is spoken under the requests.

use crate::common::suite::Suite;
use crate::oauth::kit::secured::Secured;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, SupportedProtocolVersion};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite; row_48_tls_is_1_2_with_forward_secrecy_or_1_3);
}

/// A client of it.
struct Stranger(Secured);

impl Stranger {
    /// The status line a client of this version gets; an error when the two do not agree.
    async fn ask(&self, version: &'static SupportedProtocolVersion) -> std::io::Result<String> {
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(self.0.roots.clone())
            .with_no_client_auth();
        let stream = TcpStream::connect(&self.0.address).await?;
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer.lines().next().unwrap_or_default().to_owned())
    }

    /// What a bare `ClientHello` of `3.minor` with one suite (RFC 5246 §7.4.1.2) is answered.
    async fn hello(&self, minor: u8, suite: [u8; 2]) -> Vec<u8> {
        let mut hello = vec![1, 0, 0, 41, 3, minor];
        hello.extend_from_slice(&[7; 32]);
        hello.extend_from_slice(&[0, 0, 2, suite[0], suite[1], 1, 0]);
        let mut stream = TcpStream::connect(&self.0.address).await.unwrap();
        stream.write_all(&[&[22, 3, 1, 0, 45], hello.as_slice()].concat()).await.unwrap();
        let mut told = Vec::new();
        let reading = stream.read_to_end(&mut told);
        let _ = tokio::time::timeout(Duration::from_secs(5), reading).await.expect("an answer");
        told
    }
}

/// TLS 1.2 and 1.3 are spoken; TLS 1.0 and 1.1, and in 1.2 suites without forward secrecy or
/// authenticated encryption, end in an alert; plain HTTP gets nothing.
async fn row_48_tls_is_1_2_with_forward_secrecy_or_1_3() {
    let service = Stranger(Secured::start(|_| ()));
    for version in [&TLS12, &TLS13] {
        assert!(service.ask(version).await.unwrap().contains("200"), "{version:?}");
    }
    for (what, minor, suite) in [
        ("TLS 1.0", 1, [0xC0, 0x09]),
        ("TLS 1.1", 2, [0xC0, 0x09]),
        ("RSA key exchange, AES-GCM", 3, [0x00, 0x9C]),
        ("ECDHE with AES-CBC", 3, [0xC0, 0x23]),
        ("ECDHE with AES-CBC and SHA-1", 3, [0xC0, 0x09]),
        ("3DES", 3, [0xC0, 0x08]),
        ("RC4", 3, [0xC0, 0x07]),
        ("no encryption", 3, [0xC0, 0x06]),
    ] {
        let told = service.hello(minor, suite).await;
        assert!(matches!(told[..], [21, 3, _, 0, 2, 2, _]), "{what}: {told:?}");
    }
    let mut plain = TcpStream::connect(&service.0.address).await.unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut told = Vec::new();
    let reading = plain.read_to_end(&mut told);
    let _ = tokio::time::timeout(Duration::from_secs(5), reading).await.expect("an answer");
    assert!(!told.starts_with(b"HTTP"), "{told:?}");
}
