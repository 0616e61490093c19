//! The service with a certificate of its own.

use super::{Ran, Server, command, folder, run, until};
use crate::common::suite::Suite;
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

pub(crate) fn register(suite: &mut Suite) {
    tests!(
        suite;
        with_a_certificate_the_service_is_reached_by_https,
        a_renewed_certificate_is_used_without_a_restart,
        half_a_pair_and_a_key_that_does_not_fit_are_refused,
        check_tells_of_certificates,
    );
}

const FLAGS: [&str; 4] = ["--tls-cert", "cert.pem", "--tls-key", "key.pem"];

/// Makes a pair in `folder`; gives the certificate.
fn pair(folder: &Path) -> String {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap().pem();
    for (name, text) in [("key.pem", key.serialize_pem()), ("cert.pem", certificate.clone())] {
        let aside = folder.join("aside");
        std::fs::write(&aside, text).unwrap();
        std::fs::set_permissions(&aside, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::rename(aside, folder.join(name)).unwrap();
    }
    certificate
}

fn started(folder: &Path) -> Server {
    let arguments = [&["serve", "--listen", "127.0.0.1:0", "--log", "warn"][..], &FLAGS].concat();
    Server::of(command(folder, &arguments))
}

/// What the service answers to somebody who trusts this certificate alone.
fn get(server: &Server, trusted: &str, path: &str) -> io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let connection = ClientConnection::new(Arc::new(client), name).unwrap();
    let stream = TcpStream::connect(server.address())?;
    let mut stream = StreamOwned::new(connection, stream);
    let host = server.address();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Proto: http\r\n\
         X-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

async fn with_a_certificate_the_service_is_reached_by_https() {
    let folder = folder();
    let certificate = pair(folder.path());
    let server = started(folder.path());
    assert!(server.url.starts_with("https://127.0.0.1:"), "{}", server.url);
    let metadata = "/.well-known/openid-configuration";
    let answer = get(&server, &certificate, metadata).unwrap();
    assert!(answer.contains(&format!("\"issuer\":\"{}\"", server.url)), "{answer}");
    assert!(!answer.contains("evil.example"), "a forwarded host is believed: {answer}");
    let answer = get(&server, &certificate, "/").unwrap().to_lowercase();
    assert!(answer.contains("strict-transport-security"), "{answer}");
}

async fn a_renewed_certificate_is_used_without_a_restart() {
    let folder = folder();
    let old = pair(folder.path());
    let server = started(folder.path());
    get(&server, &old, "/healthz").unwrap();
    let new = pair(folder.path());
    until("the new certificate is used", || get(&server, &new, "/healthz").is_ok()).await;
    assert!(get(&server, &old, "/healthz").is_err());
}

async fn half_a_pair_and_a_key_that_does_not_fit_are_refused() {
    let folder = folder();
    let serve = |flags: &[&str]| -> Ran {
        run(folder.path(), &[&["serve", "--listen", "127.0.0.1:0"][..], flags].concat())
    };
    serve(&FLAGS[..2]).refused(1, "tls_key: not set");
    serve(&FLAGS[2..]).refused(1, "tls_cert: not set");
    serve(&FLAGS).refused(1, "cert.pem: not there");
    let other = pair(folder.path());
    pair(folder.path());
    std::fs::write(folder.path().join("cert.pem"), other).unwrap();
    serve(&FLAGS).refused(1, "does not belong to the certificate");
    let key = folder.path().join("key.pem");
    std::fs::set_permissions(key, std::fs::Permissions::from_mode(0o644)).unwrap();
    serve(&FLAGS).refused(1, "chmod 600");
}

async fn check_tells_of_certificates() {
    let folder = folder();
    pair(folder.path());
    let checked = run(folder.path(), &[&["check"][..], &FLAGS].concat());
    assert!(checked.out.contains("certificates: cert.pem: until"), "{}", checked.out);
    assert!(checked.out.contains("warning  certificates: client_certificates"), "{}", checked.out);
}
