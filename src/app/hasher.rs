//! Argon2id (RFC 9106) for passwords and PINs, on threads of its own and never more at a time
//! than the machine can bear.

use crate::config::Hashing;
use crate::domain::secret::Secret;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Hashing failed: bad parameters, or the service is shutting down.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("hashing failed: {0}")]
pub struct HashingFailed(String);

/// Computes and checks hashes.
#[derive(Clone)]
pub struct Hasher {
    params: Params,
    at_once: Arc<Semaphore>,
    /// What an unknown account is checked against, so that it takes as long as a known one.
    decoy: Arc<str>,
}

impl Hasher {
    /// A hasher with these parameters. Computes one hash, for unknown accounts.
    ///
    /// # Errors
    /// [`HashingFailed`] for parameters Argon2 does not take.
    pub fn new(hashing: &Hashing) -> Result<Self, HashingFailed> {
        let params = Params::new(hashing.memory_kib, hashing.passes, 1, None).map_err(failed)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let at_once = if hashing.at_once == 0 { cores } else { hashing.at_once };
        let decoy = hash(&params, b"nobody's password")?.into();
        Ok(Self { params, at_once: Arc::new(Semaphore::new(at_once)), decoy })
    }

    /// The hash of a secret, salted, as a PHC string.
    ///
    /// # Errors
    /// [`HashingFailed`].
    pub async fn hash(&self, secret: Secret) -> Result<String, HashingFailed> {
        let params = self.params.clone();
        self.run(move || hash(&params, secret.expose().as_bytes())).await?
    }

    /// Whether `secret` is the one `stored` was made from; with nothing stored the answer is no,
    /// after the same work.
    ///
    /// # Errors
    /// [`HashingFailed`].
    pub async fn verify(
        &self,
        secret: Secret,
        stored: Option<String>,
    ) -> Result<bool, HashingFailed> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.to_string());
        let matches = self.run(move || verify(&stored, secret.expose().as_bytes())).await??;
        Ok(matches && known)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashingFailed> {
        let permit = Arc::clone(&self.at_once).acquire_owned().await.map_err(failed)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        done.await.map_err(failed)
    }
}

fn failed(error: impl std::fmt::Display) -> HashingFailed {
    HashingFailed(error.to_string())
}

fn hash(params: &Params, secret: &[u8]) -> Result<String, HashingFailed> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    Ok(argon2.hash_password(secret).map_err(failed)?.to_string())
}

fn verify(stored: &str, secret: &[u8]) -> Result<bool, HashingFailed> {
    let parsed = PasswordHash::new(stored).map_err(failed)?;
    Ok(Argon2::default().verify_password(secret, &parsed).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher() -> Hasher {
        Hasher::new(&Hashing { memory_kib: 8, passes: 1, at_once: 2 }).unwrap()
    }

    #[tokio::test]
    async fn only_the_same_secret_verifies() {
        let hasher = hasher();
        let stored = hasher.hash(Secret::new("right")).await.unwrap();
        assert!(stored.starts_with("$argon2id$"), "{stored}");
        assert!(hasher.verify(Secret::new("right"), Some(stored.clone())).await.unwrap());
        assert!(!hasher.verify(Secret::new("wrong"), Some(stored)).await.unwrap());
    }

    #[tokio::test]
    async fn nothing_verifies_against_nothing() {
        let hasher = hasher();
        assert!(!hasher.verify(Secret::new("nobody's password"), None).await.unwrap());
    }

    #[tokio::test]
    async fn the_same_secret_twice_gives_two_hashes() {
        let hasher = hasher();
        let one = hasher.hash(Secret::new("x")).await.unwrap();
        assert_ne!(one, hasher.hash(Secret::new("x")).await.unwrap());
    }
}
