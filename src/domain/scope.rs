//! What a token is for: the scopes of this service, each once.

use super::field::Field;
use super::function::CardFunction;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One scope (RFC 6749 §3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// An ID token (OpenID Connect Core).
    Openid,
    /// Masked name and region.
    Profile,
    /// The mobile number on file.
    Phone,
    /// Full name and identity number, and how they were verified.
    Identity,
    /// The card token.
    Ecard,
    /// Reading insurance records.
    InsuranceRead,
    /// Access while the citizen is away: a refresh token.
    OfflineAccess,
    /// A use of the card that a relying service asks about, for itself.
    Function(CardFunction),
}

/// The text names no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such scope")]
pub struct UnknownScope;

impl Scope {
    /// The scopes a citizen is asked about, in the order of the consent page.
    pub const OF_CITIZENS: [Self; 7] = [
        Self::Openid,
        Self::Ecard,
        Self::Profile,
        Self::Phone,
        Self::Identity,
        Self::InsuranceRead,
        Self::OfflineAccess,
    ];

    /// Every scope there is.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::OF_CITIZENS.into_iter().chain(CardFunction::ALL.into_iter().map(Self::Function))
    }

    /// The name in requests and tokens.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Openid => "openid",
            Self::Profile => "profile",
            Self::Phone => "phone",
            Self::Identity => "identity",
            Self::Ecard => "ecard",
            Self::InsuranceRead => "insurance:read",
            Self::OfflineAccess => "offline_access",
            Self::Function(function) => function.as_str(),
        }
    }

    /// What of the citizen it lets a partner see.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Profile => &[Field::NameMasked, Field::Region],
            Self::Phone => &[Field::PhoneNumber, Field::PhoneNumberVerified],
            Self::Identity => &[Field::Name, Field::IdNumber, Field::VerifiedClaims],
            _ => &[],
        }
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        Self::all().find(|scope| scope.as_str() == text).ok_or(UnknownScope)
    }
}

/// A set of scopes, in a fixed order; as text separated by spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct ScopeSet(Vec<Scope>);

impl ScopeSet {
    /// The scopes a request names; those this service does not know are passed over, as OpenID
    /// Connect Core §3.1.2.1 asks.
    pub fn parse(text: &str) -> Self {
        text.split(' ').filter_map(|name| name.parse().ok()).collect()
    }

    /// The scopes a registration names, all of them known.
    ///
    /// # Errors
    /// The first name that is not.
    pub fn parse_strictly(text: &str) -> Result<Self, String> {
        let names = text.split_ascii_whitespace();
        names.map(|name| name.parse().map_err(|UnknownScope| name.to_owned())).collect()
    }

    /// Whether it holds a scope.
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether every scope of `self` is in `other`.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.iter().all(|scope| other.contains(*scope))
    }

    /// The scopes, in order.
    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().copied()
    }

    /// Those that are in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        self.iter().filter(|scope| other.contains(*scope)).collect()
    }

    /// Those that are in either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).collect()
    }

    /// Those that are not in `other`.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        self.iter().filter(|scope| !other.contains(*scope)).collect()
    }

    /// What of the citizen they let a partner see.
    pub fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.iter().flat_map(|scope| scope.fields().iter().copied())
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let mut all: Vec<Scope> = scopes.into_iter().collect();
        all.sort();
        all.dedup();
        Self(all)
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, scope) in self.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

impl From<ScopeSet> for String {
    fn from(scopes: ScopeSet) -> Self {
        scopes.to_string()
    }
}

impl From<String> for ScopeSet {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_has_one_name() {
        for scope in Scope::all() {
            assert_eq!(scope.as_str().parse(), Ok(scope));
        }
        assert_eq!("Openid".parse::<Scope>(), Err(UnknownScope));
    }

    #[test]
    fn unknown_scopes_are_passed_over_in_requests_and_refused_in_registrations() {
        let asked = ScopeSet::parse("ecard openid email openid");
        assert_eq!(asked.to_string(), "openid ecard");
        assert_eq!(ScopeSet::parse_strictly("openid email"), Err("email".to_owned()));
    }

    #[test]
    fn sets_are_compared_as_sets() {
        let (one, two) = (ScopeSet::parse("openid profile"), ScopeSet::parse("profile ecard"));
        assert_eq!(one.and(&two).to_string(), "profile");
        assert_eq!(one.or(&two).to_string(), "openid profile ecard");
        assert_eq!(one.without(&two).to_string(), "openid");
        assert!(!one.is_within(&two) && one.and(&two).is_within(&two));
    }
}
