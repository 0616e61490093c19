//! The members a registration may have: those that are kept, those that a specification lists and
//! this service has no use for, and those that ask for what it does not do.

use super::Sender;
use crate::domain::client::{Client, Finding, GrantType};
use serde_json::{Map, Value};

/// The members that are kept, in the order of the documentation.
const KEPT: [&str; 35] = [
    "client_id",
    "client_name",
    "client_name#en",
    "legal_entity",
    "logo_uri",
    "client_uri",
    "initiate_login_uri",
    "ecard_purpose",
    "ecard_purpose#en",
    "ecard_profile",
    "ecard_pkce",
    "application_type",
    "redirect_uris",
    "post_logout_redirect_uris",
    "backchannel_logout_uri",
    "backchannel_logout_session_required",
    "token_endpoint_auth_method",
    "token_endpoint_auth_signing_alg",
    "jwks",
    "jwks_uri",
    "tls_client_auth_subject_dn",
    "tls_client_certificate_bound_access_tokens",
    "dpop_bound_access_tokens",
    "require_pushed_authorization_requests",
    "grant_types",
    "scope",
    "id_token_signed_response_alg",
    "userinfo_signed_response_alg",
    "sector_identifier_uri",
    "default_max_age",
    "ecard_resources",
    // Read, and always the same in the answer.
    "response_types",
    "subject_type",
    "client_name#zh-CN",
    "client_name#zh",
];

/// Listed by a specification, harmless, and of no use here: passed over.
const LISTED: [&str; 18] = [
    // Told in answers; nobody sets them.
    "ecard_keeper",
    "ecard_named_at",
    "client_name#en-US",
    "client_name#en-GB",
    "contacts",
    "tos_uri",
    "policy_uri",
    "software_id",
    "software_version",
    "software_statement",
    "default_acr_values",
    "require_auth_time",
    "request_uris",
    "frontchannel_logout_uri",
    "frontchannel_logout_session_required",
    "require_signed_request_object",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// Members by which a client would expect what it will not get.
const BEYOND: [(&str, &str); 14] = [
    ("request_object_signing_alg", "request objects"),
    ("request_object_encryption_alg", "request objects"),
    ("request_object_encryption_enc", "request objects"),
    ("id_token_encrypted_response_alg", "encrypted ID tokens"),
    ("id_token_encrypted_response_enc", "encrypted ID tokens"),
    ("userinfo_encrypted_response_alg", "encrypted userinfo answers"),
    ("userinfo_encrypted_response_enc", "encrypted userinfo answers"),
    ("authorization_signed_response_alg", "signed authorization answers"),
    ("authorization_encrypted_response_alg", "encrypted authorization answers"),
    ("introspection_signed_response_alg", "signed introspection answers"),
    ("tls_client_auth_san_dns", "certificates known by a name; register the subject"),
    ("tls_client_auth_san_uri", "certificates known by a URI; register the subject"),
    ("tls_client_auth_san_ip", "certificates known by an address; register the subject"),
    ("tls_client_auth_san_email", "certificates known by an address; register the subject"),
];

pub(super) fn check(
    members: &Map<String, Value>,
    client: &Client,
    sender: &Sender,
    found: &mut Vec<Finding>,
) {
    for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
        if let Some((_, what)) = BEYOND.iter().find(|(beyond, _)| beyond == name) {
            let text = format!("asks for {what}, which this service does not have; leave it out");
            found.push(Finding::new(name, text));
        }
        if *sender == Sender::Operator && !is_known(name) {
            let text = "is no member this service knows; is it misspelt? See docs/partners.md";
            found.push(Finding::new(name, text));
        }
        match name.as_str() {
            "response_types" => response_types(value, client, found),
            "subject_type" if value != "pairwise" => {
                let text = "is not pairwise: a citizen has another subject at every partner; \
                            leave it out";
                found.push(Finding::new(name, text));
            }
            "require_signed_request_object" if value == true => {
                let text = "asks for request objects, which this service does not have; use \
                            pushed requests (RFC 9126)";
                found.push(Finding::new(name, text));
            }
            "ecard_resources" if *sender != Sender::Operator => {
                let text = "is for an operator to register: tokens for an address belong to \
                            whoever runs it";
                found.push(Finding::new(name, text));
            }
            "legal_entity" if *sender != Sender::Operator => {
                let text = "is for an operator to register, who looks at the papers; leave it out";
                found.push(Finding::new(name, text));
            }
            _ => {}
        }
    }
}

fn is_known(name: &str) -> bool {
    KEPT.contains(&name)
        || LISTED.contains(&name)
        || BEYOND.iter().any(|(beyond, _)| *beyond == name)
        || is_translation(name)
}

/// Whether a name says that its value is in some language (OpenID Connect Registration §2.1).
fn is_translation(name: &str) -> bool {
    let translated = ["client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri"];
    name.split_once('#').is_some_and(|(member, _)| translated.contains(&member))
}

fn response_types(value: &Value, client: &Client, found: &mut Vec<Finding>) {
    let named: Option<Vec<&str>> =
        value.as_array().and_then(|types| types.iter().map(Value::as_str).collect());
    let codes = client.may_use(GrantType::AuthorizationCode);
    let fits = match named.as_deref() {
        Some([]) => !codes,
        Some(types) => types.iter().all(|kind| *kind == "code"),
        None => false,
    };
    if !fits {
        let text = "is not [\"code\"]: nothing else is answered; leave it out";
        found.push(Finding::new("response_types", text));
    }
}
