//! Makes RSA keys, which `ring` cannot. The `rsa` crate makes them here and does nothing else: its
//! operations with a private key leak by their timing (RUSTSEC-2023-0071), so `ring` signs.

use super::KeyRejected;
use rand::rngs::SysRng;
use rsa::PrivateKey;
use rsa::pkcs8::EncodePrivateKey as _;
use zeroize::Zeroizing;

/// The length of a new key (bits); longer ones are imported.
const MODULUS_BITS: usize = 2048;

/// Makes a new RSA key with exponent 65537; gives its PKCS#8 document, wiped when dropped. Takes
/// about a tenth of a second, sometimes several times that.
///
/// The randomness is the operating system's, as for every signing key.
///
/// # Errors
/// [`KeyRejected`] when the operating system has no randomness to give.
pub fn generate_rsa() -> Result<Zeroizing<Vec<u8>>, KeyRejected> {
    let key = PrivateKey::new(&mut SysRng, MODULUS_BITS)
        .map_err(|e| KeyRejected::rs256(e.to_string()))?;
    let document = key.to_pkcs8_der().map_err(|e| KeyRejected::rs256(e.to_string()))?;
    Ok(document.to_bytes())
}
