//! FAPI 2.0 Security Profile (final): tokens that only their key can use.

use crate::common::suite::Suite;
use crate::oauth::kit::{
    Ask, Call, Key, PAR, Partner, Proof, Walk, World, challenged, granted, peek, refused,
};

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        fapi2_ensure_holder_of_key_required, fapi2_access_token_type_header_case_sensitivity,
        fapi2_refresh_token, fapi2_ensure_dpop_auth_code_binding_success,
        fapi2_ensure_par_proof_is_checked, fapi2_check_dpop_proof_nbf_exp,
        fapi2_dpop_key_may_change_between_codes);
}

/// Without a proof neither a code nor a refresh token brings anything.
async fn fapi2_ensure_holder_of_key_required() {
    let world = World::open().await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let (code, ask) = world.code(&partner).await;
    let bare = Call::code(&partner, &code, &ask).unproved().send(&world).await;
    refused(&bare, 400, "invalid_dpop_proof");
    let granted_now = Call::code(&partner, &code, &ask).send(&world).await;
    granted(&granted_now);
    let token = granted_now.json()["access_token"].as_str().unwrap().to_owned();
    let bearer = Call::userinfo(&token, None).send(&world).await;
    challenged(&bearer, "DPoP", "invalid_token");
}

/// `DPoP`, `dpop` and `DpOp` are one scheme.
async fn fapi2_access_token_type_header_case_sensitivity() {
    let world = World::open().await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let given = world.plain(&partner).await;
    for scheme in ["dpop", "DpOp", "DPOP"] {
        let call = Call::userinfo(given.access(), partner.dpop.as_ref());
        let call = call.instead_header("authorization", &format!("{scheme} {}", given.access()));
        assert_eq!(call.send(&world).await.status, 200, "{scheme}");
    }
}

/// The new access token is bound to the key of this proof; the refresh token is bound to the
/// client and needs no certain key (RFC 9449 §5); another client cannot use it.
async fn fapi2_refresh_token() {
    let world = World::open().await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let other = world.add(Partner::fapi("other")).await;
    let given = world.lasting(&partner).await;
    let stolen = Call::refresh(&other, given.refresh()).send(&world).await;
    refused(&stolen, 400, "invalid_grant");
    let answer = Call::refresh(&partner, given.refresh()).send(&world).await;
    granted(&answer);
    let bound = peek(answer.json()["access_token"].as_str().unwrap()).claims["cnf"]["jkt"].clone();
    assert_eq!(bound, partner.dpop.as_ref().unwrap().thumbprint());
    let key = Key::es256("new");
    let moved = Call::refresh(&partner, given.refresh()).proved_by(&key).send(&world).await;
    granted(&moved);
    let bound = peek(moved.json()["access_token"].as_str().unwrap()).claims["cnf"]["jkt"].clone();
    assert_eq!(bound, key.thumbprint());
}

/// `dpop_jkt` alone, the proof of a push alone, or both: the code is bound to that key.
async fn fapi2_ensure_dpop_auth_code_binding_success() {
    let world = World::open().await;
    let partner = world.add(Partner::fapi("fapi")).await;
    let own = partner.dpop.clone().unwrap();
    let ask = Ask::of(&partner).set("dpop_jkt", &own.thumbprint());
    let code = world.ask(&partner, &ask, Walk::ALLOW).await.code();
    let stranger = Key::es256("stranger");
    let stolen = Call::code(&partner, &code, &ask).proved_by(&stranger).send(&world).await;
    assert_eq!(stolen.status, 400, "{}", stolen.body);
    granted(&Call::code(&partner, &code, &ask).send(&world).await);
}

/// A proof at the endpoint for pushed requests is checked like any other.
async fn fapi2_ensure_par_proof_is_checked() {
    let world = World::open().await;
    let partner = world.add(Partner::fapi("fapi")).await;
    world.renew_nonce(&partner).await;
    let key = partner.dpop.clone().unwrap();
    let push = Call::push(&partner, &Ask::of(&partner));
    let draft = || Proof::of(&world, &key, "POST", PAR);
    for wrong in [
        draft().claim("htu", format!("{}/oauth/token", world.issuer())),
        draft().claim("htm", "GET"),
        draft().headless("typ"),
        draft().signed_by(&Key::es256("x")),
        draft().claim("iat", world.now() - 3600),
    ] {
        let answer = push.clone().proof(&wrong.made()).send(&world).await;
        refused(&answer, 400, "invalid_dpop_proof");
    }
    let proof = draft().made();
    let first = push.clone().proof(&proof).send(&world).await;
    assert_eq!(first.status, 201, "{}", first.body);
    refused(&push.proof(&proof).send(&world).await, 400, "invalid_dpop_proof");
}

/// `nbf` and `exp` in a proof do no harm.
async fn fapi2_check_dpop_proof_nbf_exp() {
    let world = World::open().await;
    let partner = world.add(Partner::fapi("fapi")).await;
    world.renew_nonce(&partner).await;
    let (code, ask) = world.code(&partner).await;
    let key = partner.dpop.clone().unwrap();
    let draft = Proof::of(&world, &key, "POST", "/oauth/token");
    let proof = draft.claim("nbf", world.now()).claim("exp", world.now() + 60).made();
    granted(&Call::code(&partner, &code, &ask).proof(&proof).send(&world).await);
}

/// Nothing is remembered of a key from one code to the next.
async fn fapi2_dpop_key_may_change_between_codes() {
    let world = World::open().await;
    let mut partner = world.add(Partner::fapi("fapi")).await;
    for name in ["one", "two"] {
        partner.dpop = Some(Key::es256(name));
        let given = world.plain(&partner).await;
        let asked = Call::userinfo(given.access(), partner.dpop.as_ref()).send(&world).await;
        assert_eq!(asked.status, 200, "{}", asked.body);
    }
}
