//! Keys made elsewhere: which kind it is, and in clear words why it is none of ours.

use crate::token::signer::SigningAlgorithm;

/// `id-ecPublicKey` and `rsaEncryption` as DER object identifiers (RFC 5480, RFC 8017).
const EC: &[u8] = &[0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];
const RSA: &[u8] = &[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];

/// A PKCS#8 document names its algorithm within these first bytes.
const HEAD: usize = 32;

/// What the key in a PKCS#8 document signs with; else what to do instead.
pub(super) fn algorithm(pkcs8: &[u8]) -> Result<SigningAlgorithm, String> {
    let (alg, otherwise) = if names(pkcs8, EC) {
        let other_curve = "an elliptic-curve key, but not a P-256 one with its public key inside: \
             make one with `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`";
        (SigningAlgorithm::Es256, other_curve)
    } else if names(pkcs8, RSA) {
        let other_length = "an RSA key, but not one of 2048 to 4096 bits with the exponent 65537: \
             make one with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072`";
        (SigningAlgorithm::Rs256, other_length)
    } else {
        return Err("neither a P-256 key (ES256) nor an RSA key (RS256)".to_owned());
    };
    match alg.read(pkcs8) {
        Ok(_) => Ok(alg),
        Err(_) => Err(otherwise.to_owned()),
    }
}

fn names(pkcs8: &[u8], identifier: &[u8]) -> bool {
    let head = pkcs8.get(..HEAD).unwrap_or(pkcs8);
    head.windows(identifier.len()).any(|found| found == identifier)
}
