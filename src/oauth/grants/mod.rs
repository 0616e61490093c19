//! What tokens are got by: a file a grant, and one line each in [`redeem`].
//!
//! All of them keep one order. Everything that is sent is checked first, and a failed check
//! consumes nothing. Then the tokens are made. Last, one transaction consumes what was presented
//! (proofs, code, generation) and stores what comes of it; only after its commit are they sent.

mod authorization_code;
mod client_credentials;
mod device_code;
mod refresh_token;
mod refusal;
mod settle;

pub(super) use refusal::Refusal;
pub(super) use settle::{LineEnd, NOTE_USE_EVERY, end_line, follow};

use super::caller::Caller;
use super::clients;
use super::issue::TokenAnswer;
use crate::app::App;
use crate::domain::authorization::Params;
use crate::domain::client::{Client, GrantType};
use crate::domain::ids::Reference;
use crate::domain::scope::{Scope, ScopeSet};
use crate::domain::time::Timestamp;
use crate::token::access::Confirmation;
use std::sync::Arc;

/// A token request of an authenticated client.
pub(super) struct Ask {
    /// The service.
    pub app: App,
    /// Who asks.
    pub caller: Caller,
    /// With what.
    pub params: Params,
    /// The request's reference number.
    pub reference: Reference,
    /// The moment of the request.
    pub now: Timestamp,
}

impl Ask {
    /// The client.
    pub(super) fn client(&self) -> &Client {
        self.caller.client()
    }

    /// What the tokens of this request are bound to.
    pub(super) fn confirmation(&self) -> Option<Confirmation> {
        self.caller.confirmation()
    }
}

/// Hands out tokens for a grant.
///
/// # Errors
/// [`Refusal`].
pub(super) async fn redeem(grant: GrantType, ask: &Arc<Ask>) -> Result<TokenAnswer, Refusal> {
    if !ask.client().may_use(grant) {
        return Err(Refusal::Unauthorized);
    }
    check_binding(ask.client(), ask.confirmation().as_ref())?;
    match grant {
        GrantType::AuthorizationCode => authorization_code::redeem(ask).await,
        GrantType::RefreshToken => refresh_token::redeem(ask).await,
        GrantType::ClientCredentials => client_credentials::redeem(ask).await,
        GrantType::DeviceCode => device_code::redeem(ask).await,
    }
}

/// Whether the request proves what the client's tokens must be bound to.
fn check_binding(client: &Client, cnf: Option<&Confirmation>) -> Result<(), Refusal> {
    let has_certificate = cnf.is_some_and(|cnf| cnf.x5t.is_some());
    if client.tls_client_certificate_bound_access_tokens && !has_certificate {
        return Err(Refusal::Request("the tokens of this client are bound to its certificate"));
    }
    let has_proof = cnf.is_some_and(|cnf| cnf.jkt.is_some());
    if (client.dpop_bound_access_tokens && !has_proof) || (client.must_bind() && cnf.is_none()) {
        return Err(Refusal::Proof("the tokens of this client are bound: send a DPoP proof"));
    }
    Ok(())
}

/// The scope asked for, if it lies within `allowed`; all of that when none is named. Here a scope
/// nobody knows is one too many: the client asks for more than it will get.
fn narrowed(params: &Params, allowed: &ScopeSet) -> Result<ScopeSet, Refusal> {
    let Some(text) = params.one("scope")? else { return Ok(allowed.clone()) };
    let asked = ScopeSet::parse_strictly(text);
    let asked = asked.map_err(|_| Refusal::Scope("a scope that this service does not know"))?;
    if asked.is_within(allowed) {
        Ok(asked)
    } else {
        Err(Refusal::Scope("more than was allowed before"))
    }
}

/// The resources asked for (RFC 8707 §2.2), if they were granted before; all of those when none
/// is named.
async fn targeted(ask: &Ask, granted: &[String]) -> Result<Vec<String>, Refusal> {
    let Some(asked) = named(&ask.params) else { return Ok(granted.to_vec()) };
    let fits = match granted {
        [] => clients::are_resources(&ask.app, &asked).await?,
        granted => asked.iter().all(|resource| granted.contains(resource)),
    };
    if fits { Ok(asked) } else { Err(Refusal::Target) }
}

fn named(params: &Params) -> Option<Vec<String>> {
    let mut asked: Vec<String> = params.all("resource").map(str::to_owned).collect();
    asked.sort();
    asked.dedup();
    Some(asked).filter(|asked| !asked.is_empty())
}

/// Whether a line of this scope has refresh tokens for this client.
fn refreshes(client: &Client, scope: &ScopeSet) -> bool {
    scope.contains(Scope::OfflineAccess) && client.may_use(GrantType::RefreshToken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::client::{ClientAuth, ClientProfile};

    fn narrow(scope: &str) -> Result<String, Refusal> {
        let params = Params::new([("scope".to_owned(), scope.to_owned())]);
        narrowed(&params, &ScopeSet::parse("openid profile")).map(|s| s.to_string())
    }

    #[test]
    fn a_client_whose_tokens_are_bound_must_prove_its_key() {
        let jkt = Confirmation { jkt: Some("k".to_owned()), x5t: None };
        let x5t = Confirmation { jkt: None, x5t: Some("c".to_owned()) };
        let mut client = Client::new("c", "c", ClientAuth::PrivateKeyJwt);
        assert!(check_binding(&client, None).is_ok());
        client.profile = ClientProfile::Fapi2;
        assert!(matches!(check_binding(&client, None), Err(Refusal::Proof(_))));
        assert!(check_binding(&client, Some(&jkt)).is_ok());
        assert!(check_binding(&client, Some(&x5t)).is_ok());
        client.dpop_bound_access_tokens = true;
        assert!(matches!(check_binding(&client, Some(&x5t)), Err(Refusal::Proof(_))));
        client.tls_client_certificate_bound_access_tokens = true;
        assert!(matches!(check_binding(&client, Some(&jkt)), Err(Refusal::Request(_))));
    }

    #[test]
    fn a_scope_may_be_narrowed_and_never_widened() {
        assert_eq!(narrow("").unwrap(), "openid profile");
        assert_eq!(narrow("openid").unwrap(), "openid");
        assert!(matches!(narrow("openid identity"), Err(Refusal::Scope(_))));
        assert!(matches!(narrow("openid admin"), Err(Refusal::Scope(_))));
    }
}
