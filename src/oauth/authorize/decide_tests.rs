use super::*;
use crate::domain::authorization::{AcrWish, ClaimsWish, Prompt, ResponseMode};
use crate::domain::client::RedirectUri;
use crate::domain::scope::ScopeSet;

const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);

fn request() -> AuthorizationRequest {
    AuthorizationRequest {
        client_id: "app".to_owned(),
        redirect_uri: RedirectUri::from_stored("https://app.example/cb"),
        redirect_uri_named: true,
        scope: ScopeSet::parse("openid ecard"),
        claims: ClaimsWish::default(),
        state: None,
        nonce: None,
        code_challenge: None,
        response_mode: ResponseMode::Query,
        prompt: Prompt::default(),
        max_age: None,
        login_hint: None,
        ui_locales: None,
        id_token_hint: None,
        resources: Vec::new(),
        dpop_jkt: None,
    }
}

fn allowed() -> Allowed {
    request().asked()
}

fn next(request: &AuthorizationRequest, change: impl FnOnce(&mut Situation<'_>)) -> Next {
    let context = LoginContext::password(NOW - std::time::Duration::from_secs(100));
    let allowed = allowed();
    let mut situation = Situation { context: Some(&context), ..situation(request, &allowed) };
    change(&mut situation);
    // What the closure set must live as long as the call.
    situation.next()
}

fn situation<'a>(request: &'a AuthorizationRequest, allowed: &'a Allowed) -> Situation<'a> {
    Situation {
        request,
        context: None,
        subject: Some("me"),
        allowed: Some(allowed),
        expected: None,
        logged_in_here: false,
        no_face: false,
        always_ask: false,
        now: NOW,
    }
}

#[test]
fn what_was_allowed_is_answered_at_once() {
    assert_eq!(next(&request(), |_| {}), Next::Answer);
}

#[test]
fn only_what_is_new_is_asked() {
    let wider =
        AuthorizationRequest { scope: ScopeSet::parse("openid ecard profile"), ..request() };
    let Next::Ask(missing) = next(&wider, |_| {}) else { panic!("not asked") };
    assert_eq!(missing.scope.to_string(), "profile");
    let Next::Ask(all) = next(&wider, |s| s.allowed = None) else { panic!("not asked") };
    assert_eq!(all.scope.to_string(), "openid profile ecard");
}

#[test]
fn prompt_consent_and_unproven_apps_ask_for_everything_again() {
    let again = Prompt { consent: true, ..Prompt::default() };
    let asked = AuthorizationRequest { prompt: again, ..request() };
    assert!(matches!(next(&asked, |_| {}), Next::Ask(_)));
    assert!(matches!(next(&request(), |s| s.always_ask = true), Next::Ask(_)));
}

#[test]
fn a_login_is_asked_for_once() {
    let login = Prompt { login: true, ..Prompt::default() };
    for asked in [
        AuthorizationRequest { prompt: login, ..request() },
        AuthorizationRequest { max_age: Some(1), ..request() },
    ] {
        assert_eq!(next(&asked, |_| {}), Next::LogIn);
        assert_eq!(next(&asked, |s| s.logged_in_here = true), Next::Answer);
    }
    let fresh_enough = AuthorizationRequest { max_age: Some(10_000), ..request() };
    assert_eq!(next(&fresh_enough, |_| {}), Next::Answer);
    assert_eq!(next(&request(), |s| s.context = None), Next::LogIn);
}

#[test]
fn prompt_none_shows_nothing() {
    let none = Prompt { none: true, ..Prompt::default() };
    let silent = AuthorizationRequest { prompt: none, ..request() };
    assert_eq!(next(&silent, |_| {}), Next::Answer);
    assert_eq!(next(&silent, |s| s.context = None), Next::Refuse("login_required"));
    assert_eq!(next(&silent, |s| s.subject = None), Next::Refuse("interaction_required"));
    assert_eq!(next(&silent, |s| s.allowed = None), Next::Refuse("consent_required"));
    let old = AuthorizationRequest { max_age: Some(1), ..silent };
    assert_eq!(next(&old, |_| {}), Next::Refuse("login_required"));
}

#[test]
fn another_person_than_expected_is_not_answered_for() {
    assert_eq!(next(&request(), |s| s.expected = Some("me")), Next::Answer);
    assert_eq!(next(&request(), |s| s.expected = Some("you")), Next::LogIn);
    let after = next(&request(), |s| {
        s.expected = Some("you");
        s.logged_in_here = true;
    });
    assert_eq!(after, Next::Refuse("login_required"));
}

#[test]
fn an_essential_acr_is_reached_or_refused() {
    let wish = |acr: &str, essential| AuthorizationRequest {
        claims: ClaimsWish {
            acr: AcrWish { values: vec![acr.to_owned()], essential },
            ..ClaimsWish::default()
        },
        ..request()
    };
    let refused = Next::Refuse("unmet_authentication_requirements");
    assert_eq!(next(&wish("urn:ecard:acr:face", true), |_| {}), Next::Face);
    assert_eq!(next(&wish("urn:ecard:acr:face", true), |s| s.no_face = true), refused);
    assert_eq!(next(&wish("urn:ecard:acr:face", false), |_| {}), Next::Face);
    assert_eq!(next(&wish("urn:ecard:acr:face", false), |s| s.no_face = true), Next::Answer);
    assert_eq!(next(&wish("urn:ecard:acr:counter", true), |_| {}), refused);
    let raised = LoginContext::password(NOW).raised(Acr::Face, &[], NOW);
    let facing = |acr: &str| {
        let request = wish(acr, true);
        let allowed = allowed();
        let situation = Situation { context: Some(&raised), ..situation(&request, &allowed) };
        situation.next()
    };
    assert_eq!(facing("urn:ecard:acr:face"), Next::Answer);
    assert_eq!(facing("urn:ecard:acr:counter"), refused, "a face is no counter");
    let none = Prompt { none: true, ..Prompt::default() };
    let silent = AuthorizationRequest { prompt: none, ..wish("urn:ecard:acr:face", true) };
    assert_eq!(next(&silent, |_| {}), refused);
    let silent = AuthorizationRequest { prompt: none, ..wish("urn:ecard:acr:face", false) };
    assert_eq!(next(&silent, |_| {}), Next::Answer);
    assert_eq!(next(&wish("urn:ecard:acr:login", true), |_| {}), Next::Answer);
    assert_eq!(next(&wish("urn:other", false), |_| {}), Next::Answer);
}

#[test]
fn whoever_has_no_card_claims_one() {
    assert_eq!(next(&request(), |s| s.subject = None), Next::Claim);
}
