//! Cable in, out, and in again.

use super::kit::{Issuer, told};
use crate::common::suite::Suite;
use axum::body::Body;
use axum::http::{Request, header};
use ecard::terminal::{refresh, upload};
use serde_json::json;

pub(super) fn register(suite: &mut Suite) {
    tests!(
        suite;
        the_issuer_answers_while_it_can,
        without_the_cable_codes_are_judged_and_age_to_amber,
        what_was_judged_offline_is_handed_in_once,
        a_code_is_green_once,
        a_terminal_that_was_never_online_knows_nothing,
        another_site_cannot_scan,
        the_issuers_words_have_a_light_each,
        the_foot_says_what_is_the_matter,
        digits_may_be_typed_in_groups_and_mistyped,
    );
}

async fn the_issuer_answers_while_it_can() {
    let issuer = Issuer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let counter = issuer.terminal(folder.path());
    assert!(refresh(&counter.terminal).await);
    assert_eq!(counter.scan("012345678901234567890123").await, told("green", "valid"));
    assert_eq!(counter.scan(&issuer.code(5, 1)).await, told("green", "valid"));
    {
        let asked = issuer.known.asked.lock().unwrap();
        assert_eq!(asked[0]["qr"], "012345678901234567890123");
        assert_eq!(asked[0]["function"], "medical.settle");
        assert!(asked[1]["qr"].starts_with("EC1:"));
    }
    *issuer.known.says.lock().unwrap() =
        json!({"active": false, "status": "suspended", "reason": "revoked", "functions": []});
    let lost = counter.scan(&issuer.code(5, 2)).await;
    assert_eq!(lost, told("red", "suspended"), "the issuer knows better than the list");
    assert_eq!(counter.state().await["waiting"], 0, "nothing to hand in");
    assert_eq!(counter.scan("https://somebody.example/menu").await, told("red", "no-code"));
    assert_eq!(issuer.known.asked.lock().unwrap().len(), 3, "a stranger's code is sent nowhere");
}

async fn without_the_cable_codes_are_judged_and_age_to_amber() {
    let mut issuer = Issuer::start().await;
    issuer.known.entries.lock().unwrap().extend([(6, 2), (4, 1)]);
    let folder = tempfile::tempdir().unwrap();
    let counter = issuer.terminal(folder.path());
    assert!(refresh(&counter.terminal).await);
    issuer.pull().await;
    assert!(!refresh(&counter.terminal).await || counter.state().await["status_age"] == 0);
    assert_eq!(counter.scan(&issuer.code(5, 1)).await, told("green", "valid"));
    assert_eq!(counter.scan(&issuer.code(6, 2)).await, told("red", "suspended"));
    assert_eq!(counter.scan(&issuer.code(4, 3)).await, told("red", "ended"));
    assert_eq!(counter.scan("012345678901234567890123").await, told("amber", "network"));
    issuer.pass(300);
    assert_eq!(counter.scan(&issuer.code(5, 4)).await, told("green", "valid"));
    issuer.pass(1);
    assert_eq!(counter.scan(&issuer.code(5, 5)).await, told("amber", "old"));
    assert_eq!(counter.scan(&issuer.code(4, 6)).await, told("red", "ended"), "final");
    issuer.plug().await;
    issuer.pass(10);
    issuer.known.entries.lock().unwrap().insert(5, 2);
    assert!(refresh(&counter.terminal).await);
    issuer.pull().await;
    assert_eq!(counter.scan(&issuer.code(5, 7)).await, told("red", "suspended"));
}

async fn what_was_judged_offline_is_handed_in_once() {
    let mut issuer = Issuer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let counter = issuer.terminal(folder.path());
    assert!(refresh(&counter.terminal).await);
    issuer.pull().await;
    let code = issuer.code(5, 1);
    counter.scan(&code).await;
    counter.scan("012345678901234567890123").await;
    assert_eq!(counter.state().await["waiting"], 1, "an online code has nothing to hand in");
    assert!(!upload(&counter.terminal).await, "no network: it goes on waiting");
    assert_eq!(counter.state().await["waiting"], 1);
    issuer.plug().await;
    assert!(upload(&counter.terminal).await);
    assert!(upload(&counter.terminal).await);
    let handed_in = issuer.known.handed_in.lock().unwrap().clone();
    assert_eq!(handed_in.len(), 1);
    let check = &handed_in[0];
    assert_eq!((&check["qr"], &check["function"]), (&code.into(), &"medical.settle".into()));
    assert_eq!((&check["checked_at"], &check["told"]), (&1_800_000_000.into(), &"valid".into()));
    assert!(check.get("token").is_none() && check["id"].as_str().unwrap().len() == 16);
    assert_eq!(counter.state().await["waiting"], 0);
}

async fn a_code_is_green_once() {
    let mut issuer = Issuer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let counter = issuer.terminal(folder.path());
    assert!(refresh(&counter.terminal).await);
    let online = issuer.code(5, 1);
    assert_eq!(counter.scan(&online).await, told("green", "valid"));
    assert_eq!(counter.scan(&online).await, told("red", "replayed"));
    issuer.pull().await;
    assert_eq!(counter.scan(&online).await, told("red", "replayed"), "seen while online");
    let offline = issuer.code(5, 2);
    assert_eq!(counter.scan(&offline).await, told("green", "valid"));
    assert_eq!(counter.scan(&format!("{offline}\r\n")).await, told("red", "replayed"));
}

async fn a_terminal_that_was_never_online_knows_nothing() {
    let mut issuer = Issuer::start().await;
    issuer.pull().await;
    let folder = tempfile::tempdir().unwrap();
    let counter = issuer.terminal(folder.path());
    assert!(!refresh(&counter.terminal).await);
    assert_eq!(counter.scan(&issuer.code(5, 1)).await, told("amber", "keys"));
    assert!(counter.state().await["status_age"].is_null());
}

async fn another_site_cannot_scan() {
    let issuer = Issuer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let counter = issuer.terminal(folder.path());
    for (host, origin) in [
        ("127.0.0.1:8090", "https://evil.example"),
        ("evil.example:8090", "http://evil.example:8090"),
        ("10.0.0.7:8090", "http://10.0.0.7:8090"),
    ] {
        let request = Request::post("/")
            .header(header::HOST, host)
            .header(header::ORIGIN, origin)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let (status, ..) = counter.send(request.body(Body::from("code=x")).unwrap()).await;
        assert_eq!(status, 403, "{host} {origin}");
    }
}

async fn the_issuers_words_have_a_light_each() {
    let issuer = Issuer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let counter = issuer.terminal(folder.path());
    let rows = [
        ("ended", Some("revoked"), "red", "ended"),
        ("unknown", Some("expired"), "red", "expired"),
        ("unknown", Some("replayed"), "red", "replayed"),
        ("unknown", Some("audience"), "red", "audience"),
        ("valid", Some("function_refused"), "red", "function"),
        ("unknown", Some("signature"), "red", "no-such-code"),
        ("unknown", None, "amber", "unclear"),
    ];
    for (n, (status, reason, light, why)) in rows.into_iter().enumerate() {
        *issuer.known.says.lock().unwrap() =
            json!({"active": false, "status": status, "reason": reason});
        let code = format!("{n:024}");
        assert_eq!(counter.scan(&code).await, told(light, why), "{status} {reason:?}");
    }
}

async fn the_foot_says_what_is_the_matter() {
    let digits = "012345678901234567890123";
    let mut issuer = Issuer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let counter = issuer.terminal(folder.path());
    assert_eq!(counter.state().await["link"], "unasked");
    assert!(refresh(&counter.terminal).await);
    assert_eq!(counter.state().await["link"], "up");
    issuer.pull().await;
    issuer.pass(60);
    assert!(!refresh(&counter.terminal).await);
    assert_eq!(counter.state().await["link"], "down", "nobody had to scan for that");
    assert!(counter.get("/").await.contains("连不上发卡机构"));
    assert_eq!(counter.scan(digits).await, told("amber", "network"));
    issuer.plug().await;
    issuer.pass(60);
    assert!(refresh(&counter.terminal).await);
    tokio::time::timeout(std::time::Duration::from_secs(10), counter.terminal.comes_up())
        .await
        .expect("what waits hears that the cable is back");

    let folder = tempfile::tempdir().unwrap();
    let mistaken = issuer.terminal_of(folder.path(), Some("wrong"));
    assert!(refresh(&mistaken.terminal).await, "keys and lists are for everybody");
    assert_eq!(mistaken.state().await["link"], "refused", "before the first card");
    assert_eq!(mistaken.scan(digits).await, told("amber", "refused"));
    assert!(mistaken.get("/").await.contains("拒绝了本机的凭据"));

    let folder = tempfile::tempdir().unwrap();
    let alone = issuer.terminal_of(folder.path(), None);
    assert!(refresh(&alone.terminal).await);
    assert_eq!(alone.scan(digits).await, told("amber", "alone"));
    assert!(alone.get("/").await.contains("未配置凭据"));
}

async fn digits_may_be_typed_in_groups_and_mistyped() {
    let issuer = Issuer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let counter = issuer.terminal(folder.path());
    let grouped = counter.scan(" 0123 4567 8901 2345 6789 0123 ").await;
    assert_eq!(grouped, told("green", "valid"));
    assert_eq!(issuer.known.asked.lock().unwrap()[0]["qr"], "012345678901234567890123");
    *issuer.known.says.lock().unwrap() =
        json!({"active": false, "status": "unknown", "reason": "signature", "functions": []});
    assert_eq!(counter.scan("012345678901234567890124").await, told("red", "no-such-code"));
    assert_eq!(counter.scan(&issuer.code(5, 9)).await, told("red", "forged"));
}
