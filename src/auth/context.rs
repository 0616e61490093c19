//! How the person behind a session is known.

use crate::domain::assurance::{Acr, Amr};
use crate::domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How and when a person authenticated in this browser (OpenID Connect `acr`, `amr`, `auth_time`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginContext {
    /// The level reached.
    pub acr: Acr,
    /// By what means.
    pub amr: Vec<Amr>,
    /// When.
    pub auth_time: Timestamp,
}

impl LoginContext {
    /// A login by password.
    pub fn password(now: Timestamp) -> Self {
        Self { acr: Acr::Login, amr: vec![Amr::Pwd], auth_time: now }
    }

    /// A login that has just proved a mobile number by a code as well.
    pub fn registered(now: Timestamp) -> Self {
        Self { acr: Acr::Login, amr: vec![Amr::Pwd, Amr::Sms], auth_time: now }
    }

    /// The same login, raised by a proof of person and an activation code.
    #[must_use]
    pub fn raised(mut self, acr: Acr, by: &[Amr], now: Timestamp) -> Self {
        for means in by {
            if !self.amr.contains(means) {
                self.amr.push(*means);
            }
        }
        Self { acr, auth_time: now, ..self }
    }
}
