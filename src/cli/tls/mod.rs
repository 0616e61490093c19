//! Own TLS, for a service without a proxy: what BCP 195 (RFC 9325) and FAPI 2.0 (section 5.2.1)
//! ask for, and nothing older.

mod client;
mod files;
mod follow;

#[cfg(test)]
mod tests;

use crate::config::Config;
use crate::keyfile::KeyFileError;
use client::AnyCertificate;
use files::Files;
use follow::Followed;
use rustls::crypto::{CryptoProvider, ring};
use rustls::version::{TLS12, TLS13};
use rustls::{CipherSuite, ServerConfig, server};
use std::sync::Arc;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// The suites of TLS 1.2 that FAPI 2.0 leaves, the four recommended by RFC 9325 (section 4.2).
const SUITES_OF_TLS12: [CipherSuite; 4] = [
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
];

/// The service's certificate, and how it is used.
pub(super) struct Tls {
    followed: Arc<Followed>,
    config: Arc<ServerConfig>,
}

impl Tls {
    /// Reads the files the configuration names; `None` when it names none.
    ///
    /// # Errors
    /// [`KeyFileError`] for a file that is missing, cannot be trusted or is not what it should be,
    /// and for a key that does not belong to the certificate.
    pub(super) fn from_config(config: &Config) -> Result<Option<Self>, KeyFileError> {
        let Some(files) = Files::from_config(config) else { return Ok(None) };
        let provider = Arc::new(provider());
        let unfit =
            |e: rustls::Error| KeyFileError::content(&files.certificate, format!("no TLS: {e}"));
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(unfit)?;
        let builder = if config.client_certificates {
            builder.with_client_cert_verifier(Arc::new(AnyCertificate::new(&provider)))
        } else {
            builder.with_client_cert_verifier(server::WebPkiClientVerifier::no_client_auth())
        };
        let followed = Arc::new(Followed::read(files, provider)?);
        let mut tls = builder.with_cert_resolver(Arc::clone(&followed) as _);
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        // Without it a session resumed in TLS 1.2 could carry another's client certificate
        // (RFC 7627).
        tls.require_ems = true;
        Ok(Some(Self { followed, config: Arc::new(tls) }))
    }

    /// What shakes hands.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }

    /// Takes a renewed certificate over, until told to stop.
    pub(super) async fn follow(self, stop: watch::Receiver<bool>) {
        follow::run(&self.followed, stop).await;
    }
}

fn provider() -> CryptoProvider {
    let mut provider = ring::default_provider();
    let wanted = |suite: &CipherSuite| SUITES_OF_TLS12.contains(suite);
    provider.cipher_suites.retain(|s| s.tls13().is_some() || wanted(&s.suite()));
    provider
}
