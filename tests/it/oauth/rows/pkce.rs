//! Row 15: proof key for code exchange (RFC 7636).

use crate::common::suite::Suite;
use crate::oauth::kit::{Ask, Call, Partner, Walk, World, refused, told};
use ecard::domain::client::PkceRule;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        row_15_a_challenge_is_s256_and_well_formed,
        row_15_pkce_may_be_left_out_only_by_whom_something_else_protects);
}

/// Refused, pushed or not, with this error.
async fn refuse(world: &World, partner: &Partner, ask: &Ask, code: &str) {
    let push = Call::push(partner, ask).send(world).await;
    refused(&push, 400, code);
    if !partner.client.must_push() {
        let end = world.ask(partner, ask, Walk::ALLOW).await;
        told(&end, code, ask.value("state"), world.issuer());
    }
}

/// `plain`, a method without a challenge, a challenge without a method, and anything that is no
/// SHA-256 are refused for every client.
async fn row_15_a_challenge_is_s256_and_well_formed() {
    let world = World::open().await;
    for partner in [Partner::fapi("fapi"), Partner::basic("basic"), Partner::native("native")] {
        let partner = world.add(partner).await;
        let ask = Ask::of(&partner);
        let challenge = ask.value("code_challenge").to_owned();
        let wrong = [
            ask.clone().set("code_challenge_method", "plain"),
            ask.clone().set("code_challenge_method", "plain").set("code_challenge", &ask.verifier),
            ask.clone().set("code_challenge_method", "s256"),
            ask.clone().set("code_challenge_method", "S512"),
            ask.clone().without("code_challenge_method"),
            ask.clone().without("code_challenge"),
            ask.clone().set("code_challenge", &challenge[..42]),
            ask.clone().set("code_challenge", &format!("{challenge}=")),
            ask.clone().set("code_challenge", &challenge.replacen(&challenge[..1], "+", 1)),
            ask.clone().set("code_challenge", "short"),
        ];
        for ask in wrong {
            refuse(&world, &partner, &ask, "invalid_request").await;
        }
        world.ask(&partner, &ask, Walk::ALLOW).await.code();
    }
}

/// Public and FAPI 2.0 clients never; a confidential one with a `nonce`, or registered so. What
/// was sent is then demanded all the same.
async fn row_15_pkce_may_be_left_out_only_by_whom_something_else_protects() {
    let world = World::open().await;
    for partner in [Partner::fapi("fapi"), Partner::native("native")] {
        let optional = partner.with(|client| client.pkce = PkceRule::Optional);
        let partner = world.add(optional).await;
        refuse(&world, &partner, &Ask::of(&partner).without_pkce(), "invalid_request").await;
    }
    let basic = world.add(Partner::basic("basic")).await;
    let bare = Ask::of(&basic).without_pkce();
    refuse(&world, &basic, &bare.clone().without("nonce"), "invalid_request").await;
    let code = world.ask(&basic, &bare, Walk::ALLOW).await.code();
    let with = Call::code(&basic, &code, &bare).field("code_verifier", &bare.verifier);
    refused(&with.send(&world).await, 400, "invalid_grant");
    let code = world.ask(&basic, &bare, Walk::ALLOW).await.code();
    assert_eq!(Call::code(&basic, &code, &bare).send(&world).await.status, 200);

    let optional = Partner::basic("optional").with(|client| client.pkce = PkceRule::Optional);
    let optional = world.add(optional).await;
    let bare = Ask::of(&optional).without_pkce().without("nonce");
    let code = world.ask(&optional, &bare, Walk::ALLOW).await.code();
    assert_eq!(Call::code(&optional, &code, &bare).send(&world).await.status, 200);
    let plain = Ask::of(&optional).set("code_challenge_method", "plain");
    refuse(&world, &optional, &plain, "invalid_request").await;
    let (code, ask) = world.code(&optional).await;
    let missing = Call::code(&optional, &code, &ask).without("code_verifier");
    refused(&missing.send(&world).await, 400, "invalid_grant");
}
