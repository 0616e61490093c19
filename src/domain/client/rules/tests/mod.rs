//! Every rule, and what breaks it.

mod proving;

use super::super::metadata::{Sender, accept};
use super::*;
use serde_json::{Map, Value, json};

fn key() -> Value {
    let (x, y) = ("A".repeat(43), "A".repeat(43));
    json!({"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": "1"})
}

fn with(base: Value, changes: Value) -> Map<String, Value> {
    let mut members = base.as_object().unwrap().clone();
    members.extend(changes.as_object().unwrap().clone());
    members
}

fn partner() -> Value {
    json!({"client_name": "甲", "redirect_uris": ["https://app.example/cb"]})
}

fn fapi2() -> Value {
    json!({
        "client_name": "甲", "redirect_uris": ["https://app.example/cb"],
        "ecard_profile": "fapi2", "jwks": {"keys": [key()]},
    })
}

fn public() -> Value {
    json!({
        "client_name": "甲", "redirect_uris": ["http://127.0.0.1/cb"],
        "application_type": "native", "token_endpoint_auth_method": "none",
    })
}

fn found(demo: bool, members: &Map<String, Value>) -> Vec<Finding> {
    let setting = Setting { demo, issuer: "https://card.example" };
    accept("app", members, &Sender::Operator, &setting).err().unwrap_or_default()
}

/// Each change stands against the registration, and nothing else does.
#[track_caller]
fn refused(base: fn() -> Value, member: &str, changes: &[Value]) {
    assert_eq!(found(false, &with(base(), json!({}))), [], "the base is good");
    for change in changes {
        let found = found(false, &with(base(), change.clone()));
        assert!(!found.is_empty(), "{change}");
        for finding in found {
            assert_eq!(finding.member, member, "{change}: {finding}");
            assert!(!finding.text.is_empty());
        }
    }
}

fn redirects(uris: &[&str]) -> Value {
    json!({ "redirect_uris": uris })
}

#[test]
fn a_web_client_has_https_redirects_without_frills() {
    let bad = [
        "http://app.example/cb",
        "http://127.0.0.1/cb",
        "http://localhost/cb",
        "https://app.example/cb#",
        "https://app.example/cb#f",
        "https://user@app.example/cb",
        "https://*.app.example/cb",
        "https://app.example/*",
        "/cb",
        "com.example.app:/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "",
    ];
    for uri in bad {
        refused(partner, "redirect_uris", &[redirects(&[uri])]);
    }
    let twice = redirects(&["https://app.example/cb", "https://app.example/cb"]);
    refused(partner, "redirect_uris", &[twice]);
    let many: Vec<_> = (0..33).map(|n| format!("https://app.example/{n}")).collect();
    refused(partner, "redirect_uris", &[json!({ "redirect_uris": many })]);
}

#[test]
fn only_redirect_uris_are_redirect_errors() {
    let text = Finding::new("redirect_uris", "x");
    assert_eq!(text.error().as_str(), "invalid_redirect_uri");
    assert_eq!(Finding::new("jwks", "x").error().as_str(), "invalid_client_metadata");
}

#[test]
fn the_demo_lets_web_clients_live_on_this_machine() {
    for uri in ["http://localhost:8081/cb", "http://127.0.0.1:8081/cb"] {
        assert_eq!(found(true, &with(partner(), redirects(&[uri]))), [], "{uri}");
    }
    for uri in ["http://app.example/cb", "http://localhost.evil.example/cb"] {
        assert_ne!(found(true, &with(partner(), redirects(&[uri]))), [], "{uri}");
    }
}

#[test]
fn a_native_app_has_loopback_claimed_https_or_its_own_scheme() {
    for uri in ["http://[::1]/cb", "https://app.example/cb", "com.example.app:/cb"] {
        assert_eq!(found(false, &with(public(), redirects(&[uri]))), [], "{uri}");
    }
    for uri in
        ["http://localhost/cb", "http://app.example/cb", "myapp:/cb", "javascript:x", "a..b:/cb"]
    {
        refused(public, "redirect_uris", &[redirects(&[uri])]);
    }
}

#[test]
fn several_hosts_need_a_document_that_lists_them() {
    let two = ["https://app.example/cb", "https://other.example/cb"];
    refused(partner, "sector_identifier_uri", &[redirects(&two)]);
    let named = json!({"redirect_uris": two, "sector_identifier_uri": "https://app.example/s"});
    assert_eq!(found(false, &with(partner(), named)), []);
    for bad in ["http://app.example/s", "https://app.example/s#f", "s"] {
        refused(partner, "sector_identifier_uri", &[json!({"sector_identifier_uri": bad})]);
    }
}

#[test]
fn a_sector_document_lists_every_redirect_uri() {
    let mut client = Client::new("app", "甲", super::super::ClientAuth::None);
    client.redirect_uris = vec!["https://app.example/cb".to_owned()];
    let lists = |text: &str| SectorDocument::parse(text.as_bytes()).map(|d| d.check(&client));
    assert_eq!(lists(r#"["https://app.example/cb"]"#), Ok(vec![]));
    assert_eq!(lists(r#"["https://app.example/"]"#).unwrap().len(), 1);
    assert!(lists("{}").is_err() && lists("[1]").is_err());
}

#[test]
fn places_to_go_are_https() {
    for member in ["client_uri", "initiate_login_uri", "backchannel_logout_uri", "jwks_uri"] {
        for uri in ["http://app.example/", "https://app.example/#f", "https://u@app.example/", "x"]
        {
            refused(partner, member, &[json!({ member: uri })]);
        }
    }
    let member = "post_logout_redirect_uris";
    refused(partner, member, &[json!({ member: ["http://app.example/"] })]);
    let asked = json!({"backchannel_logout_session_required": true});
    refused(partner, "backchannel_logout_session_required", &[asked]);
}

#[test]
fn names_do_not_deceive() {
    let long = "甲".repeat(61);
    let bad = [
        "",
        " ",
        "甲 ",
        "甲\n乙",
        "甲\u{202E}乙",
        "甲\u{200B}",
        "\u{2066}甲",
        "甲\u{FEFF}",
        "\u{E000}",
        &long,
    ];
    for name in bad {
        refused(partner, "client_name", &[json!({"client_name": name})]);
    }
    let spoofed = json!("x\u{202E}y");
    for member in ["client_name#en", "legal_entity", "ecard_purpose", "ecard_purpose#en"] {
        refused(partner, member, &[json!({ member: spoofed })]);
    }
}

#[test]
fn a_logo_is_a_picture_brought_along() {
    let png = "data:image/png;base64,iVBORw0KGgo=";
    assert_eq!(found(false, &with(partner(), json!({"logo_uri": png}))), []);
    let webp = "data:image/webp;base64,UklGRgAAAABXRUJQ";
    assert_eq!(found(false, &with(partner(), json!({"logo_uri": webp}))), []);
    let large = format!("{png}{}", "A".repeat(64 * 1024));
    for logo in [
        "https://app.example/logo.png",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:image/png;base64,PHN2Zz4=",
        "data:image/png,x",
        "data:image/png;base64,!",
        large.as_str(),
    ] {
        refused(partner, "logo_uri", &[json!({"logo_uri": logo})]);
    }
}
