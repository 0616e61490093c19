//! A line: all tokens that come of one authorization, and what they are good for.

use crate::auth::code::CodeBody;
use crate::auth::context::LoginContext;
use crate::auth::device::DeviceAllowed;
use crate::domain::field::FieldSet;
use crate::domain::ids::LineId;
use crate::domain::scope::ScopeSet;
use crate::storage::cards::CardRow;
use crate::storage::grants::GrantRow;
use crate::token::access::Confirmation;
use serde::{Deserialize, Serialize};

/// What the tokens of a line are good for, as it is stored beside its refresh tokens. No personal
/// data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::oauth) struct LineBody {
    /// What was allowed.
    pub scope: ScopeSet,
    /// What ID tokens say beyond the login.
    #[serde(default)]
    pub id_token: FieldSet,
    /// Returned in ID tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// What access tokens are for; empty: the service itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// How and when the citizen authenticated.
    pub context: LoginContext,
    /// The browser session's name towards this client; none for a device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// What a public client must prove to refresh: the key it began with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
}

impl LineBody {
    /// The line of an authorization code.
    pub(in crate::oauth) fn of_code(code: CodeBody, cnf: Option<Confirmation>) -> Self {
        Self {
            scope: code.scope,
            id_token: code.claims.id_token,
            nonce: code.nonce,
            resources: code.resources,
            context: code.context,
            sid: code.sid,
            cnf,
        }
    }

    /// The line of a device code.
    pub(in crate::oauth) fn of_device(
        scope: ScopeSet,
        resources: Vec<String>,
        allowed: DeviceAllowed,
        cnf: Option<Confirmation>,
    ) -> Self {
        Self {
            scope,
            id_token: FieldSet::default(),
            nonce: None,
            resources,
            context: allowed.context,
            sid: None,
            cnf,
        }
    }
}

/// A line with the grant and the card it stands on.
#[derive(Clone)]
pub(in crate::oauth) struct Line {
    /// Its identifier.
    pub id: LineId,
    /// What the citizen allowed.
    pub grant: GrantRow,
    /// The card it was allowed with.
    pub card: CardRow,
    /// What its tokens are good for.
    pub body: LineBody,
}
