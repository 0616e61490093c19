//! A partner without a secret, and a browser that walks to its code and tokens.

use crate::common::house::House;
use crate::common::house::answer::Answer;
use crate::common::house::browser::{Browser, escape};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ecard::crypto::sha256;
use ecard::domain::client::{Client, ClientAuth, GrantType};
use ecard::domain::scope::ScopeSet;
use ecard::storage::DbError;
use ecard::storage::clients::{self, ClientRow};
use serde_json::Value;

pub(super) const ID: &str = "city-hall";
pub(super) const NAME: &str = "市民中心";
pub(super) const BACK: &str = "https://hall.example/goodbye";
const REDIRECT: &str = "https://hall.example/cb";
const VERIFIER: &str = "a-verifier-of-forty-three-letters-at-the-very-least";

/// Registers the partner.
pub(super) async fn partner(house: &House, change: impl FnOnce(&mut Client)) {
    let mut client = Client::new(ID, NAME, ClientAuth::None);
    client.legal_entity = Some("示例市大数据管理有限公司".to_owned());
    client.redirect_uris = vec![REDIRECT.to_owned()];
    client.post_logout_redirect_uris = vec![BACK.to_owned()];
    client.backchannel_logout_uri = Some("https://hall.example/logout".to_owned());
    client.scope = ScopeSet::parse("openid ecard profile phone offline_access");
    client.grant_types =
        vec![GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::DeviceCode];
    change(&mut client);
    let row = ClientRow {
        id: client.client_id.clone(),
        body: serde_json::to_string(&client).unwrap(),
        state: "active".to_owned(),
        created_at: house.now(),
    };
    let inserted = house
        .app
        .db
        .write::<_, DbError, _>(move |tx| Box::pin(async move { clients::insert(tx, &row).await }))
        .await;
    assert!(inserted.unwrap());
}

fn request(scope: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(sha256(VERIFIER.as_bytes()));
    format!(
        "/oauth/authorize?client_id={ID}&response_type=code&redirect_uri={}&scope={}&state=s\
         &nonce=n&code_challenge={challenge}&code_challenge_method=S256",
        escape(REDIRECT),
        escape(scope)
    )
}

/// The consent page for these scopes.
pub(super) async fn asked(browser: &mut Browser, scope: &str) -> Answer {
    let page = browser.visit(&request(scope)).await;
    assert_eq!((page.status, page.step()), (200, "consent"), "{}", page.main());
    page
}

/// The tokens for these scopes, allowed as asked.
pub(super) async fn tokens(house: &House, browser: &mut Browser, scope: &str) -> Value {
    let page = asked(browser, scope).await;
    let done = browser.submit(&page, &[("decision", "allow".into())]).await;
    let code = done.location().split("code=").nth(1).unwrap().split('&').next().unwrap();
    let fields = [
        ("grant_type", "authorization_code".to_owned()),
        ("client_id", ID.to_owned()),
        ("redirect_uri", REDIRECT.to_owned()),
        ("code", code.to_owned()),
        ("code_verifier", VERIFIER.to_owned()),
    ];
    let answer = house.browser().post("/oauth/token", &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// Asks userinfo with an access token.
pub(super) async fn userinfo(house: &House, access_token: &str) -> Answer {
    let mut program = house.browser();
    program.headers.push(("authorization", format!("Bearer {access_token}")));
    program.get("/oauth/userinfo").await
}
