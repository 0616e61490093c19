//! Our own public keys as a verifier trusts them, parsed once for as long as they stand.

use super::{Fault, internal};
use crate::token::keyring::KeyRing;
use crate::verifier::TrustedKeys;
use std::sync::{Arc, Mutex, PoisonError};

/// The keys, and of which reading of the ring they are.
#[derive(Default)]
pub struct OwnKeys(Mutex<Option<(u64, Arc<TrustedKeys>)>>);

impl OwnKeys {
    /// The keys a relying service would fetch now.
    ///
    /// # Errors
    /// [`Fault`] when a key of ours cannot be read.
    pub fn of(&self, ring: &KeyRing) -> Result<Arc<TrustedKeys>, Fault> {
        // Asked before the keys are: a change in between makes what is kept out of date at once.
        let readings = ring.readings();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, keys)) = &*kept
            && *of == readings
        {
            return Ok(Arc::clone(keys));
        }
        let jwks = serde_json::to_vec(&ring.jwks()).map_err(internal)?;
        let keys = Arc::new(TrustedKeys::from_jwks(&jwks).map_err(internal)?);
        *kept = Some((readings, Arc::clone(&keys)));
        Ok(keys)
    }
}
