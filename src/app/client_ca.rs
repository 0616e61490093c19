//! Whose client certificates are believed (RFC 8705 section 2.1).

use crate::domain::time::Timestamp;
use crate::keyfile::{self, KeyFileError, Stamp};
use rustls::RootCertStore;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// The certificates of those who issue client certificates, and the file they came from. Cheap to
/// clone.
#[derive(Clone, Debug)]
pub struct ClientCa(Arc<Followed>);

#[derive(Debug)]
struct Followed {
    path: PathBuf,
    current: RwLock<Arc<dyn ClientCertVerifier>>,
    seen: RwLock<Stamp>,
}

impl ClientCa {
    /// Reads them from a PEM file.
    ///
    /// # Errors
    /// [`KeyFileError`] for a file that is not there or holds something else.
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        let seen = RwLock::new(keyfile::stamp(path)?);
        let current = RwLock::new(verifier(path)?);
        Ok(Self(Arc::new(Followed { path: path.to_owned(), current, seen })))
    }

    /// Reads the file again when it has changed; `true` when other certificates are believed from
    /// here on. A file that does not fit is looked at again when it changes; until then those
    /// before are believed.
    ///
    /// # Errors
    /// [`KeyFileError`], as [`ClientCa::read`].
    pub fn reload_if_changed(&self) -> Result<bool, KeyFileError> {
        let stamp = keyfile::stamp(&self.0.path)?;
        if *self.0.seen.read().unwrap_or_else(PoisonError::into_inner) == stamp {
            return Ok(false);
        }
        *self.0.seen.write().unwrap_or_else(PoisonError::into_inner) = stamp;
        let fresh = verifier(&self.0.path)?;
        *self.0.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(true)
    }

    /// Whether a chain (RFC 5280 section 6) leads from the certificate to one of these, each in
    /// its time and fit for clients.
    pub fn issued(&self, der: &[u8], intermediates: &[Vec<u8>], now: Timestamp) -> bool {
        let certificate = CertificateDer::from(der);
        let chain: Vec<_> = intermediates.iter().map(|c| CertificateDer::from(&c[..])).collect();
        let Ok(seconds) = u64::try_from(now.epoch_seconds()) else { return false };
        let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let current = Arc::clone(&self.0.current.read().unwrap_or_else(PoisonError::into_inner));
        current.verify_client_cert(&certificate, &chain, now).is_ok()
    }
}

fn verifier(path: &Path) -> Result<Arc<dyn ClientCertVerifier>, KeyFileError> {
    let unfit = |e: String| KeyFileError::content(path, format!("not a client CA: {e}"));
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots.add(certificate).map_err(|e| unfit(e.to_string()))?;
    }
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    verifier.build().map_err(|e| unfit(e.to_string()))
}

/// The certificates of a PEM file, in their order; at least one.
///
/// # Errors
/// [`KeyFileError`] for a file that is not there or holds none.
pub fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, KeyFileError> {
    let text = fs::read(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => KeyFileError::content(path, "not there"),
        _ => KeyFileError::Io { path: path.to_owned(), source },
    })?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(KeyFileError::content(path, "holds no certificate in PEM")),
    }
}
