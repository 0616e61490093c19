//! The status of a card as others may learn it: two bits at an index of a list
//! (draft-ietf-oauth-status-list-20). The reason never appears.

use serde::{Deserialize, Serialize};

/// What an entry of a status list says (section 7.1 of the draft).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum StatusValue {
    /// Good now.
    Valid = 0,
    /// Over for good: ended, cancelled by the holder, or the grant withdrawn.
    Invalid = 1,
    /// Not good now, perhaps again: suspended, lost, or a minor's card stopped.
    Suspended = 2,
}

impl StatusValue {
    /// The value as it stands in a list.
    pub const fn bits(self) -> u8 {
        self as u8
    }

    /// The meaning of a value; `None` for one this service never writes (3 is left to
    /// applications by the draft). Whoever meets such a value does not know the status.
    pub const fn from_bits(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::Valid),
            1 => Some(Self::Invalid),
            2 => Some(Self::Suspended),
            _ => None,
        }
    }

    /// The worse of two, as of a card and of a grant: what is over stays over.
    pub const fn worse(self, other: Self) -> Self {
        match (self, other) {
            (Self::Invalid, _) | (_, Self::Invalid) => Self::Invalid,
            (Self::Suspended, _) | (_, Self::Suspended) => Self::Suspended,
            _ => Self::Valid,
        }
    }
}

/// Where the status of a token is found: `status.status_list` of the token.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StatusReference {
    /// The index in the list, from 0.
    pub idx: u32,
    /// The list's own address.
    pub uri: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use StatusValue::{Invalid, Suspended, Valid};

    #[test]
    fn what_is_over_stays_over() {
        assert_eq!(Valid.worse(Valid), Valid);
        assert_eq!(Valid.worse(Suspended), Suspended);
        assert_eq!(Suspended.worse(Invalid), Invalid);
        assert_eq!(Invalid.worse(Valid), Invalid);
    }

    #[test]
    fn a_value_never_written_has_no_meaning() {
        for value in [Valid, Invalid, Suspended] {
            assert_eq!(StatusValue::from_bits(value.bits()), Some(value));
        }
        assert!((3..=255).all(|v| StatusValue::from_bits(v).is_none()));
    }
}
