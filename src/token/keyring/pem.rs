//! PEM (RFC 7468) around a PKCS#8 document.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::EncodingKey;
use zeroize::Zeroizing;

const LINE: usize = 64;

/// Said of an elliptic-curve key that signs no ES256.
pub(super) const OTHER_CURVE: &str = "an elliptic-curve key, but not a P-256 one with its public key inside: only ES256 keys are \
     taken; make one with `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`";

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

/// The PKCS#8 document of an elliptic-curve key; anything else is refused with what to do.
pub(super) fn decode_es256(pem: &[u8]) -> Result<Zeroizing<Vec<u8>>, String> {
    match EncodingKey::from_ec_pem(pem) {
        Ok(key) => Ok(Zeroizing::new(key.as_bytes().to_vec())),
        Err(_) if EncodingKey::from_rsa_pem(pem).is_ok() => {
            Err("an RSA key: only ES256 keys (P-256) are taken so far".to_owned())
        }
        Err(_) => Err("not an unencrypted P-256 key in PKCS#8 PEM: write one with `openssl pkcs8 \
             -topk8 -nocrypt`"
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
        assert_eq!(*decode_es256(text.as_bytes()).unwrap(), *der);
    }

    #[test]
    fn an_rsa_key_is_refused_by_name() {
        // The frame of a PKCS#8 document for rsaEncryption, with an empty key inside.
        let frame: [u8; 24] = [
            0x30, 0x16, 0x02, 0x01, 0x00, 0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7,
            0x0D, 0x01, 0x01, 0x01, 0x05, 0x00, 0x04, 0x02, 0x30, 0x00,
        ];
        let problem = decode_es256(encode(&frame).as_bytes()).unwrap_err();
        assert!(problem.contains("an RSA key"), "{problem}");
    }

    #[test]
    fn what_is_no_key_is_refused_with_what_to_do() {
        let problem = decode_es256(b"hello").unwrap_err();
        assert!(problem.contains("openssl pkcs8"), "{problem}");
    }
}
