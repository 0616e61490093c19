//! Device codes at the token endpoint.

use super::kit::{Scene, error, refused};
use crate::common::db::TestDb;
use crate::common::house::answer::Answer;
use crate::common::suite::Suite;
use ecard::app::Fault;
use ecard::auth::context::LoginContext;
use ecard::auth::device::{DeviceAllowed, DeviceBody, device_digest};
use ecard::domain::scope::ScopeSet;
use ecard::storage::device_codes::{self, DeviceRow, DeviceState};
use std::time::Duration;

pub(crate) fn register(suite: &mut Suite) {
    both!(
        suite;
        a_device_waits_and_gets_its_tokens_once,
        a_device_that_was_refused_or_came_too_late_gets_none,
    );
}

const CODE: &str = "a-device-code";

async fn begin(s: &Scene) {
    let app = s.house.app.clone();
    let body =
        DeviceBody { scope: ScopeSet::parse("openid ecard"), resources: Vec::new(), allowed: None };
    let row = DeviceRow {
        digest: device_digest(&app, CODE),
        user_digest: "u".to_owned(),
        client: "app".to_owned(),
        state: DeviceState::Pending,
        body: serde_json::to_string(&body).unwrap(),
        interval_s: 5,
        created_at: s.house.now(),
        expires_at: s.house.now() + Duration::from_secs(600),
    };
    let work = app.db.write::<_, Fault, _>(move |tx| {
        Box::pin(async move { Ok(device_codes::insert(tx, &row).await?) })
    });
    assert!(work.await.unwrap());
}

async fn decide(s: &Scene, approved: bool) {
    let body = DeviceBody {
        scope: ScopeSet::parse("openid ecard"),
        resources: Vec::new(),
        allowed: Some(DeviceAllowed {
            grant: s.grant.id.clone(),
            citizen: s.grant.citizen.clone(),
            card: s.grant.card.clone(),
            context: LoginContext::password(s.house.now()),
        }),
    };
    let (body, now) = (serde_json::to_string(&body).unwrap(), s.house.now());
    let work = s.house.app.db.write::<_, Fault, _>(move |tx| {
        Box::pin(async move { Ok(device_codes::decide(tx, "u", approved, &body, now).await?) })
    });
    assert!(work.await.unwrap());
}

async fn poll_as(s: &Scene, client: &str) -> Answer {
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code".to_owned()),
        ("device_code", CODE.to_owned()),
    ];
    s.ask_as(client, "/oauth/token", &fields).await
}

async fn poll(s: &Scene) -> Answer {
    poll_as(s, "app").await
}

async fn a_device_waits_and_gets_its_tokens_once(t: TestDb) {
    let s = Scene::confidential(t).await;
    assert_eq!(error(&poll(&s).await), refused("invalid_grant"), "unknown");
    begin(&s).await;
    assert_eq!(error(&poll(&s).await), refused("authorization_pending"));
    assert_eq!(error(&poll(&s).await), refused("slow_down"));
    s.house.pass(Duration::from_secs(10));
    assert_eq!(error(&poll(&s).await), refused("authorization_pending"));
    assert_eq!(error(&poll_as(&s, "other").await), refused("invalid_grant"));
    decide(&s, true).await;
    let tokens = poll(&s).await.json();
    assert!(tokens["id_token"].is_string() && tokens["ecard_token"].is_string(), "{tokens}");
    assert!(s.is_active(tokens["access_token"].as_str().unwrap()).await);
    assert_eq!(error(&poll(&s).await), refused("invalid_grant"), "once");
}

async fn a_device_that_was_refused_or_came_too_late_gets_none(t: TestDb) {
    let s = Scene::confidential(t).await;
    begin(&s).await;
    decide(&s, false).await;
    assert_eq!(error(&poll(&s).await), refused("access_denied"));
    s.house.t.sql("UPDATE device_codes SET state = 'approved'").await;
    s.house.pass(Duration::from_secs(600));
    assert_eq!(error(&poll(&s).await), refused("expired_token"));
}
