//! What the profiles ask: the FAPI 2.0 Security Profile §5.3, and public clients (RFC 9700 §2.1).

use super::super::{
    ApplicationType, Client, ClientAuth, Finding, GrantType, PkceRule, TokenAlgorithm,
};

pub(super) fn check(client: &Client, found: &mut Vec<Finding>) {
    if client.is_public() {
        public(client, found);
    }
    if client.is_fapi2() {
        fapi2(client, found);
    }
}

fn public(client: &Client, found: &mut Vec<Finding>) {
    if client.pkce == PkceRule::Optional {
        let text = "is optional, but PKCE is all that holds the codes of a client without a \
                    secret; use required";
        found.push(Finding::new("ecard_pkce", text));
    }
    if client.may_use(GrantType::ClientCredentials) {
        let text = "has client_credentials, but token_endpoint_auth_method none has no \
                    credentials; leave the grant out or choose a method";
        found.push(Finding::new("grant_types", text));
    }
}

fn fapi2(client: &Client, found: &mut Vec<Finding>) {
    let method = client.token_endpoint_auth_method;
    if method != ClientAuth::PrivateKeyJwt && !method.is_mtls() {
        let text = format!(
            "is {}, but fapi2 knows private_key_jwt, tls_client_auth and \
             self_signed_tls_client_auth; choose one",
            method.as_str()
        );
        found.push(Finding::new("token_endpoint_auth_method", text));
    }
    if !client.dpop_bound_access_tokens && !client.tls_client_certificate_bound_access_tokens {
        let text = "is off, but tokens of fapi2 are bound to a key of the client's; set it, or \
                    tls_client_certificate_bound_access_tokens";
        found.push(Finding::new("dpop_bound_access_tokens", text));
    }
    if !client.require_pushed_authorization_requests && client.may_use(GrantType::AuthorizationCode)
    {
        let text = "is off, but fapi2 pushes its requests (RFC 9126); leave it out or set it";
        found.push(Finding::new("require_pushed_authorization_requests", text));
    }
    if client.pkce == PkceRule::Optional {
        found.push(Finding::new("ecard_pkce", "is optional, but fapi2 requires PKCE"));
    }
    for (member, alg) in [
        ("id_token_signed_response_alg", Some(client.id_token_signed_response_alg)),
        ("userinfo_signed_response_alg", client.userinfo_signed_response_alg),
    ] {
        if alg == Some(TokenAlgorithm::Rs256) {
            found.push(Finding::new(member, "is RS256, which fapi2 forbids; use ES256"));
        }
    }
    let own = |uri: &&String| !uri.starts_with("https://") && !uri.starts_with("http://");
    if client.application_type == ApplicationType::Native
        && let Some(uri) = client.redirect_uris.iter().find(own)
    {
        let text = format!(
            "{uri:?} has a scheme that any app of the device may take, which fapi2 forbids; use a \
             claimed https address or loopback"
        );
        found.push(Finding::new("redirect_uris", text));
    }
}
