//! Keys of partners, made by `ring` and used without any code of the service.

use super::jwt::encoded;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaEncoding, RsaKeyPair, RsaPublicKeyComponents,
};
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};

enum Pair {
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
    Rsa(&'static RsaKeyPair, &'static dyn RsaEncoding),
}

/// A key pair with its name and the algorithm it signs by.
pub(crate) struct Key {
    pub(crate) kid: String,
    pub(crate) alg: &'static str,
    pair: Pair,
}

impl Key {
    /// ES256 under a name.
    pub(crate) fn es256(kid: &str) -> Arc<Self> {
        let random = SystemRandom::new();
        let alg = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let der = EcdsaKeyPair::generate_pkcs8(alg, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(alg, der.as_ref(), &random).unwrap();
        Arc::new(Self { kid: kid.to_owned(), alg: "ES256", pair: Pair::Ec(pair) })
    }

    /// EdDSA on Ed25519 under a name.
    pub(crate) fn ed25519(kid: &str) -> Arc<Self> {
        let der = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(der.as_ref()).unwrap();
        Arc::new(Self { kid: kid.to_owned(), alg: "EdDSA", pair: Pair::Ed(pair) })
    }

    /// PS256 under a name.
    pub(crate) fn ps256(kid: &str) -> Arc<Self> {
        let pair = Pair::Rsa(rsa(), &RSA_PSS_SHA256);
        Arc::new(Self { kid: kid.to_owned(), alg: "PS256", pair })
    }

    /// RS256 under a name, by the same RSA key.
    pub(crate) fn rs256(kid: &str) -> Arc<Self> {
        let pair = Pair::Rsa(rsa(), &RSA_PKCS1_SHA256);
        Arc::new(Self { kid: kid.to_owned(), alg: "RS256", pair })
    }

    /// The members that make the key, in the order its thumbprint wants (RFC 7638 §3.3).
    fn members(&self) -> Vec<(&'static str, String)> {
        match &self.pair {
            Pair::Ec(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = (encoded(&point[1..33]), encoded(&point[33..]));
                vec![("crv", "P-256".into()), ("kty", "EC".into()), ("x", x), ("y", y)]
            }
            Pair::Ed(pair) => {
                let x = encoded(pair.public_key().as_ref());
                vec![("crv", "Ed25519".into()), ("kty", "OKP".into()), ("x", x)]
            }
            Pair::Rsa(pair, _) => {
                let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
                let (n, e) = (encoded(&public.n), encoded(&public.e));
                vec![("e", e), ("kty", "RSA".into()), ("n", n)]
            }
        }
    }

    /// The bare public key, as a proof carries it.
    pub(crate) fn jwk(&self) -> Value {
        let members = self.members().into_iter().map(|(n, v)| (n.to_owned(), Value::String(v)));
        Value::Object(members.collect())
    }

    /// The public key as it is registered.
    pub(crate) fn registered(&self) -> Value {
        let mut jwk = self.jwk();
        jwk["kid"] = json!(self.kid);
        jwk["alg"] = json!(self.alg);
        jwk["use"] = json!("sig");
        jwk
    }

    /// SHA-256 over the members (RFC 7638).
    pub(crate) fn thumbprint(&self) -> String {
        let members = self.members().into_iter().map(|(n, v)| format!("\"{n}\":\"{v}\""));
        let text = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
        super::digest(&text)
    }

    /// A JWT under exactly this header.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| encoded(value.to_string().as_bytes());
        let message = format!("{}.{}", part(header), part(claims));
        format!("{message}.{}", encoded(&self.signature(message.as_bytes())))
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Ec(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Pair::Ed(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(*encoding, &random, message, &mut signature).unwrap();
                signature
            }
        }
    }
}

/// One RSA key for all tests: ring cannot make one, and making one takes a while.
fn rsa() -> &'static RsaKeyPair {
    static PAIR: OnceLock<RsaKeyPair> = OnceLock::new();
    PAIR.get_or_init(|| {
        let der = ecard::crypto::generate_rsa().unwrap();
        RsaKeyPair::from_pkcs8(&der).unwrap()
    })
}
