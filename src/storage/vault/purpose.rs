//! What keyed hashes are made for.

/// What a lookup is for. Each purpose has its own key, so that equal values in two tables do not
/// show themselves equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Citizen identity numbers.
    IdNumber,
    /// Mobile numbers.
    Mobile,
    /// Physical card numbers.
    CardNumber,
    /// Browser session identifiers.
    Session,
    /// CSRF tokens.
    Csrf,
    /// SMS activation codes.
    ActivationCode,
    /// One-time codes of the counter.
    CounterCode,
    /// Secrets of partner apps.
    ClientSecret,
    /// Subject identifiers that differ by partner (OpenID Connect Core §8.1).
    PairwiseSubject,
    /// The pepper of card PINs.
    Pin,
    /// Places in status lists.
    StatusIndex,
    /// Login accounts.
    Account,
    /// Authorization codes, device codes and request URIs.
    AuthCode,
    /// The third part of refresh tokens.
    RefreshToken,
    /// Nonces of DPoP proofs.
    DpopNonce,
    /// Identifiers of proofs and assertions.
    UsedJti,
    /// A browser session's name towards one client.
    ClientSession,
    /// Initial access tokens of registration.
    RegistrationToken,
    /// Codes that holders show.
    ShownCode,
}

impl Purpose {
    /// The label in the key derivation. Changing one orphans every stored index of the purpose.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::IdNumber => "id-number",
            Self::Mobile => "mobile",
            Self::CardNumber => "card-number",
            Self::Session => "session",
            Self::Csrf => "csrf",
            Self::ActivationCode => "activation-code",
            Self::CounterCode => "counter-code",
            Self::ClientSecret => "client-secret",
            Self::PairwiseSubject => "pairwise-subject",
            Self::Pin => "pin",
            Self::StatusIndex => "status-index",
            Self::Account => "account",
            Self::AuthCode => "auth-code",
            Self::RefreshToken => "refresh-token",
            Self::DpopNonce => "dpop-nonce",
            Self::UsedJti => "used-jti",
            Self::ClientSession => "client-session",
            Self::RegistrationToken => "registration-token",
            Self::ShownCode => "shown-code",
        }
    }

    /// Whether its values can be made again from what is sealed beside them, so that their key
    /// may be rotated. All others stand under a key that never changes: nobody knows a PIN or a
    /// client's secret to hash it again, subjects and places in status lists are known outside,
    /// and sessions and codes under way must go on.
    pub(super) fn is_lookup(self) -> bool {
        matches!(self, Self::IdNumber | Self::Mobile | Self::CardNumber | Self::Account)
    }
}
