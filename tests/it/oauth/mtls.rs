//! `tls_client_auth` over a socket (RFC 8705 §2.1): an authority vouches for a name, and what the
//! client gets is bound to its certificate.

use super::kit::peek;
use super::kit::secured::{Secured, command, private};
use crate::common::suite::Suite;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use serde_json::Value;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite; only_the_registered_name_from_a_trusted_authority_is_let_in);
}

const SUBJECT: &str = "CN=pay.example,O=Example Inc.,C=CN";

/// Somebody who issues certificates.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A client's certificate that ends with `until` (a year).
    fn issue(&self, name: &str, until: i32) -> Shown {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CountryName, "CN");
        params.distinguished_name.push(DnType::OrganizationName, "Example Inc.");
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Shown { certificate: certificate.der().clone(), key: key.serialize_der() }
    }
}

/// What a client shows in its handshake.
struct Shown {
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
}

/// A client of the program that may prove itself by a certificate.
struct Service(Secured);

impl Service {
    fn start(authority: &Authority) -> Self {
        let text = r#"{"client_id":"pay","client_name":"支付","legal_entity":"支付公司",
            "token_endpoint_auth_method":"tls_client_auth","grant_types":["client_credentials"],
            "scope":"medical.settle","tls_client_certificate_bound_access_tokens":true,
            "tls_client_auth_subject_dn":"SUBJECT"}"#;
        Self(Secured::start(|folder| {
            private(folder, "ca.pem", &authority.pem);
            private(folder, "pay.json", &text.replace("SUBJECT", SUBJECT));
            let added = command(folder)
                .args(["client", "add", "--from-file", "pay.json"])
                .stderr(Stdio::piped())
                .output()
                .unwrap();
            assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        }))
    }

    /// Status and body of a token request of `client` over a connection that shows this.
    async fn ask(&self, client: &str, shown: Option<&Shown>) -> (u16, Value) {
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(self.0.roots.clone());
        let config = match shown {
            None => builder.with_no_client_auth(),
            Some(Shown { certificate, key }) => {
                let key = PrivateKeyDer::try_from(key.clone()).unwrap();
                builder.with_client_auth_cert(vec![certificate.clone()], key).unwrap()
            }
        };
        let stream = TcpStream::connect(&self.0.address).await.unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
        let body = format!("grant_type=client_credentials&client_id={client}");
        let request = format!(
            "POST /oauth/token HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: \
             application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.0.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split("\r\n\r\n").nth(1).unwrap();
        (status, serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {answer}")))
    }

    async fn refuses(&self, what: &str, shown: Option<&Shown>) {
        let (status, body) = self.ask("pay", shown).await;
        assert_eq!((status, body["error"].as_str()), (401, Some("invalid_client")), "{what}");
    }
}

async fn only_the_registered_name_from_a_trusted_authority_is_let_in() {
    let authority = Authority::new("Trusted Root");
    let other = Authority::new("Another Root");
    let service = Service::start(&authority);
    let right = authority.issue("pay.example", 2090);
    let (status, body) = service.ask("pay", Some(&right)).await;
    assert_eq!(status, 200, "{body}");
    let claims = peek(body["access_token"].as_str().unwrap()).claims;
    let digest = ecard::crypto::sha256(&right.certificate);
    use base64::Engine as _;
    let thumbprint = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest);
    assert_eq!(claims["cnf"]["x5t#S256"], thumbprint.as_str(), "{claims}");
    service.refuses("no certificate", None).await;
    service.refuses("another authority", Some(&other.issue("pay.example", 2090))).await;
    service.refuses("another name", Some(&authority.issue("evil.example", 2090))).await;
    service.refuses("expired", Some(&authority.issue("pay.example", 2021))).await;
    let (status, _) = service.ask("nobody", Some(&right)).await;
    assert_eq!(status, 401, "another client's name");

    // The operator changes whom to believe; the running service takes it over.
    let aside = service.0.folder.path().join("aside.pem");
    std::fs::write(&aside, &other.pem).unwrap();
    std::fs::rename(aside, service.0.folder.path().join("ca.pem")).unwrap();
    let newcomer = other.issue("pay.example", 2090);
    let taking_over = async {
        while service.ask("pay", Some(&newcomer)).await.0 != 200 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(30), taking_over).await.is_ok());
    service.refuses("an authority that is believed no more", Some(&right)).await;
}
