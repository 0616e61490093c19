//! What an operator says of a client: flags, each a member of RFC 7591 and its kin, over a file.

use super::super::{Failure, input};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use clap::builder::PossibleValuesParser;
use serde_json::{Map, Value, json};

const METHODS: [&str; 6] = [
    "private_key_jwt",
    "client_secret_basic",
    "client_secret_post",
    "tls_client_auth",
    "self_signed_tls_client_auth",
    "none",
];
const GRANTS: [&str; 4] = [
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
];
/// The largest file taken (bytes).
const LARGEST: u64 = 256 * 1024;

/// Flags that are members.
#[derive(Debug, Args)]
// The service's own profile keeps its place before the command: see `Arguments`.
#[command(arg(clap::Arg::new("deployment").long("deployment").hide(true)))]
pub(super) struct Details {
    /// Its name in Chinese, as citizens read it.
    #[arg(long)]
    name: Option<String>,
    /// Its name in English.
    #[arg(long)]
    name_en: Option<String>,
    /// The legal entity behind it.
    #[arg(long)]
    legal_entity: Option<String>,
    /// Its logo: a PNG or WebP file of at most 48 KiB, or a `data:` URL.
    #[arg(long, value_name = "FILE")]
    logo: Option<String>,
    /// Its home page.
    #[arg(long, value_name = "URL")]
    client_uri: Option<String>,
    /// Where citizens start again after something expired.
    #[arg(long, value_name = "URL")]
    start_uri: Option<String>,
    /// What it wants the data for, in Chinese; needed for scope `identity`.
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
    /// What it wants the data for, in English.
    #[arg(long, value_name = "TEXT")]
    purpose_en: Option<String>,
    /// How strictly it is held: OpenID Connect, or FAPI 2.0 [default: oidc].
    #[arg(long, id = "client_profile", value_parser = PossibleValuesParser::new(["oidc", "fapi2"]))]
    profile: Option<String>,
    /// Whether it must use PKCE; a confidential `oidc` client may bring a `nonce` instead
    /// [default: required].
    #[arg(long, value_parser = PossibleValuesParser::new(["required", "optional"]))]
    pkce: Option<String>,
    /// It runs on the citizen's own device, or with `--native=false` on a server.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    native: Option<bool>,
    /// Where answers go, exactly; repeatable.
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// Where citizens may go after logging out; repeatable.
    #[arg(long, value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// Where logout tokens are sent.
    #[arg(long, value_name = "URI")]
    backchannel_logout_uri: Option<String>,
    /// Whose subjects it shares: a document that lists the redirect URIs of several hosts.
    #[arg(long, value_name = "URI")]
    sector_identifier_uri: Option<String>,
    /// How it proves who it is [default: by what is registered with it: a key, a certificate's
    /// subject, else client_secret_basic].
    #[arg(long, value_name = "METHOD", value_parser = PossibleValuesParser::new(METHODS))]
    auth: Option<String>,
    /// The one algorithm of its assertions: PS256, ES256 or EdDSA [default: any of them].
    #[arg(long, value_name = "ALG")]
    auth_alg: Option<String>,
    /// Its public keys, a JWK set.
    #[arg(long, value_name = "FILE")]
    jwks: Option<String>,
    /// Where its public keys are.
    #[arg(long, value_name = "URI")]
    jwks_uri: Option<String>,
    /// The subject of its certificate (RFC 4514).
    #[arg(long, value_name = "DN")]
    tls_subject_dn: Option<String>,
    /// Its tokens are bound to its certificate.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    tls_bound: Option<bool>,
    /// Its tokens are always bound to a DPoP key.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    dpop_bound: Option<bool>,
    /// A grant it may use; repeatable [default: authorization_code and refresh_token with a
    /// redirect URI, else client_credentials].
    #[arg(long, value_name = "GRANT", value_parser = PossibleValuesParser::new(GRANTS))]
    grant: Vec<String>,
    /// What it may ask for, separated by spaces [default: "openid profile ecard offline_access"
    /// for a partner app, every function of the card for a relying service].
    #[arg(long, value_name = "SCOPES")]
    scope: Option<String>,
    /// What signs its ID tokens [default: ES256].
    #[arg(long, value_name = "ALG", value_parser = PossibleValuesParser::new(["ES256", "RS256"]))]
    id_token_alg: Option<String>,
    /// What signs its userinfo answers [default: nothing, they are plain JSON].
    #[arg(long, value_name = "ALG", value_parser = PossibleValuesParser::new(["", "ES256", "RS256"]))]
    userinfo_alg: Option<String>,
    /// How old a login may be when a request does not say (s).
    #[arg(long, value_name = "SECONDS")]
    max_age: Option<u64>,
    /// An API it runs, for which others may ask for tokens; repeatable.
    #[arg(long, value_name = "URI")]
    resource: Vec<String>,
    /// A JSON file with the names of RFC 7591; flags weigh more. `-` is standard input.
    #[arg(long, value_name = "FILE")]
    from_file: Option<String>,
}

impl Details {
    /// Lays what was said over `members`: `null` in the file and '' as a flag remove a member.
    pub(super) fn lay_over(self, members: &mut Map<String, Value>) -> Result<(), Failure> {
        if let Some(named) = &self.from_file {
            members.extend(object(named)?);
        }
        for (name, value) in self.texts()? {
            members.insert(name.to_owned(), value.map_or(Value::Null, Value::String));
        }
        if let Some(native) = self.native {
            let kind = if native { "native" } else { "web" };
            members.insert("application_type".to_owned(), json!(kind));
        }
        if let Some(named) = self.jwks {
            let set = if named.is_empty() { Value::Null } else { Value::Object(object(&named)?) };
            members.insert("jwks".to_owned(), set);
        }
        for (name, value) in [
            ("tls_client_certificate_bound_access_tokens", self.tls_bound.map(Value::Bool)),
            ("dpop_bound_access_tokens", self.dpop_bound.map(Value::Bool)),
            ("default_max_age", self.max_age.map(Value::from)),
            ("redirect_uris", list(self.redirect_uri)),
            ("post_logout_redirect_uris", list(self.post_logout_redirect_uri)),
            ("grant_types", list(self.grant)),
            ("ecard_resources", list(self.resource)),
        ] {
            if let Some(value) = value {
                members.insert(name.to_owned(), value);
            }
        }
        Ok(())
    }

    fn texts(&self) -> Result<impl Iterator<Item = (&'static str, Option<String>)>, Failure> {
        let logo = self.logo.as_deref().map(data_url).transpose()?;
        let said = [
            ("client_name", &self.name),
            ("client_name#en", &self.name_en),
            ("legal_entity", &self.legal_entity),
            ("logo_uri", &logo),
            ("client_uri", &self.client_uri),
            ("initiate_login_uri", &self.start_uri),
            ("ecard_purpose", &self.purpose),
            ("ecard_purpose#en", &self.purpose_en),
            ("ecard_profile", &self.profile),
            ("ecard_pkce", &self.pkce),
            ("backchannel_logout_uri", &self.backchannel_logout_uri),
            ("sector_identifier_uri", &self.sector_identifier_uri),
            ("token_endpoint_auth_method", &self.auth),
            ("token_endpoint_auth_signing_alg", &self.auth_alg),
            ("jwks_uri", &self.jwks_uri),
            ("tls_client_auth_subject_dn", &self.tls_subject_dn),
            ("scope", &self.scope),
            ("id_token_signed_response_alg", &self.id_token_alg),
            ("userinfo_signed_response_alg", &self.userinfo_alg),
        ];
        let said = said.map(|(name, value)| (name, value.clone()));
        Ok(said.into_iter().filter_map(|(name, value)| {
            value.map(|text| (name, Some(text).filter(|text| !text.is_empty())))
        }))
    }
}

/// A repeatable flag: not given leaves what is there, a single '' empties it.
fn list(said: Vec<String>) -> Option<Value> {
    if said.is_empty() {
        return None;
    }
    Some(said.into_iter().filter(|text| !text.is_empty()).map(Value::String).collect())
}

/// The JSON object in a file.
fn object(named: &str) -> Result<Map<String, Value>, Failure> {
    let content = input::read(named, LARGEST)?;
    serde_json::from_slice(&content)
        .map_err(|e| Failure::Refused(format!("{named}: is no JSON object: {e}")))
}

/// The `data:` URL of a picture in a file.
fn data_url(named: &str) -> Result<String, Failure> {
    if named.is_empty() || named.starts_with("data:") {
        return Ok(named.to_owned());
    }
    let content = input::read(named, LARGEST)?;
    let kind = if content.starts_with(b"RIFF") { "webp" } else { "png" };
    Ok(format!("data:image/{kind};base64,{}", STANDARD.encode(content)))
}
