//! OpenID Connect Form Post: the answer travels in a form.

use crate::common::suite::Suite;
use crate::oauth::kit::{Ask, Call, Partner, Walk, World, granted, told};
use axum::http::header;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        oidcc_form_post_happy_flow, oidcc_form_post_errors, oidcc_form_post_escapes_what_it_carries);
}

fn posted(partner: &Partner) -> Ask {
    Ask::of(partner).set("response_mode", "form_post")
}

/// Code, `state` and `iss` in a form for the redirect URI, from every kind of entry.
async fn oidcc_form_post_happy_flow() {
    let world = World::open().await;
    for partner in [Partner::basic("basic"), Partner::post("post"), Partner::fapi("fapi")] {
        let partner = world.add(partner).await;
        for round in 0..2 {
            let ask = posted(&partner);
            let end = world.ask(&partner, &ask, Walk::ALLOW).await;
            assert_eq!((end.back().uri.as_str(), end.back().by_form), (partner.redirect(), true));
            assert_eq!(end.last.status, 200, "round {round}");
            assert!(end.last.header(header::CONTENT_TYPE).starts_with("text/html"));
            let names: Vec<_> = end.back().params.keys().map(String::as_str).collect();
            assert_eq!(names, ["code", "iss", "state"]);
            granted(&Call::code(&partner, &end.code(), &ask).send(&world).await);
        }
    }
}

/// Errors travel the same way: refused, too silent, malformed.
async fn oidcc_form_post_errors() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let refused = posted(&partner);
    let end = world.ask(&partner, &refused, Walk::REFUSE).await;
    told(&end, "access_denied", refused.value("state"), world.issuer());
    assert!(end.back().by_form);
    let silent = posted(&partner).set("prompt", "none");
    let end = world.ask_in(&mut world.house.browser(), &partner, &silent, Walk::ALLOW).await;
    told(&end, "login_required", silent.value("state"), world.issuer());
    assert!(end.back().by_form);
    let typeless = posted(&partner).without("response_type");
    let end = world.ask(&partner, &typeless, Walk::ALLOW).await;
    told(&end, "invalid_request", typeless.value("state"), world.issuer());
    assert!(end.back().by_form);
    for mode in ["fragment", "query.jwt", "x"] {
        let odd = Ask::of(&partner).set("response_mode", mode);
        let end = world.ask(&partner, &odd, Walk::ALLOW).await;
        told(&end, "invalid_request", odd.value("state"), world.issuer());
    }
}

/// What a partner put into `state` is text in the form, never markup.
async fn oidcc_form_post_escapes_what_it_carries() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let state = "\"><script>alert(1)</script><input name=\"x";
    let ask = posted(&partner).set("state", state);
    let end = world.ask(&partner, &ask, Walk::ALLOW).await;
    assert_eq!(end.param("state"), state);
    assert!(!end.last.body.contains("<script>alert"), "{}", end.last.body);
}
