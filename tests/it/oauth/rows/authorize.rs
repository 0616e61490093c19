//! Rows 16–19: what the authorization endpoint answers, and where.

use crate::common::suite::Suite;
use crate::oauth::kit::{Ask, Call, Partner, Walk, World, refused, shown, told};
use ecard::domain::client::GrantType;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        row_16_code_is_the_only_response_type,
        row_17_every_answer_names_its_issuer,
        row_18_a_citizen_who_refuses_is_answered_for,
        row_19_only_a_registered_redirect_uri_is_followed);
}

/// Implicit and hybrid flows are `unsupported_response_type`; none is `invalid_request`; a client
/// without the code grant is `unauthorized_client`.
async fn row_16_code_is_the_only_response_type() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let hybrid =
        ["token", "id_token", "id_token token", "code id_token", "code token", "none", "x"];
    for kind in hybrid {
        let ask = Ask::of(&partner).set("response_type", kind);
        let end = world.ask(&partner, &ask, Walk::ALLOW).await;
        told(&end, "unsupported_response_type", ask.value("state"), world.issuer());
        refused(&Call::push(&partner, &ask).send(&world).await, 400, "unsupported_response_type");
    }
    let ask = Ask::of(&partner).without("response_type");
    let end = world.ask(&partner, &ask, Walk::ALLOW).await;
    told(&end, "invalid_request", ask.value("state"), world.issuer());
    let codeless = Partner::basic("codeless")
        .with(|client| client.grant_types = vec![GrantType::ClientCredentials]);
    let codeless = world.add(codeless).await;
    let ask = Ask::of(&codeless);
    let end = world.ask(&codeless, &ask, Walk::ALLOW).await;
    told(&end, "unauthorized_client", ask.value("state"), world.issuer());
}

/// `iss` stands in codes and in errors, in a query and in a form (RFC 9207).
async fn row_17_every_answer_names_its_issuer() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    for mode in ["query", "form_post"] {
        let ask = Ask::of(&partner).set("response_mode", mode);
        let end = world.ask(&partner, &ask, Walk::ALLOW).await;
        end.code();
        assert_eq!((end.param("iss"), end.back().by_form), (world.issuer(), mode == "form_post"));
        assert_eq!(end.param("state"), ask.value("state"));
        let wrong = ask.clone().set("code_challenge_method", "plain");
        let end = world.ask(&partner, &wrong, Walk::ALLOW).await;
        told(&end, "invalid_request", ask.value("state"), world.issuer());
        assert_eq!(end.back().by_form, mode == "form_post");
        let stateless = wrong.without("state");
        let end = world.ask(&partner, &stateless, Walk::ALLOW).await;
        assert!(!end.back().params.contains_key("state"), "{:?}", end.back());
    }
    let metadata = world.metadata().await;
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
    assert_eq!(metadata["issuer"], world.issuer());
}

/// Refusing on the consent page is `access_denied`, and the partner may ask again.
async fn row_18_a_citizen_who_refuses_is_answered_for() {
    let world = World::open().await;
    for partner in [Partner::basic("basic"), Partner::fapi("fapi")] {
        let partner = world.add(partner).await;
        let ask = Ask::of(&partner);
        let end = world.ask(&partner, &ask, Walk::REFUSE).await;
        told(&end, "access_denied", ask.value("state"), world.issuer());
        assert_eq!(world.house.count("grants WHERE state = 'live'").await, 0);
        let again = Ask::of(&partner);
        let end = world.ask(&partner, &again, Walk::ALLOW).await;
        end.code();
        assert_eq!(end.steps, ["consent"], "asked anew");
        world.house.t.sql("UPDATE grants SET state = 'withdrawn'").await;
    }
}

/// Any other URI, none with `openid`, or none where none or several are registered, is shown to
/// the citizen: nobody is redirected.
async fn row_19_only_a_registered_redirect_uri_is_followed() {
    let world = World::open().await;
    let basic = world.add(Partner::basic("basic")).await;
    let exact = "https://basic.example/cb";
    for uri in [
        "https://basic.example/cb/",
        "https://basic.example/cb?x=1",
        "https://basic.example/cb#x",
        "https://basic.example/CB",
        "https://basic.example:443/cb",
        "http://basic.example/cb",
        "https://basic.example/cb/../cb",
        "https://basic.example%2Fcb",
        "https://evil.example/cb",
        "https://basic.example@evil.example/cb",
        "//basic.example/cb",
        "/cb",
        "javascript:alert(1)",
        "https://basic.example.evil.example/cb",
        " https://basic.example/cb",
        "https://basic.example/cb\u{0}",
    ] {
        let ask = Ask::of(&basic).set("redirect_uri", uri);
        shown(&world.ask(&basic, &ask, Walk::ALLOW).await);
        shown(&world.post(&mut world.holder.clone(), &ask, Walk::ALLOW).await);
        refused(&Call::push(&basic, &ask).send(&world).await, 400, "invalid_request");
    }
    let twice = Ask::of(&basic).also("redirect_uri", "https://evil.example/cb");
    shown(&world.ask(&basic, &twice, Walk::ALLOW).await);
    for id in ["", "nobody", "basic\u{0}", "%"] {
        shown(&world.ask(&basic, &Ask::of(&basic).set("client_id", id), Walk::ALLOW).await);
    }
    let ask = Ask::of(&basic).set("scope", "profile").without("redirect_uri");
    assert_eq!(world.ask(&basic, &ask, Walk::ALLOW).await.back().uri, exact, "the only one");
    let none = world.add(Partner::basic("none").with(|c| c.redirect_uris = vec![])).await;
    let ask = Ask::of(&none).set("redirect_uri", exact);
    shown(&world.ask(&none, &ask, Walk::ALLOW).await);
    shown(&world.ask(&none, &ask.without("redirect_uri"), Walk::ALLOW).await);
    let both = Partner::basic("both").with(|c| {
        c.redirect_uris = vec![exact.to_owned(), "https://both.example/2".to_owned()];
    });
    let both = world.add(both).await;
    let ask = Ask::of(&both).set("scope", "profile").without("redirect_uri");
    shown(&world.ask(&both, &ask, Walk::ALLOW).await);
    shown(&world.ask(&basic, &Ask::of(&basic).without("redirect_uri"), Walk::ALLOW).await);
}
