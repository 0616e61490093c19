//! OpenID Connect Basic: codes, tokens, claims.

use crate::common::suite::Suite;
use crate::oauth::kit::{Ask, Call, Opened, Partner, Walk, World, at_hash, granted, refused, told};
use axum::http::Method;
use serde_json::{Value, json};

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        oidcc_server, oidcc_server_client_secret_post, oidcc_idtoken_signature,
        oidcc_response_type_missing, oidcc_userinfo_get_post_header_post_body,
        oidcc_ensure_request_without_nonce_succeeds_for_code_flow,
        oidcc_scope_profile_email_address_phone_all, oidcc_ensure_other_scope_order_succeeds,
        oidcc_claims_essential, oidcc_codereuse_30seconds, oidcc_refresh_token,
        oidcc_ensure_request_object_with_redirect_uri);
}

/// An ID token that OpenID Connect Core §3.1.3.7 would accept.
async fn check_id_token(world: &World, partner: &Partner, ask: &Ask, tokens: &Value) -> Opened {
    let id_token = tokens["id_token"].as_str().unwrap_or_else(|| panic!("none in {tokens}"));
    let opened = world.open_token(id_token).await;
    assert_eq!(opened.text("iss"), world.issuer());
    assert_eq!(opened.text("aud"), partner.id(), "one audience, as text");
    assert!(opened.claims.get("azp").is_none_or(|azp| azp == partner.id()));
    let sub = opened.text("sub");
    assert!(!sub.is_empty() && sub.len() <= 255 && sub.is_ascii());
    let (now, time) = (world.now(), |name: &str| opened.claims[name].as_i64().unwrap());
    assert!(time("exp") > now && time("exp") <= now + 3600);
    assert!(time("iat") <= now && time("auth_time") <= now);
    assert_eq!(opened.text("nonce"), ask.value("nonce"));
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(opened.text("at_hash"), at_hash(access));
    assert!(opened.text("acr").starts_with("urn:ecard:acr:"));
    assert!(opened.claims["amr"].as_array().is_none_or(|amr| !amr.is_empty()));
    for kept in ["name", "name_masked", "id_number", "phone_number", "region"] {
        assert!(opened.claims.get(kept).is_none(), "{kept} was not asked for in the ID token");
    }
    opened
}

async fn happy(partner: Partner) {
    let world = World::open().await;
    let partner = world.add(partner).await;
    let ask = Ask::of(&partner);
    let end = world.ask(&partner, &ask, Walk::ALLOW).await;
    assert_eq!(end.param("state"), ask.value("state"));
    let answer = Call::code(&partner, &end.code(), &ask).send(&world).await;
    granted(&answer);
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert!((1..=600).contains(&tokens["expires_in"].as_i64().unwrap()));
    let id_token = check_id_token(&world, &partner, &ask, &tokens).await;
    let access = tokens["access_token"].as_str().unwrap();
    let told = Call::userinfo(access, None).send(&world).await.json();
    assert_eq!(told["sub"], id_token.claims["sub"]);
}

/// The whole flow with client_secret_basic.
async fn oidcc_server() {
    happy(Partner::basic("basic")).await;
}

/// The whole flow with client_secret_post and with private_key_jwt.
async fn oidcc_server_client_secret_post() {
    happy(Partner::post("post")).await;
    happy(Partner::assertion("assertion")).await;
    let world = World::open().await;
    let post = world.add(Partner::post("post")).await;
    let basic = world.add(Partner::basic("basic")).await;
    for partner in [&post, &basic] {
        let mut disguised = partner.clone();
        let other = if partner.id() == "post" { &basic } else { &post };
        disguised.client.token_endpoint_auth_method = other.client.token_endpoint_auth_method;
        let (code, ask) = world.code(partner).await;
        let answer = Call::code(&disguised, &code, &ask).send(&world).await;
        refused(&answer, 401, "invalid_client");
    }
}

/// RS256 for whom it was registered: the signature verifies under the published key.
async fn oidcc_idtoken_signature() {
    happy(Partner::basic("rs").rs256()).await;
}

/// No `response_type`: `invalid_request`, to the client.
async fn oidcc_response_type_missing() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    for ask in
        [Ask::of(&partner).without("response_type"), Ask::of(&partner).set("response_type", "")]
    {
        let end = world.ask(&partner, &ask, Walk::ALLOW).await;
        told(&end, "invalid_request", ask.value("state"), world.issuer());
    }
}

/// All three ways of showing the token tell the same.
async fn oidcc_userinfo_get_post_header_post_body() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let given = world.plain(&partner).await;
    let get = Call::userinfo(given.access(), None);
    let header = get.clone().method(Method::POST);
    let body = Call::to("/oauth/userinfo").field("access_token", given.access());
    let first = get.send(&world).await.json();
    assert_eq!(header.send(&world).await.json(), first);
    assert_eq!(body.send(&world).await.json(), first);
}

/// The code flow needs no `nonce`, and none is made up.
async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let given = world.tokens(&partner, Ask::of(&partner).without("nonce")).await;
    assert!(world.open_token(given.id_token()).await.claims.get("nonce").is_none());
}

/// Standard scopes this service does not know are passed over; the answer says what was granted.
async fn oidcc_scope_profile_email_address_phone_all() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    for (asked, got) in [
        ("openid profile", "openid profile"),
        ("openid email", "openid"),
        ("openid address", "openid"),
        ("openid phone", "openid phone"),
        ("openid profile email address phone", "openid profile phone"),
    ] {
        let given = world.tokens(&partner, Ask::of(&partner).set("scope", asked)).await;
        let said = given.tokens["scope"].as_str().unwrap_or(asked).to_owned();
        let mut said: Vec<_> = said.split(' ').collect();
        said.sort_unstable();
        let mut got: Vec<_> = got.split(' ').collect();
        got.sort_unstable();
        assert_eq!(said, got);
        let told = Call::userinfo(given.access(), None).send(&world).await.json();
        assert_eq!(told["phone_number"].is_string(), asked.contains("phone"), "{told}");
        assert_eq!(told["name_masked"].is_string(), asked.contains("profile"), "{told}");
    }
}

/// `openid` need not come first.
async fn oidcc_ensure_other_scope_order_succeeds() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let given =
        world.tokens(&partner, Ask::of(&partner).set("scope", "profile phone openid")).await;
    assert!(!given.id_token().is_empty());
}

/// `claims` brings single claims to userinfo and to the ID token, those of unknown names none.
async fn oidcc_claims_essential() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let wish = json!({
        "userinfo": {"name": {"essential": true}, "email": {"essential": true}, "nickname": null},
        "id_token": {"region": null, "auth_time": {"essential": true}, "x": {"value": "y"}},
    });
    let ask = Ask::of(&partner).set("scope", "openid").set("claims", &wish.to_string());
    let given = world.tokens(&partner, ask).await;
    let told = Call::userinfo(given.access(), None).send(&world).await.json();
    let name = world.house.person(ecard::domain::demo_story::Story::Adult).name;
    assert_eq!(told["name"], name.as_typed());
    assert!(told.get("id_number").is_none() && told.get("email").is_none(), "{told}");
    let opened = world.open_token(given.id_token()).await;
    assert!(opened.claims["region"].is_string() && opened.claims.get("name").is_none());
    let twice = Ask::of(&partner).set("claims", "{not json");
    let end = world.ask(&partner, &twice, Walk::ALLOW).await;
    told_invalid(&end, &twice, &world);
}

#[track_caller]
fn told_invalid(end: &crate::oauth::kit::End, ask: &Ask, world: &World) {
    told(end, "invalid_request", ask.value("state"), world.issuer());
}

/// A code used again half a minute later is refused, and its token with it.
async fn oidcc_codereuse_30seconds() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let given = world.plain(&partner).await;
    world.pass(30);
    let again = Call::code(&partner, &given.code, &given.ask).send(&world).await;
    refused(&again, 400, "invalid_grant");
    assert_eq!(Call::userinfo(given.access(), None).send(&world).await.status, 401);
}

/// `offline_access` with `prompt=consent` brings a refresh token; another client cannot use it.
async fn oidcc_refresh_token() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let other = world.add(Partner::basic("other")).await;
    let given = world.lasting(&partner).await;
    let answer = Call::refresh(&partner, given.refresh()).send(&world).await;
    granted(&answer);
    let mut ask = given.ask.clone();
    let opened = world.open_token(answer.json()["id_token"].as_str().unwrap()).await;
    if opened.claims.get("nonce").is_none() {
        ask = ask.without("nonce");
    }
    check_id_token(&world, &partner, &ask, &answer.json()).await;
    let stolen = Call::refresh(&other, given.refresh()).send(&world).await;
    refused(&stolen, 400, "invalid_grant");
    granted(&Call::refresh(&partner, given.refresh()).send(&world).await);
}

/// A request object is refused by name also when everything stands in it, the redirect URI too.
async fn oidcc_ensure_request_object_with_redirect_uri() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let ask = Ask::of(&partner);
    let claims = ask.fields.iter().map(|(n, v)| (n.clone(), Value::String(v.clone()))).collect();
    let object = partner.key.sign(&json!({"alg": "ES256"}), &Value::Object(claims));
    let ask = ask.set("request", &object);
    let end = world.ask(&partner, &ask, Walk::ALLOW).await;
    told(&end, "request_not_supported", ask.value("state"), world.issuer());
}
