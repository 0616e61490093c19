//! The README's example in Rust, line by line, against the stand-in.

use super::stand_in::{CLIENT, SECRET, SUBJECT, Scene};
use crate::common::suite::Suite;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, IssuerUrl, Nonce,
    PkceCodeChallenge, RedirectUrl, Scope, TokenResponse as _, http,
};
use serde_json::json;
use std::error::Error;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite; the_example_of_the_readme_signs_in);
}

async fn ask(request: HttpRequest) -> Result<http::Response<Vec<u8>>, reqwest::Error> {
    let answer = reqwest::Client::new().execute(request.try_into()?).await?;
    let mut copy = http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        copy = copy.header(name, value);
    }
    Ok(copy.body(answer.bytes().await?.to_vec()).unwrap())
}

async fn example(scene: &Scene) -> Result<String, Box<dyn Error>> {
    let (issuer, id, secret) = (scene.issuer().to_owned(), CLIENT.to_owned(), SECRET.to_owned());
    let http = ask;
    let metadata = CoreProviderMetadata::discover_async(IssuerUrl::new(issuer)?, &http).await?;
    let (id, secret) = (ClientId::new(id), ClientSecret::new(secret));
    let client = CoreClient::from_provider_metadata(metadata, id, Some(secret))
        .set_redirect_uri(RedirectUrl::new("https://app.example/callback".into())?);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let (url, state, nonce) = client
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(["profile", "ecard", "offline_access"].map(|s| Scope::new(s.into())))
        .set_pkce_challenge(challenge)
        .url();
    assert!(url.query().unwrap().contains(state.secret()));
    let code = "the-code".to_owned();
    let expected = nonce.secret().clone();
    scene.script().id_token = Some(Box::new(move |claims| claims["nonce"] = json!(expected)));
    let request = client.exchange_code(AuthorizationCode::new(code))?.set_pkce_verifier(verifier);
    let tokens = request.request_async(&http).await?;
    let id_token = tokens.id_token().ok_or("no ID token")?;
    let claims = id_token.claims(&client.id_token_verifier(), &nonce)?;
    Ok(claims.subject().to_string())
}

async fn the_example_of_the_readme_signs_in() {
    let scene = Scene::open().await;
    assert_eq!(example(&scene).await.unwrap(), SUBJECT);
}
