//! What a citizen has allowed a partner, and how long.

use super::field::FieldSet;
use super::scope::ScopeSet;
use std::time::Duration;

/// The longest a grant holds before it is asked for again: twelve months.
pub const GRANT_LIFETIME: Duration = Duration::from_secs(365 * 24 * 3600);

/// What is allowed: scopes, and fields asked for one by one (`claims` of OpenID Connect Core §5.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Scopes.
    pub scope: ScopeSet,
    /// Fields, those of the scopes among them.
    pub fields: FieldSet,
}

impl Allowed {
    /// What `asked` holds beyond this: what a citizen must still be asked.
    #[must_use]
    pub fn missing(&self, asked: &Self) -> Self {
        Self { scope: asked.scope.without(&self.scope), fields: asked.fields.without(&self.fields) }
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.scope.is_empty() && self.fields.is_empty()
    }

    /// Both together: a partner's second consent adds to the first.
    #[must_use]
    pub fn and_also(&self, more: &Self) -> Self {
        Self { scope: self.scope.or(&more.scope), fields: self.fields.or(&more.fields) }
    }
}

/// Where a grant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantState {
    /// In force.
    Live,
    /// The citizen withdrew it.
    Withdrawn,
    /// Its time ran out.
    Expired,
    /// The card or the client it stood on ended.
    Ended,
}

impl GrantState {
    /// The state as stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Ended => "ended",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::Field;

    #[test]
    fn only_what_is_new_is_asked_for() {
        let held =
            Allowed { scope: ScopeSet::parse("openid profile"), fields: FieldSet::default() };
        let asked = Allowed {
            scope: ScopeSet::parse("openid profile ecard"),
            fields: [Field::Name].into_iter().collect(),
        };
        let missing = held.missing(&asked);
        assert_eq!(missing.scope.to_string(), "ecard");
        assert!(missing.fields.contains(Field::Name));
        assert!(held.and_also(&missing).missing(&asked).is_empty());
    }

    #[test]
    fn what_was_put_again_and_not_allowed_is_dropped() {
        let scopes = |text| Allowed { scope: ScopeSet::parse(text), ..Allowed::default() };
        let (held, put) = (scopes("openid profile phone"), scopes("profile phone"));
        let allowed = scopes("profile");
        let now = put.missing(&held).and_also(&allowed);
        assert_eq!(now.scope.to_string(), "openid profile");
        let withheld = allowed.missing(&put);
        assert_eq!(withheld.missing(&held).and_also(&allowed), now);
    }
}
