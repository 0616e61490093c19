//! The card as a signed token: to its holder for a moment, to a partner for a day.

use super::access::Confirmation;
use crate::domain::assurance::{Acr, Amr};
use crate::domain::citizen::CardType;
use crate::domain::function::CardFunction;
use crate::domain::status::StatusReference;
use crate::domain::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use std::fmt;
use std::time::Duration;

/// The `typ` of the header.
pub const CARD_TOKEN_TYPE: &str = "ecard+jwt";

/// How long the holder's own token lives: long enough to be shown, too short to be passed on.
pub const HOLDER_TOKEN_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// How long a partner's token lives; its status is asked for meanwhile.
pub const PARTNER_TOKEN_LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// The audience of the holder's token: whoever verifies what a holder shows.
pub fn holder_audience(issuer: &str) -> String {
    format!("{issuer}/verify")
}

/// The claim `card`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CardClaim {
    /// The card's number, masked.
    pub no_masked: String,
    /// Six-digit code of the issuing region.
    pub region: String,
    /// Adult or minor.
    #[serde(rename = "type")]
    pub card_type: CardType,
}

/// What a token says of a card.
#[derive(Clone, PartialEq, Eq)]
pub struct CardFacts {
    /// Number, region and type.
    pub card: CardClaim,
    /// What it may be used for.
    pub functions: Vec<CardFunction>,
    /// Where this token's status is found: an entry of the recipient's own.
    pub status: StatusReference,
}

/// How the holder was authenticated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentication {
    /// How surely.
    pub acr: Acr,
    /// By what.
    pub amr: Vec<Amr>,
    /// When.
    pub auth_time: Timestamp,
}

/// The person, as far as the recipient may know: nothing at all unless consented.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct PersonClaims {
    /// The masked name (scope `profile`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_masked: Option<String>,
    /// The full name (scope `identity`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The full ID number (scope `identity`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
}

/// Whom a token is for.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The one audience.
    pub audience: String,
    /// The holder's name towards this recipient.
    pub subject: String,
    /// How long the token lives.
    pub lifetime: Duration,
    /// What the presenter must prove: a DPoP key, or the certificate of the connection; none for a
    /// bearer token.
    pub confirmation: Option<Confirmation>,
    /// What the recipient may know of the person.
    pub person: PersonClaims,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
struct StatusClaim {
    status_list: StatusReference,
}

/// The claims of an `ecard+jwt`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct CardTokenClaims {
    iss: String,
    sub: String,
    aud: String,
    iat: Timestamp,
    nbf: Timestamp,
    exp: Timestamp,
    jti: String,
    card: CardClaim,
    functions: Vec<CardFunction>,
    acr: Acr,
    amr: Vec<Amr>,
    auth_time: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
    status: StatusClaim,
    #[serde(flatten)]
    person: PersonClaims,
}

impl CardTokenClaims {
    /// A token for `recipient`; `jti` is 16 random bytes.
    pub fn new(
        issuer: &str,
        recipient: Recipient,
        facts: CardFacts,
        authentication: Authentication,
        jti: [u8; 16],
        now: Timestamp,
    ) -> Self {
        Self {
            iss: issuer.to_owned(),
            sub: recipient.subject,
            aud: recipient.audience,
            iat: now,
            nbf: now,
            exp: now + recipient.lifetime,
            jti: URL_SAFE_NO_PAD.encode(jti),
            card: facts.card,
            functions: facts.functions,
            acr: authentication.acr,
            amr: authentication.amr,
            auth_time: authentication.auth_time,
            cnf: recipient.confirmation,
            status: StatusClaim { status_list: facts.status },
            person: recipient.person,
        }
    }

    /// When the token ends.
    pub fn expires_at(&self) -> Timestamp {
        self.exp
    }
}

/// The holder's own token: nothing of the person in it, and another subject every time, so that
/// those who are shown it cannot tell that it was the same holder. `random` is 32 random bytes.
pub fn holder_token(
    issuer: &str,
    facts: CardFacts,
    authentication: Authentication,
    random: [u8; 32],
    now: Timestamp,
) -> CardTokenClaims {
    let (subject, rest) = random.split_at(16);
    let mut jti = [0; 16];
    jti.copy_from_slice(rest);
    let recipient = Recipient {
        audience: holder_audience(issuer),
        subject: URL_SAFE_NO_PAD.encode(subject),
        lifetime: HOLDER_TOKEN_LIFETIME,
        confirmation: None,
        person: PersonClaims::default(),
    };
    CardTokenClaims::new(issuer, recipient, facts, authentication, jti, now)
}

macro_rules! hidden_in_debug {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
hidden_in_debug!(CardClaim, CardFacts, PersonClaims, Recipient, CardTokenClaims);

#[cfg(test)]
mod tests;
