//! How a client proves who it is, and whether what it needs for that is there (RFC 7591 §2,
//! RFC 8705 §2).

use super::super::{Client, ClientAuth, Finding};
use super::{Setting, jwks, shown};

/// What clients' assertions may be signed with.
const SIGNING: [&str; 3] = ["PS256", "ES256", "EdDSA"];
/// The longest subject of a certificate taken.
const LONGEST_DN: usize = 512;

pub(super) fn check(client: &Client, setting: &Setting<'_>, found: &mut Vec<Finding>) {
    keys(client, setting, found);
    signing(client, found);
    subject(client, found);
    if client.tls_client_certificate_bound_access_tokens && client.dpop_bound_access_tokens {
        let text = "is set beside tls_client_certificate_bound_access_tokens; choose one";
        found.push(Finding::new("dpop_bound_access_tokens", text));
    }
}

fn keys(client: &Client, setting: &Setting<'_>, found: &mut Vec<Finding>) {
    let method = client.token_endpoint_auth_method;
    if client.jwks.is_some() && client.jwks_uri.is_some() {
        found.push(Finding::new("jwks", "stands beside jwks_uri; register one of them"));
    }
    if let Some(set) = &client.jwks {
        jwks::check(set, found);
    }
    shown::web("is", "jwks_uri", client.jwks_uri.as_deref(), setting, found);
    let needed = matches!(method, ClientAuth::PrivateKeyJwt | ClientAuth::SelfSignedTlsClientAuth);
    if needed && client.jwks.is_none() && client.jwks_uri.is_none() {
        let text = format!(
            "is missing: {} proves with a key of the client's; register jwks or jwks_uri",
            method.as_str()
        );
        found.push(Finding::new("jwks", text));
    }
}

fn signing(client: &Client, found: &mut Vec<Finding>) {
    let Some(alg) = &client.token_endpoint_auth_signing_alg else { return };
    if !SIGNING.contains(&alg.as_str()) {
        let text = format!("is {alg:?}; use one of {}", SIGNING.join(", "));
        found.push(Finding::new("token_endpoint_auth_signing_alg", text));
    } else if client.token_endpoint_auth_method != ClientAuth::PrivateKeyJwt {
        let text = "is for private_key_jwt alone; leave it out";
        found.push(Finding::new("token_endpoint_auth_signing_alg", text));
    }
}

fn subject(client: &Client, found: &mut Vec<Finding>) {
    let by_subject = client.token_endpoint_auth_method == ClientAuth::TlsClientAuth;
    let why = match client.tls_client_auth_subject_dn.as_deref() {
        None if by_subject => {
            "is missing: tls_client_auth knows a client by its certificate's subject; register it \
             as RFC 4514 writes it (CN=…,O=…,C=CN)"
        }
        None => return,
        Some(_) if !by_subject => "is for tls_client_auth alone; leave it out",
        Some(dn) if dn.len() > LONGEST_DN || dn.chars().any(char::is_control) => {
            "is longer than 512 letters or has control characters"
        }
        Some(dn) if !dn.split(',').all(|part| part.contains('=')) && !dn.contains('\\') => {
            "is no distinguished name; write it as RFC 4514 does (CN=…,O=…,C=CN)"
        }
        Some(_) => return,
    };
    found.push(Finding::new("tls_client_auth_subject_dn", why));
}
