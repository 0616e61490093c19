//! A certificate in a header, as proxies hand it on.

use super::{ClientCertificate, NotACertificate};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// Longer than any certificate a proxy hands on (bytes).
const LONGEST: usize = 32 * 1024;

/// The certificate in the header `name`; `None` when the client has shown none to the proxy.
///
/// Two forms are read: the byte sequence of RFC 9440 (`:base64:`), and PEM with percent escapes
/// (nginx's `$ssl_client_escaped_cert`).
///
/// # Errors
/// [`NotACertificate`], also when the header stands there twice: then the proxy did not replace
/// what a client had sent, and nobody knows whose is whose.
pub(super) fn certificate(
    headers: &HeaderMap,
    name: &str,
) -> Result<Option<ClientCertificate>, NotACertificate> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() || value.len() > LONGEST {
        return Err(NotACertificate);
    }
    let text = value.to_str().map_err(|_| NotACertificate)?.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let der = match text.strip_prefix(':') {
        Some(rest) => byte_sequence(rest)?,
        None => escaped_pem(text)?,
    };
    ClientCertificate::from_der(der).map(Some)
}

fn byte_sequence(rest: &str) -> Result<Vec<u8>, NotACertificate> {
    let encoded = rest.strip_suffix(':').ok_or(NotACertificate)?;
    STANDARD.decode(encoded).map_err(|_| NotACertificate)
}

fn escaped_pem(text: &str) -> Result<Vec<u8>, NotACertificate> {
    let mut pem = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            pem.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (high, low) = (digit().ok_or(NotACertificate)?, digit().ok_or(NotACertificate)?);
        pem.push(u8::try_from(high * 16 + low).map_err(|_| NotACertificate)?);
    }
    let der = CertificateDer::from_pem_slice(&pem).map_err(|_| NotACertificate)?;
    Ok(der.to_vec())
}
