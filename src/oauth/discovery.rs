//! What this service can do, for programs: OpenID Provider and authorization server metadata (OpenID
//! Connect Discovery, RFC 8414: one document under two names) and protected resource metadata (RFC
//! 9728). Every list is made from the table the code itself runs on.

use super::error::OAuthError;
use crate::app::App;
use crate::crypto::jwk::SignatureAlgorithm;
use crate::domain::assurance::Acr;
use crate::domain::authorization::{Prompt, ResponseMode};
use crate::domain::client::{ClientAuth, GrantType};
use crate::domain::field::Field;
use crate::domain::scope::Scope;
use crate::token::jwks::JWKS_MAX_AGE_SECONDS;
use crate::token::signer::SigningAlgorithm;
use crate::web::lang::Lang;
use crate::web::paths;
use axum::Json;
use axum::extract::State;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};

/// Claims of an ID token beside those about the citizen.
const PROTOCOL_CLAIMS: [&str; 10] =
    ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid"];

/// The authorization server's metadata.
pub(super) async fn provider(State(app): State<App>) -> Result<impl IntoResponse, OAuthError> {
    let mut members = Map::new();
    for part in [endpoints(&app), abilities(), identities(), clients(&app), relying(&app)] {
        if let Value::Object(part) = part {
            members.extend(part);
        }
    }
    Ok((headers(), Json(Value::Object(members))))
}

/// The metadata of the service as a resource that access tokens are for.
pub(super) async fn resource(State(app): State<App>) -> impl IntoResponse {
    let scopes: Vec<_> = Scope::OF_CITIZENS.iter().map(|scope| scope.as_str()).collect();
    let body = json!({
        "resource": app.issuer,
        "authorization_servers": [app.issuer],
        "jwks_uri": at(&app, paths::JWKS),
        "scopes_supported": scopes,
        "bearer_methods_supported": ["header", "body"],
        "dpop_signing_alg_values_supported": clients_sign_with(),
        "dpop_bound_access_tokens_required": false,
        "tls_client_certificate_bound_access_tokens": app.config.takes_certificates(),
        "resource_name": "电子社保卡服务",
        "resource_name#en": "E-Social Security Card",
    });
    (headers(), Json(body))
}

fn headers() -> [(axum::http::HeaderName, String); 2] {
    let caching = format!("public, max-age={JWKS_MAX_AGE_SECONDS}");
    [(CACHE_CONTROL, caching), (ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned())]
}

fn at(app: &App, path: &str) -> String {
    format!("{}{path}", app.issuer)
}

fn endpoints(app: &App) -> Value {
    json!({
        "issuer": app.issuer,
        "authorization_endpoint": at(app, paths::AUTHORIZE),
        "pushed_authorization_request_endpoint": at(app, paths::PAR),
        "token_endpoint": at(app, paths::TOKEN),
        "introspection_endpoint": at(app, paths::INTROSPECT),
        "revocation_endpoint": at(app, paths::REVOKE),
        "userinfo_endpoint": at(app, paths::USERINFO),
        "jwks_uri": at(app, paths::JWKS),
        "end_session_endpoint": at(app, paths::END_SESSION),
        "device_authorization_endpoint": at(app, paths::DEVICE_AUTHORIZATION),
        "registration_endpoint": at(app, paths::REGISTER),
        "protected_resources": [app.issuer],
    })
}

/// What may be asked, and how.
fn abilities() -> Value {
    let scopes: Vec<_> = Scope::all().map(Scope::as_str).collect();
    let grants: Vec<_> = GrantType::ALL.iter().map(|grant| grant.as_str()).collect();
    let modes: Vec<_> = ResponseMode::ALL.iter().map(|mode| mode.as_str()).collect();
    json!({
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": modes,
        "grant_types_supported": grants,
        "prompt_values_supported": Prompt::NAMES,
        "ui_locales_supported": [Lang::ZhCn.tag(), Lang::En.tag()],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "require_pushed_authorization_requests": false,
        "claims_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "require_request_uri_registration": false,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "frontchannel_logout_supported": false,
    })
}

/// What is said of citizens, and who signs it.
fn identities() -> Value {
    let ours: Vec<_> = SigningAlgorithm::ALL.iter().map(|alg| alg.as_str()).collect();
    let fields = Field::ALL.iter().map(|field| field.as_str());
    let claims: Vec<_> = PROTOCOL_CLAIMS.into_iter().chain(fields).collect();
    json!({
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ours,
        "userinfo_signing_alg_values_supported": ours,
        "acr_values_supported": [Acr::Login.urn(), Acr::Face.urn(), Acr::Counter.urn()],
        "claim_types_supported": ["normal"],
        "claims_supported": claims,
        "verified_claims_supported": true,
        "trust_frameworks_supported": ["cn_ecard"],
        "claims_in_verified_claims_supported": [Field::Name.as_str(), Field::IdNumber.as_str()],
    })
}

/// How clients prove who they are, and what binds their tokens.
fn clients(app: &App) -> Value {
    let certificates = app.config.takes_certificates();
    let offered = |method: &ClientAuth| certificates || !method.is_mtls();
    let methods: Vec<_> =
        ClientAuth::ALL.iter().filter(|m| offered(m)).map(|m| m.as_str()).collect();
    let confidential: Vec<_> =
        methods.iter().copied().filter(|m| *m != ClientAuth::None.as_str()).collect();
    let algorithms = clients_sign_with();
    json!({
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": algorithms,
        "introspection_endpoint_auth_methods_supported": confidential,
        "introspection_endpoint_auth_signing_alg_values_supported": algorithms,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": algorithms,
        "dpop_signing_alg_values_supported": algorithms,
        "tls_client_certificate_bound_access_tokens": certificates,
    })
}

fn clients_sign_with() -> Vec<&'static str> {
    SignatureAlgorithm::ALL.iter().map(|alg| alg.as_str()).collect()
}

/// Where cards are verified.
fn relying(app: &App) -> Value {
    json!({
        "status_list_aggregation_endpoint": app.status.aggregation_uri(),
        "ecard_verification_endpoint": at(app, paths::VERIFY),
    })
}
