//! A public key as certificates carry it: `SubjectPublicKeyInfo` in DER (RFC 5280 §4.1.2.7).

use super::{PublicJwk, SignatureAlgorithm};
use jsonwebtoken::DecodingKeyKind;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
/// `id-ecPublicKey` on `prime256v1` (RFC 5480 §2.1.1).
const P256: &[u8] = &[
    0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
    0xce, 0x3d, 0x03, 0x01, 0x07,
];
/// `id-Ed25519` (RFC 8410 §3).
const ED25519: &[u8] = &[0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70];
/// `rsaEncryption` (RFC 3279 §2.3.1).
const RSA: &[u8] =
    &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

impl PublicJwk {
    /// The key as a certificate would carry it.
    pub fn spki(&self) -> Vec<u8> {
        let (algorithm, key) = match (self.algorithm(), self.decoding().kind()) {
            (SignatureAlgorithm::EdDsa, DecodingKeyKind::SecretOrDer(point)) => {
                (ED25519, point.clone())
            }
            (_, DecodingKeyKind::SecretOrDer(point)) => (P256, point.clone()),
            (_, DecodingKeyKind::RsaModulusExponent { n, e }) => {
                (RSA, tlv(SEQUENCE, &[integer(n), integer(e)].concat()))
            }
        };
        let bits = tlv(BIT_STRING, &[&[0], key.as_slice()].concat());
        tlv(SEQUENCE, &[algorithm, bits.as_slice()].concat())
    }
}

/// A positive number: a leading zero where its first bit would be taken for a sign.
fn integer(bytes: &[u8]) -> Vec<u8> {
    match bytes.first() {
        Some(first) if *first >= 0x80 => tlv(INTEGER, &[&[0], bytes].concat()),
        _ => tlv(INTEGER, bytes),
    }
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let significant: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let mut out = vec![tag];
    match (significant.as_slice(), u8::try_from(significant.len())) {
        ([], _) => out.push(0),
        ([short], _) if *short < 0x80 => out.push(*short),
        (long, count) => {
            out.push(0x80 | count.unwrap_or(0));
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(content);
    out
}
