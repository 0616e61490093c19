//! `POST /verify`: is this card good, now, for this?

use super::kit::{a_token, as_client, ask, hospital};
use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::suite::Suite;
use axum::http::header;
use ecard::demo_data::HOSPITAL;
use ecard::domain::assurance::Acr;
use ecard::domain::citizen::CardType;
use ecard::domain::ids::CardId;
use ecard::domain::status::{StatusReference, StatusValue};
use ecard::storage::{DbError, clients, status};
use ecard::token::card::{Authentication, CARD_TOKEN_TYPE, CardClaim, CardFacts, holder_token};
use futures_util::future::join_all;
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; a_good_card_is_active_and_the_look_is_audited);
    both!(suite; whoever_is_not_a_client_is_turned_away);
    both!(suite; what_is_not_genuine_is_refused_with_its_reason);
    both!(suite; a_status_change_counts_at_once_on_every_instance);
    both!(suite; functions_are_permitted_by_the_token_alone);
    both!(suite; of_many_at_once_each_has_its_own_answer_and_record);
}

async fn a_good_card_is_active_and_the_look_is_audited(t: TestDb) {
    let house = House::build(t).await;
    let token = a_token(&house).await;
    let mut client = hospital(&house).await;
    let fields = [("token", token), ("function", "medical.settle".to_owned())];
    let first = ask(&mut client, &fields).await.json();
    assert_eq!((first["active"].as_bool(), first["status"].as_str()), (Some(true), Some("valid")));
    assert!(first.get("reason").is_none() && first["holder_bound"] == false);
    assert_eq!(first["functions"].as_array().unwrap().len(), 7);
    let again = ask(&mut client, &fields[..1]).await.json();
    assert_eq!(again["sub"], first["sub"], "the same holder to the same service");
    assert!(first["checked_at"].is_i64() || first["checked_at"].is_string());
    assert_eq!(house.count("audit WHERE event = 'card.verified'").await, 2);
}

async fn whoever_is_not_a_client_is_turned_away(t: TestDb) {
    let house = House::build(t).await;
    let token = a_token(&house).await;
    let fields = [("token", token)];
    let strangers = [
        house.browser(),
        as_client(&house, HOSPITAL, "wrong"),
        as_client(&house, HOSPITAL, ""),
        as_client(&house, "nobody", "secret"),
    ];
    for mut stranger in strangers {
        let answer = stranger.post("/verify", &fields).await;
        assert_eq!(answer.status, 401);
        assert!(answer.header(header::WWW_AUTHENTICATE).starts_with("Basic"));
        assert_eq!(answer.json()["error"], "invalid_client");
    }
    let mut client = hospital(&house).await;
    let twice = [fields[0].clone(), ("qr", "1".to_owned())];
    for both_or_neither in [&[][..], &twice] {
        let answer = client.post("/verify", both_or_neither).await;
        assert_eq!((answer.status, &answer.json()["error"]), (400, &"invalid_request".into()));
    }
    let unknown = [fields[0].clone(), ("function", "rule.the-world".to_owned())];
    let refused = client.post("/verify", &unknown).await;
    assert_eq!((refused.status, &refused.json()["active"]), (200, &false.into()));
    assert_eq!(refused.json()["reason"], "function_refused");
    let now = house.now();
    let done = house.app.db.write::<_, DbError, _>(move |tx| {
        Box::pin(async move { clients::disable(tx, HOSPITAL, now).await })
    });
    assert!(done.await.unwrap());
    house.app.revocations.follow(&house.app.db).await.unwrap();
    assert_eq!(client.post("/verify", &fields).await.status, 401);
}

fn facts(house: &House) -> CardFacts {
    CardFacts {
        card: CardClaim {
            no_masked: "A1******1".to_owned(),
            region: "110100".to_owned(),
            card_type: CardType::Adult,
        },
        functions: vec![],
        status: StatusReference { idx: 1, uri: house.app.status.uri(0) },
    }
}

fn signed(house: &House, issuer: &str) -> String {
    let authentication = Authentication { acr: Acr::Face, amr: vec![], auth_time: house.now() };
    let claims = holder_token(issuer, facts(house), authentication, [7; 32], house.now());
    house.app.keys.sign(CARD_TOKEN_TYPE, &claims, house.now()).unwrap()
}

async fn what_is_not_genuine_is_refused_with_its_reason(t: TestDb) {
    let house = House::build(t).await;
    let token = a_token(&house).await;
    let mut client = hospital(&house).await;
    let (rest, signature) = token.rsplit_once('.').unwrap();
    let turned: String = signature.chars().rev().collect();
    let (head, body) = rest.split_once('.').unwrap();
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiZWNhcmQrand0In0.{body}.");
    let other = house.app.keys.sign("at+jwt", &serde_json::json!({}), house.now()).unwrap();
    let cases = [
        (format!("{rest}.{turned}"), "signature"),
        (format!("{head}.{body}x.{signature}"), "signature"),
        (unsigned, "signature"),
        ("no token at all".to_owned(), "signature"),
        (other, "type"),
        (signed(&house, "https://elsewhere.example"), "issuer"),
    ];
    for (shown, reason) in cases {
        let answer = ask(&mut client, &[("token", shown.clone())]).await.json();
        assert_eq!(answer["active"], false, "{shown}");
        assert_eq!((&answer["status"], &answer["reason"]), (&"unknown".into(), &reason.into()));
        assert!(answer.get("sub").is_none() && answer["functions"] == serde_json::json!([]));
    }
    let unknown = ask(&mut client, &[("token", signed(&house, &house.app.issuer))]).await.json();
    assert_eq!(unknown["active"], false, "an entry that was never given out");
    house.pass(Duration::from_secs(301));
    let late = ask(&mut client, &[("token", token)]).await.json();
    assert_eq!((&late["active"], &late["reason"]), (&false.into(), &"expired".into()));
}

async fn set_status(house: &House, value: StatusValue) {
    let card = CardId::from_stored(house.t.text("SELECT id FROM cards").await.unwrap());
    let now = house.now();
    let work = house
        .t
        .db
        .write(move |tx| Box::pin(async move { status::log_card(tx, &card, value, now).await }));
    work.await.unwrap();
}

async fn a_status_change_counts_at_once_on_every_instance(t: TestDb) {
    let house = House::build(t).await;
    let token = a_token(&house).await;
    let mut here = hospital(&house).await;
    let mut there = here.clone();
    let other = house.another_app().await;
    there.router = ecard::router(other.clone());
    let fields = [("token", token)];
    for (value, word) in [
        (StatusValue::Valid, "valid"),
        (StatusValue::Suspended, "suspended"),
        (StatusValue::Valid, "valid"),
        (StatusValue::Invalid, "ended"),
    ] {
        set_status(&house, value).await;
        // What wrote it follows at once; beside its requests every instance does so by itself.
        house.app.follow().await.unwrap();
        other.follow().await.unwrap();
        for client in [&mut here, &mut there] {
            let answer = ask(client, &fields).await.json();
            assert_eq!(answer["status"], word);
            assert_eq!(answer["active"], word == "valid", "{word}");
            let refused =
                answer["reason"] == "revoked" && answer["functions"] == serde_json::json!([]);
            assert_eq!(refused, word != "valid", "{word}: {answer}");
        }
    }
}

async fn functions_are_permitted_by_the_token_alone(t: TestDb) {
    let house = House::build(t).await;
    a_token(&house).await;
    let place =
        house.t.text("SELECT CAST(list AS TEXT) || '/' || CAST(idx AS TEXT) FROM status_entries");
    let place = place.await.unwrap();
    let (list, index) = place.split_once('/').unwrap();
    let mut limited = facts(&house);
    limited.functions = vec!["transit.ride".parse().unwrap()];
    limited.status = StatusReference {
        idx: index.parse().unwrap(),
        uri: house.app.status.uri(list.parse().unwrap()),
    };
    let authentication = Authentication { acr: Acr::Face, amr: vec![], auth_time: house.now() };
    let issuer = house.app.issuer.clone();
    let claims = holder_token(&issuer, limited, authentication, [7; 32], house.now());
    let token = house.app.keys.sign(CARD_TOKEN_TYPE, &claims, house.now()).unwrap();
    let mut client = hospital(&house).await;
    for (function, permitted) in [("transit.ride", true), ("medical.settle", false)] {
        let fields = [("token", token.clone()), ("function", function.to_owned())];
        let answer = ask(&mut client, &fields).await.json();
        assert_eq!(answer["active"], permitted, "{answer}");
        assert_eq!(answer["status"], "valid");
        assert_eq!(answer["reason"] == "function_refused", !permitted, "{answer}");
    }
}

/// Some give up before their answer: the others have theirs all the same.
async fn of_many_at_once_each_has_its_own_answer_and_record(t: TestDb) {
    let house = House::build(t).await;
    let (token, hospital) = (a_token(&house).await, hospital(&house).await);
    let checks = (0..150).map(|n| {
        let mut client = hospital.clone();
        let function = if n % 2 == 0 { "medical.settle" } else { "rule.the-world" };
        let fields = [("token", token.clone()), ("function", function.to_owned())];
        async move {
            if n % 10 == 9 {
                let gone = Duration::from_micros(50);
                let _ = tokio::time::timeout(gone, ask(&mut client, &fields)).await;
                return;
            }
            let answer = ask(&mut client, &fields).await.json();
            assert_eq!(answer["active"], n % 2 == 0, "{n}");
            assert_eq!(answer.get("reason").is_some(), n % 2 != 0, "{n}");
        }
    });
    join_all(checks).await;
    let answered = house.count("audit WHERE event = 'card.verified'").await;
    assert!((135..=150).contains(&answered), "{answered}");
}
