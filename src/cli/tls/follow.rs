//! A renewed certificate is taken over by the running service: connections that are open keep the
//! old one, the next handshake has the new.

use super::files::{Files, Stamp};
use crate::keyfile::KeyFileError;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::watch;

const EVERY: Duration = Duration::from_secs(5);

/// The certificate in use, and the files it came from.
#[derive(Debug)]
pub(super) struct Followed {
    files: Files,
    provider: Arc<CryptoProvider>,
    current: RwLock<Arc<CertifiedKey>>,
    seen: RwLock<Stamp>,
}

impl Followed {
    pub(super) fn read(files: Files, provider: Arc<CryptoProvider>) -> Result<Self, KeyFileError> {
        let seen = RwLock::new(files.stamp()?);
        let current = RwLock::new(Arc::new(files.read(&provider)?));
        Ok(Self { files, provider, current, seen })
    }

    /// `true` when another certificate was taken over. Files that do not fit (one may be written
    /// after the other) are looked at again when they change; the old certificate serves on.
    pub(super) fn reload_if_changed(&self) -> Result<bool, KeyFileError> {
        let stamp = self.files.stamp()?;
        if *self.seen.read().unwrap_or_else(PoisonError::into_inner) == stamp {
            return Ok(false);
        }
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = stamp;
        let fresh = Arc::new(self.files.read(&self.provider)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(true)
    }
}

impl ResolvesServerCert for Followed {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// Looks at the files every few seconds, until told to stop.
pub(super) async fn run(followed: &Followed, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        match followed.reload_if_changed() {
            Ok(true) => tracing::info!("the certificate was changed"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the old certificate stays in use"),
        }
    }
}
