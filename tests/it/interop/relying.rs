//! The examples for relying services, in other languages, against a running service: what they are
//! shown is good, then reported lost, then nonsense, then nobody can tell.

use super::citizen;
use crate::browser::site::Site;
use crate::common::forger::{Forger, claims_of};
use crate::common::house::browser::{Browser, escape};
use crate::common::needs::Needs;
use crate::common::runtimes::{Programs, Runtime};
use crate::common::suite::Suite;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ecard::crypto::sha256;
use ecard::demo_data;
use ecard::domain::client::{Client, ClientAuth, GrantType};
use ecard::domain::demo_story::Story;
use ecard::domain::scope::ScopeSet;
use serde_json::Value;
use std::io::Write as _;
use std::process::Stdio;

/// Which mistakes they are tried on: each try starts a program.
const SHOWN: [u8; 4] = [2, 4, 7, 9];

/// What a program says of what it is shown: by itself, by asking, and its exit code.
type Said = (String, String, i32);

pub(crate) fn register(suite: &mut Suite) {
    needs!(suite, Needs::Node; the_example_in_node_knows_a_good_card);
    needs!(suite, Needs::Python; the_example_in_python_knows_a_good_card);
    needs!(suite, Needs::Java; the_example_in_java_knows_a_good_card);
}

async fn the_example_in_node_knows_a_good_card() {
    tries(Runtime::Node, "verify.mjs").await;
}

async fn the_example_in_python_knows_a_good_card() {
    tries(Runtime::Python, "verify.py").await;
}

async fn the_example_in_java_knows_a_good_card() {
    tries(Runtime::Java, "Verify.java").await;
}

async fn tries(runtime: Runtime, program: &'static str) {
    Programs::RelyingService.install(runtime).unwrap_or_else(|why| panic!("{why}"));
    let site = Site::start().await;
    let person = site.person(Story::Adult);
    let mut holder = citizen::hold_a_card(&site, &person).await;
    let token = holder.get("/card/token").await.body;
    let shop = partner_token(&site, &mut holder).await;
    let hospital = demo_data::secret(&site.app, demo_data::HOSPITAL).unwrap().expose().to_owned();
    let desk = |id: &str, secret: &str, token: String| {
        let (url, id, secret) = (site.url.clone(), id.to_owned(), secret.to_owned());
        tokio::task::spawn_blocking(move || run(runtime, program, &url, (&id, &secret), &token))
    };
    let show =
        async |token: &str| desk(demo_data::HOSPITAL, &hospital, token.into()).await.unwrap();
    let show_shop = async || desk(SHOP, SECRET, shop.clone()).await.unwrap();

    assert_eq!(show(&token).await, said("valid", "valid", 0));
    assert_eq!(show(&shop).await, said("invalid", "invalid", 1), "made for somebody else");
    assert_eq!(show_shop().await, said("valid", "valid", 0));
    assert_eq!(show(&forged(&token)).await, said("invalid", "invalid", 1));
    assert_eq!(show("nonsense").await, said("invalid", "invalid", 1));
    let (forger, claims) = (Forger::of(&site.app.config.keys), claims_of(&token));
    assert_eq!(show(&forger.honest(&claims)).await, said("valid", "valid", 0));
    for hostile in forger.hostile(&claims).iter().filter(|one| SHOWN.contains(&one.mistake)) {
        let answer = show(&hostile.token).await;
        assert_eq!(answer, said("invalid", "invalid", 1), "{} {}", hostile.mistake, hostile.what);
    }
    for needed in ["status", "functions"] {
        let mut less = claims.clone();
        less.as_object_mut().unwrap().remove(needed);
        let answer = show(&forger.honest(&less)).await;
        assert_eq!(answer, said("invalid", "invalid", 1), "without {needed}");
    }
    asked_wrongly(runtime, program).await;

    withdraw(&mut holder).await;
    assert_eq!(show_shop().await, said("invalid", "invalid", 1), "the grant was withdrawn");
    assert_eq!(show(&token).await, said("valid", "valid", 0), "and the card stands");

    lose(&mut holder).await;
    assert_eq!(show(&token).await, said("invalid", "invalid", 1), "the card was reported lost");

    site.stop().await;
    let nobody = tokio::task::spawn_blocking(move || {
        run(runtime, program, "http://127.0.0.1:1", (demo_data::HOSPITAL, &hospital), &token)
    });
    assert_eq!(nobody.await.unwrap(), said("unknown", "unknown", 2), "never valid");
}

async fn asked_wrongly(runtime: Runtime, program: &'static str) {
    let usage = tokio::task::spawn_blocking(move || {
        let run = Programs::RelyingService
            .command(runtime, program)
            .env_remove("ECARD_CLIENT_ID")
            .output();
        run.unwrap().status.code()
    });
    assert_eq!(usage.await.unwrap(), Some(2), "asked wrongly is not refused");
}

fn said(local: &str, online: &str, exit: i32) -> Said {
    (local.to_owned(), online.to_owned(), exit)
}

fn run(
    runtime: Runtime,
    program: &str,
    issuer: &str,
    (id, secret): (&str, &str),
    token: &str,
) -> Said {
    let mut child = Programs::RelyingService
        .command(runtime, program)
        .arg(issuer)
        .env("ECARD_CLIENT_ID", id)
        .env("ECARD_CLIENT_SECRET", secret)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the need was checked");
    child.stdin.take().expect("piped").write_all(token.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let out = String::from_utf8(done.stdout).unwrap();
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said = |way: &str| {
        let line = lines.iter().find(|line| line["way"] == way);
        let line = line.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&done.stderr)));
        line["verdict"].as_str().unwrap().to_owned()
    };
    assert!(!out.contains(token), "nothing of a card is written");
    (said("local"), said("online"), done.status.code().unwrap())
}

/// The same token with another signature.
fn forged(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    bytes[10] ^= 1;
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(bytes))
}

const SHOP: &str = "example-shop";
const SECRET: &str = "the-secret-of-the-example-shop";
const REDIRECT: &str = "https://shop.example/cb";
const VERIFIER: &str = "a-verifier-of-forty-three-letters-at-the-very-least";

/// The card token of a partner the holder allows.
async fn partner_token(site: &Site, holder: &mut Browser) -> String {
    let mut client = Client::new(SHOP, "示例商店", ClientAuth::ClientSecretBasic);
    client.legal_entity = Some("示例商店有限公司".to_owned());
    client.redirect_uris = vec![REDIRECT.to_owned()];
    client.scope = ScopeSet::parse("openid ecard");
    client.grant_types = vec![GrantType::AuthorizationCode];
    super::errand::register(&site.app, &client, Some(SECRET)).await;
    let challenge = URL_SAFE_NO_PAD.encode(sha256(VERIFIER.as_bytes()));
    let page = holder
        .visit(&format!(
            "/oauth/authorize?client_id={SHOP}&response_type=code&redirect_uri={}&scope=openid%20ecard\
             &nonce=n&code_challenge={challenge}&code_challenge_method=S256",
            escape(REDIRECT)
        ))
        .await;
    let done = holder.submit(&page, &[("decision", "allow".into())]).await;
    let code = done.location().split("code=").nth(1).unwrap().split('&').next().unwrap();
    let mut program = Browser::new(ecard::router(site.app.clone()));
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{SHOP}:{SECRET}"));
    program.headers.push(("authorization", format!("Basic {basic}")));
    let answer = program
        .post(
            "/oauth/token",
            &[
                ("grant_type", "authorization_code".to_owned()),
                ("redirect_uri", REDIRECT.to_owned()),
                ("code", code.to_owned()),
                ("code_verifier", VERIFIER.to_owned()),
            ],
        )
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["ecard_token"].as_str().unwrap().to_owned()
}

/// Takes back what was allowed.
async fn withdraw(holder: &mut Browser) {
    let page = holder.visit("/grants").await;
    let done = holder.submit(&page, &[]).await;
    assert_eq!(done.status, 303, "{}", done.main());
}

/// Reports the card lost for the time being.
async fn lose(holder: &mut Browser) {
    let page = holder.visit("/card/loss").await;
    let done = holder.submit(&page, &[("report_loss", "temporary".into())]).await;
    assert_eq!(done.status, 303, "{}", done.main());
}
