//! What an operator looks up and ends with `ecard grant`, and what the audit trail keeps of who
//! was not believed.

use super::kit::secured::command;
use super::kit::{Ask, Call, Partner, Walk, World, refused};
use crate::common::suite::Suite;
use ecard::domain::demo_story::Story;
use serde_json::Value;
use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;

pub(super) fn register(suite: &mut Suite) {
    tests!(suite;
        a_token_is_found_and_ended_by_its_jti,
        a_name_that_is_nobodys_ends_nothing_and_says_so,
        grants_are_found_by_person_subject_and_client,
        a_grant_is_ended_with_everything_and_the_partner_is_told,
        wrong_secrets_are_one_line_a_client,
        code_reuse_and_refresh_replay_leave_a_line);
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

/// `ecard grant …` on the world's own database and keys.
fn grant(world: &World, arguments: &[&str], input: &str) -> Ran {
    let config = &world.house.app.config;
    let mut command = command(world.house.t.folder.path());
    let mut child = command
        .args(["--database", &config.database, "--keys"])
        .arg(&config.keys)
        .arg("grant")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let done = child.wait_with_output().unwrap();
    Ran {
        code: done.status.code().unwrap_or(-1),
        out: String::from_utf8(done.stdout).unwrap(),
        err: String::from_utf8(done.stderr).unwrap(),
    }
}

fn found(world: &World, arguments: &[&str], input: &str) -> Vec<Value> {
    let all = [&["search", "--json"], arguments].concat();
    let ran = grant(world, &all, input);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

async fn follow(world: &World) {
    world.house.app.revocations.follow(&world.house.app.db).await.unwrap();
}

async fn a_token_is_found_and_ended_by_its_jti() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let given = world.lasting(&partner).await;
    let jti = world.open_token(given.access()).await.text("jti").to_owned();
    let shown = found(&world, &["--jti", &jti], "");
    assert_eq!(shown.len(), 1);
    assert_eq!(
        (shown[0]["client"].as_str(), shown[0]["state"].as_str()),
        (Some("basic"), Some("live"))
    );
    let line = shown[0]["lines"][0]["line"].as_str().unwrap().to_owned();
    assert!(jti.contains(&line));
    let ran = grant(&world, &["revoke", "--jti", &jti, "--note", "found in a log"], "");
    assert_eq!(ran.code, 0, "{}", ran.err);
    follow(&world).await;
    assert!(!world.is_active(&partner, given.access()).await);
    let fresh = Call::refresh(&partner, given.refresh()).send(&world).await;
    assert_eq!(fresh.status, 200, "the line goes on: {}", fresh.body);
    let id = shown[0]["grant"].as_str().unwrap();
    let whole = ["revoke", "--grant", id, "--line", &line, "--note", "device lost"];
    assert_eq!(grant(&world, &whole, "").code, 0);
    follow(&world).await;
    let access = fresh.json()["access_token"].as_str().unwrap().to_owned();
    assert!(!world.is_active(&partner, &access).await);
    refused(&Call::refresh(&partner, given.refresh()).send(&world).await, 400, "invalid_grant");
    for event in ["token.revoked", "line.revoked"] {
        assert_eq!(world.house.count(&format!("audit WHERE event = '{event}'")).await, 1);
    }
    assert_eq!(grant(&world, &["search", "--jti", "nonsense"], "").code, 1);
    assert_eq!(grant(&world, &["revoke", "--jti", &jti, "--note", " "], "").code, 1, "say why");
    assert_eq!(grant(&world, &["search"], "").code, 2, "whose?");
}

/// An operator who mistypes must not believe that a leaked token is dead.
async fn a_name_that_is_nobodys_ends_nothing_and_says_so() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let given = world.lasting(&partner).await;
    let jti = world.open_token(given.access()).await.text("jti").to_owned();
    let mut parts = jti.split('.');
    let (id, line, random) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let last = if jti.ends_with('A') { "B" } else { "A" };
    let mistyped = format!("{}{last}", &jti[..jti.len() - 1]);
    let cut = jti[..jti.len() - 1].to_owned();
    let elsewhere = format!("{id}.{}.{random}", "A".repeat(line.len()));
    for wrong in [&mistyped, &cut, &elsewhere] {
        // Twice: what was typed once is no evidence the second time.
        for _ in 0..2 {
            let ran = grant(&world, &["revoke", "--jti", wrong, "--note", "typo"], "");
            assert_eq!(ran.code, 1, "{wrong}: {}", ran.out);
            assert!(ran.err.contains("nothing was ended"), "{}", ran.err);
        }
    }
    let nobodys = "A".repeat(line.len());
    let ran = grant(&world, &["revoke", "--grant", id, "--line", &nobodys, "--note", "typo"], "");
    assert_eq!(ran.code, 1, "{}", ran.out);
    follow(&world).await;
    assert!(world.is_active(&partner, given.access()).await, "and the token lives");

    let right = ["revoke", "--jti", &jti, "--note", "found in a log"];
    assert_eq!(grant(&world, &right, "").code, 0);
    assert_eq!(grant(&world, &right, "").code, 1, "it has ended before");
    let ran = grant(&world, &["revoke", "--jti", "..AAAA", "--note", "a machine's"], "");
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("nobody can tell"), "{}", ran.out);
    let long = "x".repeat(501);
    assert_eq!(grant(&world, &["revoke", "--jti", &jti, "--note", &long], "").code, 1);
}

async fn grants_are_found_by_person_subject_and_client() {
    let world = World::open().await;
    let (one, two) = (Partner::basic("one"), Partner::basic("two"));
    let (one, two) = (world.add(one).await, world.add(two).await);
    let given = world.plain(&one).await;
    world.plain(&two).await;
    let mut other = world.house.holder(Story::RareCharacter).await;
    world.ask_in(&mut other, &one, &Ask::of(&one), Walk::ALLOW).await.code();
    let id = world.house.person(Story::Adult).id_number.as_str().to_owned();
    assert_eq!(found(&world, &["--citizen"], &id).len(), 2);
    assert_eq!(found(&world, &["--citizen", "--client", "two"], &id).len(), 1);
    assert_eq!(found(&world, &["--client", "one"], "").len(), 2);
    let sub = world.open_token(given.id_token()).await.text("sub").to_owned();
    let by_sub = found(&world, &["--client", "one", "--sub", &sub], "");
    assert_eq!(by_sub.len(), 1);
    assert!(found(&world, &["--client", "two", "--sub", "nobody"], "").is_empty());
    let text = grant(&world, &["search", "--client", "one"], "");
    assert!(text.out.starts_with("GRANT") && !text.out.contains(&id), "{}", text.out);
    assert_eq!(grant(&world, &["search", "--client", "nobody"], "").code, 1);
    assert_eq!(grant(&world, &["search", "--citizen"], "123").code, 1);
}

async fn a_grant_is_ended_with_everything_and_the_partner_is_told() {
    let world = World::open().await;
    let uri = "https://told.example/logout".to_owned();
    let partner = Partner::basic("told").with(|c| c.backchannel_logout_uri = Some(uri));
    let partner = world.add(partner).await;
    let given = world.lasting(&partner).await;
    let every = ["revoke", "--client", "told", "--note", "closed"];
    let ran = grant(&world, &every, "");
    assert_eq!(ran.code, 1, "a whole client needs --all");
    assert!(ran.err.contains("--all"), "{}", ran.err);
    let id = world.house.person(Story::Adult).id_number.as_str().to_owned();
    let ran = grant(&world, &["revoke", "--citizen", "--note", "court order 7"], &id);
    assert_eq!(ran.code, 0, "{}", ran.err);
    follow(&world).await;
    assert!(!world.is_active(&partner, given.access()).await);
    refused(&Call::refresh(&partner, given.refresh()).send(&world).await, 400, "invalid_grant");
    assert_eq!(world.house.count("grants WHERE state = 'ended'").await, 1);
    assert_eq!(world.house.count("logout_notices WHERE client = 'told'").await, 1);
    assert_eq!(world.house.count("audit WHERE event = 'grant.revoked'").await, 1);
    assert_eq!(
        world.house.count("consents WHERE recipient = 'told' AND state = 'granted'").await,
        0
    );
    // The command has the machine's clock, which is not this house's.
    world.house.pass(Duration::from_secs(100 * 365 * 24 * 3600));
    world.house.deliver().await;
    let texts = world.house.texts(&world.house.person(Story::Adult).registry_mobile.unwrap());
    assert!(texts.iter().any(|text| text.contains("已由本服务终止")), "the citizen hears of it");
    let again = grant(&world, &["revoke", "--citizen", "--note", "again"], &id);
    assert_eq!(again.code, 1, "nothing is in force");
}

async fn wrong_secrets_are_one_line_a_client() {
    let world = World::open().await;
    let partner = world.add(Partner::basic("basic")).await;
    let mut wrong = partner.clone();
    wrong.secret = "not-the-secret-of-anybody-here".to_owned();
    for _ in 0..20 {
        refused(&Call::introspect(&wrong, "x").send(&world).await, 401, "invalid_client");
    }
    let mut nobody = wrong.clone();
    nobody.client.client_id = "nobody".to_owned();
    refused(&Call::introspect(&nobody, "x").send(&world).await, 401, "invalid_client");
    ecard::jobs::tally::write_down(&world.house.app).await;
    ecard::jobs::tally::write_down(&world.house.app).await;
    let line = "SELECT body FROM audit WHERE event = 'client.refused'";
    let body: Value = serde_json::from_str(&world.house.t.text(line).await.unwrap()).unwrap();
    assert_eq!(body["client"], "basic");
    let count: u64 =
        body["reasons"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(count, 20);
    assert_eq!(world.house.count("audit WHERE event = 'client.refused'").await, 1, "no stranger");
}

async fn code_reuse_and_refresh_replay_leave_a_line() {
    let world = World::open().await;
    let native = world.add(Partner::native("native")).await;
    let given = world.lasting(&native).await;
    let next = Call::refresh(&native, given.refresh()).send(&world).await.json();
    let next = next["refresh_token"].as_str().unwrap().to_owned();
    let third = Call::refresh(&native, &next).send(&world).await;
    assert_eq!(third.status, 200, "{}", third.body);
    let third = third.json()["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(Call::refresh(&native, &third).send(&world).await.status, 200);
    refused(&Call::refresh(&native, given.refresh()).send(&world).await, 400, "invalid_grant");
    let basic = world.add(Partner::basic("basic")).await;
    let given = world.plain(&basic).await;
    let again = Call::code(&basic, &given.code, &given.ask).send(&world).await;
    refused(&again, 400, "invalid_grant");
    let ended = "audit WHERE event IN ('refresh.replayed', 'code.reused')";
    assert_eq!(world.house.count(ended).await, 2);
}
