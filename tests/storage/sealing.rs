//! What lies in the database is worthless without the keys folder.

use crate::common::db::{Kind, TestDb};
use crate::common::suite::Suite;
use ecard::domain::ids::{CitizenId, MessageId, Reference};
use ecard::domain::mobile_number::MobileNumber;
use ecard::domain::secret::Secret;
use ecard::domain::time::Timestamp;
use ecard::storage::DbError;
use ecard::storage::audit::{self, AuditEvent};
use ecard::storage::outbox::{self, NewMessage};
use ecard::storage::vault::{Place, Purpose, VaultError, citizen};
use serde_json::json;
use std::sync::Arc;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; a_citizens_key_in_another_row_is_refused, a_citizens_key_is_made_once);
    tests!(suite; the_database_file_shows_no_personal_data);
}

const PERSONAL: [&str; 4] = ["11010119900307002X", "王䶮", "13800001234", "123456"];

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

async fn write_personal_data(t: &TestDb) {
    let vault = Arc::clone(&t.vault);
    let work = t.db.write(move |tx| {
        Box::pin(async move {
            let now = Timestamp::from_epoch_seconds(1_800_000_000);
            let message = NewMessage {
                id: &MessageId::from_random([1; 16]),
                purpose: "canary-purpose",
                to: &MobileNumber::parse("13800001234").unwrap(),
                text: &Secret::new("123456"),
                expires_at: None,
            };
            outbox::queue(tx, &vault, message, now);
            let event = AuditEvent {
                at: now,
                event: "canary-event",
                reference: &Reference::from_random([0; 10]),
                body: json!({ "name": "王䶮", "id_number": "11010119900307002X" }),
            };
            let citizen = CitizenId::from_random([1; 16]);
            audit::append(tx, &vault, Some(&citizen), &[event]).await
        })
    });
    work.await.unwrap();
}

async fn the_database_file_shows_no_personal_data() {
    let t = TestDb::create(Kind::Sqlite).await;
    write_personal_data(&t).await;
    let read_all = || {
        let files = t.files().unwrap().into_iter();
        files.flat_map(|file| std::fs::read(file).unwrap()).collect::<Vec<u8>>()
    };
    for bytes in [read_all(), {
        t.db.close().await;
        read_all()
    }] {
        // The search finds what is stored in clear, before it is believed about the rest.
        assert!(holds(&bytes, "canary-purpose") && holds(&bytes, "canary-event"));
        for text in PERSONAL {
            assert!(!holds(&bytes, text), "{text} in clear");
        }
        assert!(!holds(&bytes, &t.vault.index(Purpose::IdNumber, PERSONAL[0])[..20]));
    }
}

async fn a_citizens_key_in_another_row_is_refused(t: TestDb) {
    let vault = Arc::clone(&t.vault);
    let work = t.db.write(move |tx| {
        Box::pin(async move {
            for n in [1, 2] {
                citizen::citizen_key(tx, &vault, &CitizenId::from_random([n; 16])).await?;
            }
            Ok::<_, DbError>(())
        })
    });
    work.await.unwrap();
    let (one, two) = (CitizenId::from_random([1; 16]), CitizenId::from_random([2; 16]));
    t.sql(&format!(
        "UPDATE citizen_keys SET sealed_key = \
         (SELECT sealed_key FROM citizen_keys WHERE citizen = '{two}') WHERE citizen = '{one}'"
    ))
    .await;
    let vault = Arc::clone(&t.vault);
    let read = t.db.read(move |tx| {
        Box::pin(async move { citizen::find_citizen_key(tx, &vault, &one).await.map(|_| ()) })
    });
    assert_eq!(
        read.await,
        Err(DbError::other("a citizen's key: the sealed value was changed or moved"))
    );
}

async fn a_citizens_key_is_made_once(t: TestDb) {
    let place = Place { table: "t", column: "c", row: "1" };
    let citizen = |n| CitizenId::from_random([n; 16]);
    let vault = Arc::clone(&t.vault);
    let work = t.db.write(move |tx| {
        Box::pin(async move {
            let sealed = citizen::citizen_key(tx, &vault, &citizen(1)).await?;
            let sealed = sealed.seal(&vault, place, b"x");
            let again = citizen::citizen_key(tx, &vault, &citizen(1)).await?;
            let other = citizen::citizen_key(tx, &vault, &citizen(2)).await?;
            let opened = again.unseal(place, sealed.as_str()).map(|plain| plain.to_vec());
            let refused = other.unseal(place, sealed.as_str()).map(|plain| plain.to_vec());
            Ok::<_, DbError>((opened, refused))
        })
    });
    assert_eq!(work.await.unwrap(), (Ok(b"x".to_vec()), Err(VaultError::Refused)));
}
