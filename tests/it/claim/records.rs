//! What a claim leaves behind: consents, an audit that verifies and can be forgotten, messages.

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::suite::Suite;
use ecard::domain::demo_story::Story;
use ecard::domain::ids::CitizenId;
use ecard::storage::audit::{self, AuditRecord, LANES};
use ecard::storage::vault::citizen;
use std::sync::Arc;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; a_claim_is_audited_step_by_step);
    both!(suite; a_forgotten_citizen_leaves_a_chain_that_stands);
    both!(suite; both_consents_are_kept_with_their_texts);
    both!(suite; the_holder_is_told_of_the_card_once);
}

async fn of_holder(house: &House) -> (CitizenId, Vec<AuditRecord>) {
    let id = house.t.text("SELECT id FROM citizens").await.unwrap();
    let citizen = CitizenId::from_stored(id);
    let (vault, whose) = (Arc::clone(&house.app.vault), citizen.clone());
    let read = house.t.db.read(move |tx| {
        Box::pin(async move { audit::of_citizen(tx, &vault, &whose, None, 100).await })
    });
    (citizen, read.await.unwrap())
}

async fn every_lane_stands(house: &House) {
    for lane in 0..LANES {
        let read = house.t.db.read(move |tx| Box::pin(audit::verify_chain(tx, lane)));
        read.await.unwrap();
    }
}

async fn a_claim_is_audited_step_by_step(t: TestDb) {
    let house = House::build(t).await;
    house.holder(Story::Adult).await;
    let expected = [
        "claim.consented",
        "login.succeeded",
        "claim.named",
        "claim.face_consented",
        "claim.face_matched",
        "claim.code_sent",
        "claim.activated",
        "card.issued",
    ];
    for event in expected {
        assert_eq!(house.count(&format!("audit WHERE event = '{event}'")).await, 1, "{event}");
    }
    assert_eq!(house.count("audit").await, 8);
    let one_reference = "SELECT CAST(count(DISTINCT reference) AS TEXT) FROM audit";
    assert_eq!(house.t.text(one_reference).await.unwrap(), "1", "the claim's own");
    every_lane_stands(&house).await;
    let (_, records) = of_holder(&house).await;
    let issued = records.iter().find(|r| r.event == "card.issued").unwrap();
    assert_eq!(issued.body.as_ref().unwrap()["proof"]["by"], "face");
    house.t.sql("UPDATE audit SET body = 'x' WHERE event = 'card.issued'").await;
    let mut broken = 0;
    for lane in 0..LANES {
        let read = house.t.db.read(move |tx| Box::pin(audit::verify_chain(tx, lane)));
        broken += usize::from(read.await.is_err());
    }
    assert_eq!(broken, 1, "a changed row is noticed");
}

async fn a_forgotten_citizen_leaves_a_chain_that_stands(t: TestDb) {
    let house = House::build(t).await;
    house.holder(Story::Adult).await;
    let (whose, before) = of_holder(&house).await;
    assert!(before.len() >= 4 && before.iter().all(|record| record.body.is_some()));
    let work =
        house.t.db.write(move |tx| Box::pin(async move { citizen::forget(tx, &whose).await }));
    work.await.unwrap();
    let (_, after) = of_holder(&house).await;
    assert_eq!(after.len(), before.len());
    assert!(after.iter().all(|record| record.body.is_none()));
    every_lane_stands(&house).await;
}

async fn both_consents_are_kept_with_their_texts(t: TestDb) {
    let house = House::build(t).await;
    house.holder(Story::Adult).await;
    for (purpose, fields) in
        [("service", "name id_number mobile physical_card insurance"), ("face", "face_image")]
    {
        let row = format!(
            "consents c JOIN citizens p ON p.id = c.citizen WHERE purpose = '{purpose}' AND \
             state = 'granted' AND fields = '{fields}' AND text_version LIKE '{purpose}-%' AND \
             granted_at = {}",
            house.now().epoch_seconds()
        );
        assert_eq!(house.count(&row).await, 1, "{purpose}");
    }
    assert_eq!(house.count("consents").await, 2);
}

async fn the_holder_is_told_of_the_card_once(t: TestDb) {
    let house = House::build(t).await;
    house.holder(Story::Adult).await;
    for _ in 0..3 {
        house.deliver().await;
    }
    let texts = house.texts(&house.person(Story::Adult).registry_mobile.unwrap());
    assert_eq!(texts.len(), 2, "the code and the notice");
    let notice = "【电子社保卡】您的电子社保卡已领取成功。如非本人操作,请致电12333。";
    assert_eq!(texts[0], notice);
    assert!(texts.iter().all(|text| !text.contains("http")), "no links");
    assert_eq!(house.count("outbox WHERE state <> 'sent'").await, 0);
    assert_eq!(house.count("outbox WHERE body <> ''").await, 0, "nothing is kept of what was sent");
}
