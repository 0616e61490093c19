//! Web safety: headers, cookies, limits of size, and garbage.

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::answer::Answer;
use crate::common::house::walk::Step;
use crate::common::suite::Suite;
use axum::http::{HeaderName, Method, header};
use ecard::domain::demo_story::Story;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; every_page_says_what_browsers_may_do);
    both!(suite; under_https_cookies_are_secure_and_bound_to_the_host);
    both!(suite; a_login_gives_a_new_session_and_ends_the_old);
    both!(suite; leaving_ends_the_session);
    both!(suite; a_planted_session_is_not_adopted);
    both!(suite; unknown_pages_and_methods_are_told_in_both_languages_and_to_programs);
    both!(suite; garbage_never_breaks_a_step);
    both!(suite; nobody_is_sent_elsewhere_after_a_login);
}

fn assert_safe(answer: &Answer) {
    let at = &answer.at;
    let policy = answer.header(header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains("default-src 'none'"), "{at}: {policy}");
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{at}");
    assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{at}");
    assert_eq!(answer.header(header::REFERRER_POLICY), "no-referrer", "{at}");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{at}");
    for inline in [" style=", "<style", " onclick=", " onload=", "javascript:", "<script>"] {
        assert!(!answer.body.contains(inline), "{at}: {inline}");
    }
}

async fn every_page_says_what_browsers_may_do(t: TestDb) {
    let house = House::build(t).await;
    let mut browser = house.browser();
    browser.visit("/claim").await;
    for step in Step::ALL {
        let page = browser.get(step.path()).await;
        assert_safe(&page);
        assert!(!page.headers.contains_key(header::STRICT_TRANSPORT_SECURITY), "plain http");
        assert!(page.body.contains("<html lang=\"zh-CN\">"));
        assert_eq!(page.body.matches("<h1").count(), 1, "{step:?}");
        let gone = browser.submit(&page, &house.right(step, Story::Adult)).await;
        assert_safe(&gone);
    }
    for path in ["/", "/card", "/card/token", "/demo", "/demo/phone?number=13800000002", "/none"] {
        assert_safe(&browser.get(path).await);
    }
}

async fn under_https_cookies_are_secure_and_bound_to_the_host(t: TestDb) {
    let house = House::with(t, |c| c.issuer = Some("https://ecard.example".to_owned())).await;
    let mut browser = house.browser();
    let begun = browser.get("/claim").await;
    let cookie = begun.header(header::SET_COOKIE);
    assert!(cookie.starts_with("__Host-ecard_session="), "{cookie}");
    for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{attribute}: {cookie}");
    }
    assert!(!cookie.contains("Domain"), "host-only: {cookie}");
    assert!(begun.header(header::STRICT_TRANSPORT_SECURITY).contains("max-age="));
    let mut holder = house.holder(Story::Adult).await;
    assert_eq!(holder.get("/card").await.status, 200);
}

async fn a_login_gives_a_new_session_and_ends_the_old(t: TestDb) {
    let house = House::build(t).await;
    for path in ["/claim/login", "/login"] {
        let mut browser = house.at(Step::Login).await;
        let old = browser.clone();
        let page = browser.get(path).await;
        let gone = browser.submit(&page, &house.right(Step::Login, Story::RareCharacter)).await;
        assert_eq!(gone.status, 303, "{path}");
        let cookie = gone.header(header::SET_COOKIE);
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        assert_ne!(browser.cookies, old.cookies, "{path}");
        let mut thief = old;
        assert!(thief.get("/card").await.leads_to("/login"), "{path}");
        assert_eq!(thief.get("/card/token").await.status, 403, "{path}");
        assert_eq!(thief.get("/claim/real-name").await.status, 410, "{path}");
    }
}

async fn leaving_ends_the_session(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let mut kept = holder.clone();
    let card = holder.get("/card").await;
    assert_eq!(holder.post("/logout", &[]).await.status, 403, "not without the form's token");
    assert_eq!(holder.get("/card").await.status, 200);
    let fields = [("csrf", card.hidden_field("csrf"))];
    assert!(holder.post("/logout", &fields).await.leads_to("/"));
    assert!(holder.cookies.is_empty());
    assert!(kept.get("/card").await.leads_to("/login"), "the cookie is worth nothing now");
}

async fn a_planted_session_is_not_adopted(t: TestDb) {
    let house = House::build(t).await;
    let mut browser = house.browser();
    browser.cookies.insert("ecard_session".to_owned(), "planted-by-somebody".to_owned());
    browser.visit("/claim").await;
    assert_ne!(browser.cookies["ecard_session"], "planted-by-somebody");
}

async fn unknown_pages_and_methods_are_told_in_both_languages_and_to_programs(t: TestDb) {
    let house = House::build(t).await;
    let html = "text/html,application/xhtml+xml";
    for (language, lang) in [("zh-CN,zh;q=0.9", "zh-CN"), ("en-GB,en", "en")] {
        let mut browser = house.browser();
        browser.headers.push(("accept-language", language.to_owned()));
        browser.headers.push(("accept", html.to_owned()));
        let missing = browser.get("/no/such/page").await;
        assert_eq!((missing.status, missing.step()), (404, "error"));
        assert!(missing.body.contains(&format!("<html lang=\"{lang}\">")), "{language}");
        assert!(missing.tells("NOT_FOUND"), "{}", missing.main());
        let wrong = browser.send(Method::DELETE, "/claim/pin", "", vec![]).await;
        assert_eq!((wrong.status, wrong.step()), (405, "error"));
        assert!(wrong.tells("METHOD_NOT_ALLOWED"), "{}", wrong.main());
        assert!(!wrong.header(header::ALLOW).is_empty(), "RFC 9110 §15.5.6");
    }
    let mut program = house.browser();
    program.headers.push(("accept", "application/json".to_owned()));
    let missing = program.get("/no/such/page").await;
    assert_eq!(missing.header(header::CONTENT_TYPE), "application/problem+json");
    assert_eq!(missing.json()["code"], "NOT_FOUND");
    let reference = missing.header(HeaderName::from_static("x-reference")).to_owned();
    assert_eq!(missing.json()["reference"], reference);
    let wrong = program.get("/verify").await;
    assert_eq!((wrong.status, wrong.json()["code"].as_str().unwrap()), (405, "METHOD_NOT_ALLOWED"));
}

fn garbage() -> Vec<(&'static str, Vec<u8>)> {
    let form = "application/x-www-form-urlencoded";
    let parts = "multipart/form-data; boundary=x";
    let many = "a=1&".repeat(41).into_bytes();
    let fields = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n".repeat(41);
    vec![
        (form, b"%FF%FE=%C3%28&csrf=%00".to_vec()),
        (form, vec![0xff, 0xfe, 0x00, b'=', 0xc3]),
        (form, many),
        (form, "a=1&".repeat(100_000).into_bytes()),
        (form, b"&&&===&%".to_vec()),
        ("text/plain", b"decision=allow".to_vec()),
        ("", b"decision=allow".to_vec()),
        ("application/json", b"{\"decision\":\"allow\"}".to_vec()),
        ("multipart/form-data", b"--x".to_vec()),
        (parts, b"--x".to_vec()),
        (parts, b"nothing of the kind".to_vec()),
        (parts, b"--x\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--x--\r\n".to_vec()),
        (
            parts,
            b"--x\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n\xff\r\n--x--".to_vec(),
        ),
        (parts, format!("{fields}--x--\r\n").into_bytes()),
    ]
}

async fn garbage_never_breaks_a_step(t: TestDb) {
    let house = House::build(t).await;
    for step in Step::ALL {
        let mut browser = house.at(step).await;
        for (kind, body) in garbage() {
            let said =
                format!("{step:?} {kind} {}", String::from_utf8_lossy(&body[..body.len().min(40)]));
            let answer = browser.send(Method::POST, step.path(), kind, body).await;
            assert!([400, 403, 413, 415].contains(&answer.status), "{said}: {}", answer.status);
            assert_eq!(answer.step(), "error", "{said}");
        }
        for query in ["?lang=%FF", "?lang=../../etc", "?%00", "?lang=en&lang=zh", "?q=<script>"] {
            let answer = browser
                .get(&format!("{}{query}", step.path()).replace('<', "%3C").replace('>', "%3E"))
                .await;
            assert!(answer.status == 200 || answer.status == 429, "{step:?} {query}");
            assert!(!answer.body.contains("<script>"), "{query}");
        }
        assert_eq!(browser.visit("/claim").await.step(), step.word());
        house.pass(std::time::Duration::from_secs(61));
    }
}

async fn nobody_is_sent_elsewhere_after_a_login(t: TestDb) {
    let house = House::build(t).await;
    for next in ["//evil.example", "https://evil.example/", "/\\evil.example"] {
        let mut browser = house.browser();
        let page = browser.get(&format!("/login?next={next}").replace('\\', "%5C")).await;
        let mut fields = house.right(Step::Login, Story::Adult);
        fields.push(("next", next.to_owned()));
        let gone = browser.submit(&page, &fields).await;
        assert!(gone.leads_to("/card"), "{next}: {}", gone.location());
    }
}
