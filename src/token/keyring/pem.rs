//! PEM (RFC 7468) around a PKCS#8 document.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use zeroize::{Zeroize as _, Zeroizing};

const LINE: usize = 64;

/// `PRIVATE KEY` in PEM, wiped when dropped.
pub(super) fn encode(pkcs8: &[u8]) -> Zeroizing<String> {
    let body = Zeroizing::new(STANDARD.encode(pkcs8));
    let mut text = Zeroizing::new(String::with_capacity(body.len() + body.len() / LINE + 64));
    text.push_str("-----BEGIN PRIVATE KEY-----\n");
    for (at, letter) in body.chars().enumerate() {
        if at > 0 && at % LINE == 0 {
            text.push('\n');
        }
        text.push(letter);
    }
    text.push_str("\n-----END PRIVATE KEY-----\n");
    text
}

/// The PKCS#8 document in a PEM file; anything else is refused with what to do.
pub(super) fn decode(pem: &[u8]) -> Result<Zeroizing<Vec<u8>>, String> {
    match PrivatePkcs8KeyDer::from_pem_slice(pem) {
        Ok(mut key) => {
            let der = Zeroizing::new(key.secret_pkcs8_der().to_vec());
            key.zeroize();
            Ok(der)
        }
        Err(_) => Err("not an unencrypted private key in PKCS#8 PEM: write one with `openssl \
             pkcs8 -topk8 -nocrypt`"
            .to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Es256Key;

    #[test]
    fn a_key_survives_pem() {
        let (der, _) = Es256Key::generate().unwrap();
        let text = encode(&der);
        assert!(text.lines().all(|line| line.len() <= LINE));
        assert_eq!(*decode(text.as_bytes()).unwrap(), *der);
    }

    #[test]
    fn what_is_no_key_is_refused_with_what_to_do() {
        let frame = |kind: &str| format!("-----BEGIN {kind}-----\nMAA=\n-----END {kind}-----\n");
        for other in ["EC PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "CERTIFICATE"] {
            let problem = decode(frame(other).as_bytes()).unwrap_err();
            assert!(problem.contains("openssl pkcs8"), "{problem}");
        }
        assert!(decode(b"hello").is_err());
        assert!(decode(frame("PRIVATE KEY").as_bytes()).is_ok());
    }
}
