//! `ecard client`: partner apps and relying services, registered, changed, ended.

use super::{fed, folder, run};
use crate::common::suite::Suite;
use serde_json::json;
use std::path::Path;

pub(crate) fn register(suite: &mut Suite) {
    tests!(
        suite;
        a_partner_app_needs_a_name_and_a_redirect_uri_only,
        every_flag_becomes_its_member,
        every_finding_is_said_at_once_by_its_flag,
        a_file_has_the_names_of_rfc_7591_and_flags_weigh_more,
        an_update_changes_what_it_names_and_nothing_else,
        an_update_does_not_make_citizens_strangers,
        a_client_that_gets_a_key_loses_its_secrets,
        a_new_secret_stands_beside_the_old_one,
        an_api_has_one_owner,
        the_services_profile_goes_before_the_command,
        a_sector_document_is_compared,
        clients_leave_lines_in_the_audit_trail,
        tokens_for_registration_are_made_listed_and_ended,
        check_looks_at_clients,
    );
}

const KEY: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"1",
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

fn partner(folder: &Path, more: &[&str]) -> super::Ran {
    let mut add = vec!["client", "add", "--id", "app", "--name", "甲", "--json"];
    if !more.contains(&"--redirect-uri") {
        add.extend(["--redirect-uri", "https://app.example/cb"]);
    }
    add.extend(more);
    run(folder, &add)
}

async fn a_partner_app_needs_a_name_and_a_redirect_uri_only() {
    let folder = folder();
    let added = partner(folder.path(), &[]).json();
    assert_eq!(added["grant_types"], json!(["authorization_code", "refresh_token"]));
    assert_eq!(added["scope"], "openid profile ecard offline_access");
    assert_eq!(added["client_secret"].as_str().unwrap().len(), 43);
    assert_eq!(added["id_token_signed_response_alg"], "ES256");
    let told = run(folder.path(), &["client", "list"]).ok();
    assert!(told.contains("oidc") && told.contains("client_secret_basic"), "{told}");
}

async fn every_flag_becomes_its_member() {
    let folder = folder();
    std::fs::write(folder.path().join("app.jwks"), KEY).unwrap();
    std::fs::write(folder.path().join("logo.png"), b"\x89PNG\r\n\x1a\nrest").unwrap();
    let flags = "--name-en App --legal-entity 甲公司 --logo logo.png --profile fapi2 --pkce required \
        --client-uri https://app.example/ --start-uri https://app.example/start --purpose 开户 \
        --purpose-en Accounts --post-logout-redirect-uri https://app.example/bye \
        --backchannel-logout-uri https://app.example/bc --auth private_key_jwt --auth-alg ES256 \
        --jwks app.jwks --dpop-bound --grant authorization_code --grant client_credentials \
        --id-token-alg ES256 --userinfo-alg ES256 --max-age 60 --resource https://api.example/";
    let mut flags: Vec<&str> = flags.split_whitespace().collect();
    flags.extend(["--scope", "openid identity"]);
    let added = partner(folder.path(), &flags).json();
    for (member, value) in [
        ("client_name#en", json!("App")),
        ("legal_entity", json!("甲公司")),
        ("ecard_profile", json!("fapi2")),
        ("client_uri", json!("https://app.example/")),
        ("initiate_login_uri", json!("https://app.example/start")),
        ("ecard_purpose", json!("开户")),
        ("ecard_purpose#en", json!("Accounts")),
        ("post_logout_redirect_uris", json!(["https://app.example/bye"])),
        ("backchannel_logout_uri", json!("https://app.example/bc")),
        ("token_endpoint_auth_method", json!("private_key_jwt")),
        ("token_endpoint_auth_signing_alg", json!("ES256")),
        ("dpop_bound_access_tokens", json!(true)),
        ("require_pushed_authorization_requests", json!(true)),
        ("grant_types", json!(["authorization_code", "client_credentials"])),
        ("userinfo_signed_response_alg", json!("ES256")),
        ("default_max_age", json!(60)),
        ("ecard_resources", json!(["https://api.example/"])),
        ("scope", json!("openid identity")),
    ] {
        assert_eq!(added[member], value, "{member}");
    }
    assert!(added["logo_uri"].as_str().unwrap().starts_with("data:image/png;base64,"));
    assert_eq!(added["jwks"]["keys"][0]["kid"], "1");
    assert!(added.get("client_secret").is_none());
    let shown = run(folder.path(), &["client", "show", "app"]).ok();
    assert!(!shown.contains("iVBOR"), "a picture is no text: {shown}");
}

async fn every_finding_is_said_at_once_by_its_flag() {
    let folder = folder();
    let ran = partner(
        folder.path(),
        &["--profile", "fapi2", "--scope", "identity", "--redirect-uri", "http://app.example/cb"],
    );
    for part in ["--redirect-uri: ", "--jwks: ", "--purpose: ", "(ecard_purpose)", "3 things"] {
        assert!(ran.err.contains(part), "{part} in {}", ran.err);
    }
    assert_eq!(ran.code, 1);
    assert_eq!(run(folder.path(), &["client", "list", "--json"]).json(), json!([]));
    run(folder.path(), &["client", "add"]).refused(1, "--id");
    partner(folder.path(), &["--jwks", "none.jwks"]).refused(2, "none.jwks");
    fed(folder.path(), &["client", "add", "--id", "x", "--from-file", "-"], "[]")
        .refused(1, "no JSON object");
}

async fn a_file_has_the_names_of_rfc_7591_and_flags_weigh_more() {
    let folder = folder();
    let file = json!({
        "client_id": "bank", "client_name": "银行", "redirect_uris": ["https://bank.example/cb"],
        "token_endpoint_auth_method": "none", "contacts": ["ops@bank.example"],
    });
    let add = ["client", "add", "--from-file", "-", "--name", "新银行", "--json"];
    let added = fed(folder.path(), &add, &file.to_string()).json();
    assert_eq!(added["client_id"], "bank");
    assert_eq!(added["client_name"], "新银行");
    assert!(added.get("client_secret").is_none());
    let misspelt = file.to_string().replace("redirect_uris", "redirect_url");
    fed(folder.path(), &add, &misspelt).refused(1, "redirect_url: is no member");
}

async fn an_update_changes_what_it_names_and_nothing_else() {
    let folder = folder();
    partner(folder.path(), &["--start-uri", "https://app.example/start", "--name-en", "App"]).ok();
    let update = ["client", "update", "app", "--start-uri", "", "--name", "乙", "--json"];
    let changed = run(folder.path(), &update).json();
    assert_eq!(changed["client_name"], "乙");
    assert_eq!(changed["client_name#en"], "App");
    assert_eq!(changed["redirect_uris"], json!(["https://app.example/cb"]));
    assert!(changed.get("initiate_login_uri").is_none());
    assert!(changed.get("client_secret").is_none(), "its secret stays");
    run(folder.path(), &["client", "update", "app", "--redirect-uri", ""])
        .refused(1, "--redirect-uri");
    run(folder.path(), &["client", "update", "none", "--name", "x"]).refused(1, "none");
    run(folder.path(), &["client", "disable", "app"]).ok();
    run(folder.path(), &update).refused(1, "no active client");
}

async fn an_update_does_not_make_citizens_strangers() {
    let folder = folder();
    partner(folder.path(), &[]).ok();
    let moved = ["client", "update", "app", "--redirect-uri", "https://new.example/cb"];
    run(folder.path(), &moved).refused(1, "--new-subjects");
    run(folder.path(), &[&moved[..], &["--new-subjects"]].concat()).ok();
}

async fn a_client_that_gets_a_key_loses_its_secrets() {
    let folder = folder();
    std::fs::write(folder.path().join("app.jwks"), KEY).unwrap();
    partner(folder.path(), &[]).ok();
    let update = ["client", "update", "app", "--jwks", "app.jwks", "--auth", "private_key_jwt"];
    run(folder.path(), &update).ok();
    let shown = run(folder.path(), &["client", "show", "app", "--json"]).json();
    assert!(shown["secrets"][0]["expires_at"].is_string());
    run(folder.path(), &["client", "rotate-secret", "app"]).refused(1, "private_key_jwt");
    let back = ["client", "update", "app", "--auth", "client_secret_post", "--json"];
    assert!(run(folder.path(), &back).json()["client_secret"].is_string());
}

async fn a_new_secret_stands_beside_the_old_one() {
    let folder = folder();
    let first = partner(folder.path(), &[]).json()["client_secret"].clone();
    let rotate = ["client", "rotate-secret", "app", "--overlap", "24h", "--json"];
    let second = run(folder.path(), &rotate).json();
    assert_ne!(second["client_secret"], first);
    let shown = run(folder.path(), &["client", "show", "app", "--json"]).json();
    let ends: Vec<_> =
        shown["secrets"].as_array().unwrap().iter().map(|s| &s["expires_at"]).collect();
    assert_eq!(ends.len(), 2);
    assert_eq!(ends.iter().filter(|end| end.is_null()).count(), 1);
    assert!(ends.contains(&&second["others_end"]));
    run(folder.path(), &["client", "rotate-secret", "none"]).refused(1, "none");
    let never = ["client", "rotate-secret", "app", "--overlap", "soon"];
    run(folder.path(), &never).refused(2, "24h");
}

async fn an_api_has_one_owner() {
    let folder = folder();
    partner(folder.path(), &["--resource", "https://api.example/"]).ok();
    let other =
        ["client", "add", "--id", "b", "--name", "乙", "--resource", "https://api.example/"];
    run(folder.path(), &other).refused(1, "belongs to client app");
    run(folder.path(), &["client", "show", "b"]).refused(1, "no client");
    run(folder.path(), &["client", "disable", "app"]).ok();
    run(folder.path(), &other).ok();
}

async fn the_services_profile_goes_before_the_command() {
    let folder = folder();
    let add = [
        "--profile",
        "production",
        "client",
        "add",
        "--profile",
        "oidc",
        "--id",
        "a",
        "--name",
        "x",
    ];
    run(folder.path(), &add).refused(1, "issuer: not set");
    partner(folder.path(), &["--profile", "production"]).refused(2, "fapi2");
}

async fn a_sector_document_is_compared() {
    let folder = folder();
    let two = ["--redirect-uri", "https://a.example/cb", "--redirect-uri", "https://b.example/cb"];
    partner(folder.path(), &two).refused(1, "--sector-identifier-uri");
    let named = [&two[..], &["--sector-identifier-uri", "https://a.example/s.json"]].concat();
    std::fs::write(folder.path().join("s.json"), r#"["https://a.example/cb"]"#).unwrap();
    let document = [&named[..], &["--sector-document", "s.json"]].concat();
    partner(folder.path(), &document).refused(1, "does not list \"https://b.example/cb\"");
    let whole = r#"["https://a.example/cb","https://b.example/cb"]"#;
    std::fs::write(folder.path().join("s.json"), whole).unwrap();
    partner(folder.path(), &document).ok();
    let told = run(folder.path(), &["client", "update", "app", "--name", "乙"]).ok();
    assert!(told.contains("changed app"), "the same sector is not asked for again: {told}");
}

async fn clients_leave_lines_in_the_audit_trail() {
    let folder = folder();
    partner(folder.path(), &[]).ok();
    run(folder.path(), &["client", "disable", "app"]).ok();
    assert!(run(folder.path(), &["check"]).out.contains("2 rows, every chain holds"));
}

async fn tokens_for_registration_are_made_listed_and_ended() {
    let folder = folder();
    let make = ["client", "token", "--label", "acme", "--uses", "3", "--expires", "7d", "--json"];
    let made = run(folder.path(), &make).json();
    assert_eq!(made["token"].as_str().unwrap().len(), 43);
    assert_eq!(
        (&made["uses"], &made["scope"]),
        (&json!(3), &json!("openid profile ecard offline_access"))
    );
    let list = ["client", "token", "list", "--json"];
    let listed = run(folder.path(), &list).json();
    assert_eq!((&listed[0]["label"], &listed[0]["uses_left"]), (&json!("acme"), &json!(3)));
    assert!(listed[0].get("token").is_none());
    run(folder.path(), &["client", "token", "end", "acme"]).ok();
    assert_eq!(run(folder.path(), &list).json(), json!([]));
    run(folder.path(), &["client", "token", "end", "acme"]).refused(1, "token list");
    run(folder.path(), &["client", "token"]).refused(2, "--label");
    run(folder.path(), &["client", "token", "--label", " "]).refused(1, "--label");
    run(folder.path(), &["client", "token", "--label", "a", "--uses", "0"]).refused(2, "--uses");
    run(folder.path(), &["client", "token", "--label", "a", "--scope", "email"])
        .refused(1, "email");
    run(folder.path(), &["client", "token", "--label", "a", "--expires", "0s"])
        .refused(1, "--expires");
}

async fn check_looks_at_clients() {
    let folder = folder();
    let local = ["--redirect-uri", "http://localhost:9/cb", "--scope", "openid identity"];
    partner(folder.path(), &[&local[..], &["--purpose", "开户"]].concat()).ok();
    let checked = run(folder.path(), &["--profile", "production", "check", "--json"]).json();
    let found = |severity: &str, part: &str| {
        checked.as_array().unwrap().iter().any(|finding| {
            finding["about"] == "clients"
                && finding["severity"] == severity
                && finding["text"].as_str().unwrap().contains(part)
        })
    };
    assert!(found("good", "1 active"), "{checked}");
    assert!(found("serious", "is not https"), "{checked}");
    assert!(found("serious", "legal entity"), "{checked}");
    assert!(found("warning", "FAPI 2.0"), "{checked}");
    run(folder.path(), &["client", "disable", "app"]).ok();
    let checked = run(folder.path(), &["check"]).out;
    assert!(checked.contains("0 active, disabled: app"), "{checked}");
}
