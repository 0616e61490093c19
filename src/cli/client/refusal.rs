//! Why a registration is refused, in the words of the command line.

use super::super::Failure;
use super::super::work::fault;
use crate::auth::registration::RegisterError;
use crate::domain::client::Finding;

/// The flag for a member, where there is one.
const FLAGS: [(&str, &str); 28] = [
    ("client_id", "--id"),
    ("client_name", "--name"),
    ("client_name#en", "--name-en"),
    ("legal_entity", "--legal-entity"),
    ("logo_uri", "--logo"),
    ("client_uri", "--client-uri"),
    ("initiate_login_uri", "--start-uri"),
    ("ecard_purpose", "--purpose"),
    ("ecard_purpose#en", "--purpose-en"),
    ("ecard_profile", "--profile"),
    ("ecard_pkce", "--pkce"),
    ("application_type", "--native"),
    ("redirect_uris", "--redirect-uri"),
    ("post_logout_redirect_uris", "--post-logout-redirect-uri"),
    ("backchannel_logout_uri", "--backchannel-logout-uri"),
    ("sector_identifier_uri", "--sector-identifier-uri"),
    ("token_endpoint_auth_method", "--auth"),
    ("token_endpoint_auth_signing_alg", "--auth-alg"),
    ("jwks", "--jwks"),
    ("jwks_uri", "--jwks-uri"),
    ("tls_client_auth_subject_dn", "--tls-subject-dn"),
    ("tls_client_certificate_bound_access_tokens", "--tls-bound"),
    ("dpop_bound_access_tokens", "--dpop-bound"),
    ("grant_types", "--grant"),
    ("scope", "--scope"),
    ("id_token_signed_response_alg", "--id-token-alg"),
    ("userinfo_signed_response_alg", "--userinfo-alg"),
    ("ecard_resources", "--resource"),
];

/// Every finding, a line each, by flag and member.
pub(super) fn findings(found: &[Finding]) -> Failure {
    let lines = found.iter().map(|finding| {
        match FLAGS.iter().find(|(member, _)| *member == finding.member) {
            Some((member, flag)) => format!("\n  {flag}: {} ({member})", finding.text),
            None => format!("\n  {finding}"),
        }
    });
    let what = match found.len() {
        1 => "this stands".to_owned(),
        many => format!("{many} things stand"),
    };
    Failure::Refused(format!(
        "nothing was registered, {what} against it:{}",
        lines.collect::<String>()
    ))
}

/// What storing a client came to.
pub(super) fn not_stored(id: &str, error: RegisterError) -> Failure {
    match error {
        RegisterError::Taken => Failure::Refused(format!(
            "--id {id}: is registered already; choose another, or see `ecard client update`"
        )),
        RegisterError::Unknown => unknown(id),
        RegisterError::Belongs(finding) => findings(&[finding]),
        RegisterError::Fault(error) => fault(error),
    }
}

pub(super) fn unknown(id: &str) -> Failure {
    Failure::Refused(format!("no active client is called {id}; see `ecard client list`"))
}
