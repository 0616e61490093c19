//! Codes of screens without a keyboard (RFC 8628): how they look, how they are stored.

use super::context::LoginContext;
use crate::app::App;
use crate::domain::ids::{CardId, CitizenId, GrantId};
use crate::domain::scope::ScopeSet;
use crate::storage::vault::Purpose;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a device code may be used.
pub const DEVICE_CODE_LIFETIME: Duration = Duration::from_secs(10 * 60);

/// How long a device waits between two questions, at first (s).
pub const POLL_INTERVAL_S: i64 = 5;

/// Consonants alone, so that no code is a word (RFC 8628 §6.1): 20⁸ codes, 34 bits.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const HALF: usize = 4;

/// What a device code is for; sealed by nothing, so nothing personal stands in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceBody {
    /// What the device asked for.
    pub scope: ScopeSet,
    /// What its access token is for (RFC 8707); empty: the service itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Who allowed it; none until it is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<DeviceAllowed>,
}

/// Who allowed a device, and how that person was known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceAllowed {
    /// Under which grant.
    pub grant: GrantId,
    /// Who.
    pub citizen: CitizenId,
    /// With which card.
    pub card: CardId,
    /// How the citizen was authenticated.
    pub context: LoginContext,
}

/// A code the citizen types: eight consonants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserCode(String);

impl UserCode {
    /// A new code.
    pub fn fresh(app: &App) -> Self {
        let count = u32::try_from(LETTERS.len()).unwrap_or(1);
        let draw = || usize::try_from(app.entropy.below(count)).unwrap_or(0);
        let letter = |_| char::from(LETTERS.get(draw()).copied().unwrap_or(b'B'));
        Self((0..2 * HALF).map(letter).collect())
    }

    /// Reads what somebody typed: upper or lower case, with or without separators.
    pub fn parse(typed: &str) -> Option<Self> {
        let plain = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}');
        let code: String = typed.chars().filter(plain).map(|c| c.to_ascii_uppercase()).collect();
        let fits = code.len() == 2 * HALF && code.bytes().all(|b| LETTERS.contains(&b));
        fits.then_some(Self(code))
    }

    /// `BCDF-GHJK`, as it is shown.
    pub fn shown(&self) -> String {
        let (head, tail) = self.0.split_at(HALF);
        format!("{head}-{tail}")
    }

    /// `BCDFGHJK`, without its hyphen.
    pub fn letters(&self) -> &str {
        &self.0
    }

    /// What stands in the database for it.
    pub fn digest(&self, app: &App) -> String {
        app.vault.index(Purpose::AuthCode, &format!("user_code|{}", self.0))
    }
}

/// A new device code: 256 random bits.
pub fn fresh_device_code(app: &App) -> String {
    URL_SAFE_NO_PAD.encode(app.random::<32>())
}

/// What stands in the database for a device code.
pub fn device_digest(app: &App, code: &str) -> String {
    app.vault.index(Purpose::AuthCode, &format!("device_code|{code}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_was_typed() {
        for typed in ["WDJB-MJHT", "wdjbmjht", " wdjb mjht ", "WDJB–MJHT"] {
            assert_eq!(UserCode::parse(typed).unwrap().shown(), "WDJB-MJHT", "{typed}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for typed in ["", "WDJB-MJH", "WDJB-MJHTT", "ADJB-MJHT", "WDJB-MJH1", "ＷDJB-MJH"] {
            assert_eq!(UserCode::parse(typed), None, "{typed}");
        }
    }
}
