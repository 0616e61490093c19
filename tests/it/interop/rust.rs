//! A partner in Rust, on `openidconnect`: a secret in the header, PKCE, no pushed request.

use super::callback::Callback;
use super::citizen;
use super::errand::{SCOPE, register as register_client};
use super::partners::{SECRET, partner};
use crate::browser::phone::{ENGLISH, Phone, with_phone};
use crate::common::needs::Needs;
use crate::common::suite::Suite;
use axum::body::Bytes;
use axum::http::{Request, Response, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ecard::domain::client::ClientAuth;
use ecard::domain::demo_story::Story;
use ecard::simulator::demo_people::DemoPerson;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::{Client as Connections, Error as ConnectionError};
use hyper_util::rt::TokioExecutor;
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreIdTokenClaims,
    CoreProviderMetadata, CoreTokenResponse,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IntrospectionUrl,
    IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    Scope, TokenIntrospectionResponse as _, TokenResponse as _, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use url::{Url, form_urlencoded};

pub(super) fn register(suite: &mut Suite) {
    needs!(suite, Needs::Browser; openidconnect_signs_in_somebody_who_claims_a_card_first);
}

/// The library's client, once it knows every endpoint this test uses.
type Library = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What this service tells beyond the claims of OpenID Connect Core.
#[derive(Debug, Serialize, Deserialize)]
struct Card {
    name_masked: String,
    id_number: String,
}

impl AdditionalClaims for Card {}

struct Partner {
    library: Library,
    issuer: String,
    revocation: String,
    callback: Callback,
}

/// What must come back from a request.
struct Kept {
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// One request, on a connection of its own.
async fn ask(request: HttpRequest) -> Result<HttpResponse, ConnectionError> {
    let connections = Connections::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let (parts, body) = connections.request(request.map(Full::from)).await?.into_parts();
    let body = body.collect().await.expect("the answer is whole").to_bytes().to_vec();
    Ok(Response::from_parts(parts, body))
}

impl Partner {
    async fn registered(phone: &Phone) -> Self {
        let callback = Callback::open().await;
        let mut client = partner("rust", "Partner in Rust", ClientAuth::ClientSecretBasic);
        client.redirect_uris = vec![callback.uri.clone()];
        register_client(&phone.site.app, &client, Some(SECRET)).await;
        let issuer = IssuerUrl::new(phone.site.url.clone()).unwrap();
        let metadata = CoreProviderMetadata::discover_async(issuer, &ask).await.unwrap();
        let further = format!("{}/.well-known/oauth-authorization-server", phone.site.url);
        let further = ask(Request::get(further).body(Vec::new()).unwrap()).await.unwrap();
        let further: Value = serde_json::from_slice(further.body()).unwrap();
        let endpoint = |name: &str| further[name].as_str().unwrap().to_owned();
        let (id, secret) = (ClientId::new(client.client_id), ClientSecret::new(SECRET.to_owned()));
        let library = CoreClient::from_provider_metadata(metadata, id, Some(secret))
            .set_redirect_uri(RedirectUrl::new(callback.uri.clone()).unwrap())
            .set_introspection_url(
                IntrospectionUrl::new(endpoint("introspection_endpoint")).unwrap(),
            );
        let revocation = endpoint("revocation_endpoint");
        Self { library, issuer: phone.site.url.clone(), revocation, callback }
    }

    fn request(&self, prompt: Option<CoreAuthPrompt>) -> (Url, Kept) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request =
            self.library.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        // The library puts `openid` in by itself.
        for scope in SCOPE.split(' ').filter(|scope| *scope != "openid") {
            request = request.add_scope(Scope::new(scope.to_owned()));
        }
        if let Some(prompt) = prompt {
            request = request.add_prompt(prompt);
        }
        let (url, state, nonce) = request.set_pkce_challenge(challenge).url();
        (url, Kept { state, nonce, verifier })
    }

    /// Redeems what the browser brought, and verifies the ID token.
    async fn redeem(&self, callback: &str, kept: Kept) -> (CoreTokenResponse, CoreIdTokenClaims) {
        let query: HashMap<_, _> =
            Url::parse(callback).unwrap().query_pairs().into_owned().collect();
        assert_eq!(query.get("state"), Some(kept.state.secret()), "{callback}");
        assert_eq!(query.get("iss"), Some(&self.issuer), "{callback}");
        let code = query.get("code").unwrap_or_else(|| panic!("{callback}"));
        let exchange = self.library.exchange_code(AuthorizationCode::new(code.clone())).unwrap();
        let answer = exchange.set_pkce_verifier(kept.verifier).request_async(&ask).await.unwrap();
        let claims = self.verified(&answer, &kept.nonce);
        (answer, claims)
    }

    fn verified(&self, answer: &CoreTokenResponse, nonce: &Nonce) -> CoreIdTokenClaims {
        let verifier = self.library.id_token_verifier();
        let id_token = answer.id_token().expect("an ID token");
        let claims = id_token.claims(&verifier, nonce).unwrap().clone();
        let (algorithm, key) =
            (id_token.signing_alg().unwrap(), id_token.signing_key(&verifier).unwrap());
        let hash = AccessTokenHash::from_token(answer.access_token(), algorithm, key).unwrap();
        assert_eq!(claims.access_token_hash(), Some(&hash));
        claims
    }

    async fn tells_of(
        &self,
        answer: &CoreTokenResponse,
        claims: &CoreIdTokenClaims,
        p: &DemoPerson,
    ) {
        let asked =
            self.library.user_info(answer.access_token().clone(), Some(claims.subject().clone()));
        let told: UserInfoClaims<Card, CoreGenderClaim> =
            asked.unwrap().request_async(&ask).await.unwrap();
        assert_eq!(told.additional_claims().name_masked, p.name.masked());
        assert_eq!(told.additional_claims().id_number, p.id_number.as_str());
        let number = told.phone_number().map(|number| number.as_str());
        assert_eq!(number, Some(format!("+86{}", p.account_mobile.as_str()).as_str()));
    }

    /// Whether the issuer says that an access token is good.
    async fn is_active(&self, answer: &CoreTokenResponse) -> bool {
        let asked = self.library.introspect(answer.access_token());
        asked.request_async(&ask).await.unwrap().active()
    }

    /// Revokes a token. The library would do so by https alone.
    async fn revoke(&self, token: &str) -> u16 {
        let escaped: String = form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
        let proof = STANDARD.encode(format!("rust:{escaped}"));
        let body =
            form_urlencoded::Serializer::new(String::new()).append_pair("token", token).finish();
        let request = Request::post(&self.revocation)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::AUTHORIZATION, format!("Basic {proof}"))
            .body(body.into_bytes())
            .unwrap();
        ask(request).await.unwrap().status().as_u16()
    }
}

async fn openidconnect_signs_in_somebody_who_claims_a_card_first() {
    with_phone(ENGLISH, async |phone| {
        let person = phone.site.person(Story::Adult);
        let mut rp = Partner::registered(phone).await;
        let (url, kept) = rp.request(None);
        let name = "Partner in Rust";
        let back = citizen::allow(phone, &person, url.as_str(), name, &mut rp.callback).await;
        let nonce = kept.nonce.clone();
        let (first, claims) = rp.redeem(&back, kept).await;
        rp.tells_of(&first, &claims, &person).await;
        assert!(rp.is_active(&first).await);

        let refresh = first.refresh_token().expect("offline access was asked for");
        let again = rp.library.exchange_refresh_token(refresh).unwrap();
        let second = again.request_async(&ask).await.unwrap();
        assert_eq!(rp.verified(&second, &nonce).subject(), claims.subject());
        rp.tells_of(&second, &claims, &person).await;

        // What was allowed is remembered: the browser is sent back without a page.
        let (url, kept) = rp.request(Some(CoreAuthPrompt::None));
        phone.client.goto(url.as_str()).await.unwrap();
        let back = rp.callback.arrival().await;
        let (silent, same) = rp.redeem(&back, kept).await;
        assert_eq!((same.subject(), same.auth_time()), (claims.subject(), claims.auth_time()));

        assert_eq!(rp.revoke(refresh.secret()).await, 200);
        assert!(!rp.is_active(&second).await, "what came of the refresh token ended with it");
        assert!(rp.is_active(&silent).await, "what came of another code did not");
    })
    .await;
}
