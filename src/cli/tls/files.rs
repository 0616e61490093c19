//! The certificate and its key, as an operator puts them there.

use crate::app::certificates;
use crate::config::Config;
use crate::keyfile::{self, KeyFileError};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where they are.
#[derive(Clone, Debug)]
pub(super) struct Files {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// Tells one content of the two files from the next without reading them.
pub(super) type Stamp = [keyfile::Stamp; 2];

impl Files {
    pub(super) fn from_config(config: &Config) -> Option<Self> {
        Some(Self { certificate: config.tls_cert.clone()?, key: config.tls_key.clone()? })
    }

    pub(super) fn stamp(&self) -> Result<Stamp, KeyFileError> {
        Ok([keyfile::stamp(&self.certificate)?, keyfile::stamp(&self.key)?])
    }

    /// Both files, and that they belong together.
    pub(super) fn read(&self, provider: &CryptoProvider) -> Result<CertifiedKey, KeyFileError> {
        let chain = certificates(&self.certificate)?;
        let key = private_key(&self.key)?;
        CertifiedKey::from_der(chain, key, provider).map_err(|e| match e {
            Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                let certificate = self.certificate.display();
                let reason =
                    format!("this key does not belong to the certificate in {certificate}");
                KeyFileError::content(&self.key, reason)
            }
            Error::InvalidCertificate(e) => {
                KeyFileError::content(&self.certificate, format!("not a certificate: {e:?}"))
            }
            other => KeyFileError::content(&self.key, other.to_string()),
        })
    }
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, KeyFileError> {
    let Some(text) = keyfile::read(path)? else {
        return Err(KeyFileError::content(path, "not there"));
    };
    let text = Zeroizing::new(text);
    PrivateKeyDer::from_pem_slice(&text)
        .map_err(|_| KeyFileError::content(path, "holds no unencrypted private key in PEM"))
}
