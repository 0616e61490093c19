//! Why a private key is not used.

/// Not a private key of the kind asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not {kind}: {reason}")]
pub struct KeyRejected {
    kind: &'static str,
    reason: String,
}

impl KeyRejected {
    pub(super) fn es256(reason: String) -> Self {
        Self { kind: "an ES256 private key in PKCS#8 with its public key inside", reason }
    }

    pub(super) fn rs256(reason: String) -> Self {
        Self { kind: "an RS256 private key of 2048 to 4096 bits in PKCS#8", reason }
    }
}
