//! Client certificates (RFC 8705): whose key a client has proved to hold, in its handshake with us
//! or with a proxy that is believed.

mod dn;
mod header;
mod names;
mod peer;
#[cfg(test)]
mod tests;

pub use dn::{DistinguishedName, NotAName};
pub use peer::Peer;

use crate::app::{App, ClientCa};
use crate::config::Config;
use crate::crypto::sha256;
use crate::domain::time::Timestamp;
use axum::extract::OptionalFromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::convert::Infallible;
use std::fmt;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// Bytes that are no X.509 certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an X.509 certificate")]
pub struct NotACertificate;

/// A certificate whose private key the client has proved to hold. That says nothing yet of who the
/// client is: see [`ClientCertificate::is_trusted`], or compare its key with a registered one.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    der: Vec<u8>,
    intermediates: Vec<Vec<u8>>,
    subject: DistinguishedName,
    spki: Vec<u8>,
}

impl ClientCertificate {
    /// The certificate of whoever sent a request. From a proxy in `trusted_proxies` it is the one
    /// in the header that the configuration names; from anybody else that header is ignored, and
    /// it is the one of the handshake.
    ///
    /// A header that cannot be read gives none.
    pub fn of(extensions: &Extensions, headers: &HeaderMap, config: &Config) -> Option<Self> {
        let peer = extensions.get::<Peer>()?;
        if let Some(name) = &config.client_certificate_header
            && peer.is_one_of(&config.trusted_proxies)
        {
            return header::certificate(headers, name).unwrap_or_else(|error| {
                tracing::warn!(%error, header = name, "a proxy's header is not believed");
                None
            });
        }
        let (der, intermediates) = peer.certificates.split_first()?;
        let mut shown = Self::from_der(der.clone()).ok()?;
        shown.intermediates = intermediates.to_vec();
        Some(shown)
    }

    /// Reads a certificate.
    ///
    /// # Errors
    /// [`NotACertificate`], also when something follows it.
    pub fn from_der(der: Vec<u8>) -> Result<Self, NotACertificate> {
        let (rest, read) = X509Certificate::from_der(&der).map_err(|_| NotACertificate)?;
        if !rest.is_empty() {
            return Err(NotACertificate);
        }
        let subject = DistinguishedName::of(read.subject());
        let spki = read.public_key().raw.to_vec();
        Ok(Self { der, intermediates: Vec::new(), subject, spki })
    }

    /// The value of `x5t#S256` (RFC 8705 section 3.1): SHA-256 of the DER, base64url.
    pub fn thumbprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(sha256(&self.der))
    }

    /// Whom it names. Compare it with what was registered by parsing that, never as text.
    pub fn subject(&self) -> &DistinguishedName {
        &self.subject
    }

    /// Whom it names, as text (RFC 4514).
    pub fn subject_dn(&self) -> String {
        self.subject.to_string()
    }

    /// Its key, as a DER `SubjectPublicKeyInfo` (RFC 5280 section 4.1).
    pub fn public_key_spki(&self) -> &[u8] {
        &self.spki
    }

    /// Whether one of the configuration's `client_ca` issued it, for clients, and it is in its
    /// time. Nothing is asked about revocation: whoever runs the CA disables the client here.
    pub fn is_trusted(&self, ca: Option<&ClientCa>, now: Timestamp) -> bool {
        ca.is_some_and(|ca| ca.issued(&self.der, &self.intermediates, now))
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientCertificate({})", self.thumbprint())
    }
}

impl OptionalFromRequestParts<App> for ClientCertificate {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Infallible> {
        Ok(Self::of(&parts.extensions, &parts.headers, &app.config))
    }
}
