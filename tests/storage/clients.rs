//! A client's secrets are its own.

use crate::common::db::TestDb;
use crate::common::suite::Suite;
use ecard::domain::time::Timestamp;
use ecard::storage::DbError;
use ecard::storage::clients::{self, ClientRow, SecretRow};

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; two_clients_may_hold_the_same_secret, a_secret_given_again_is_in_force_again);
}

const NOW: Timestamp = Timestamp::from_epoch_seconds(1_795_399_200);

async fn client(t: &TestDb, id: &str) {
    let row = ClientRow {
        id: id.to_owned(),
        body: "{}".to_owned(),
        state: "active".to_owned(),
        created_at: NOW,
    };
    let work = t.db.write::<_, DbError, _>(move |tx| {
        let row = row.clone();
        Box::pin(async move { clients::insert(tx, &row).await })
    });
    assert!(work.await.unwrap());
}

async fn give(t: &TestDb, client: &str, digest: &str) {
    let (client, digest) = (client.to_owned(), digest.to_owned());
    let work = t.db.write::<_, DbError, _>(move |tx| {
        let (client, digest) = (client.clone(), digest.clone());
        Box::pin(async move { clients::add_secret(tx, &client, &digest, None, NOW).await })
    });
    work.await.unwrap();
}

async fn held(t: &TestDb, client: &str) -> Vec<SecretRow> {
    let client = client.to_owned();
    let work = t.db.read::<_, DbError, _>(move |tx| {
        let client = client.clone();
        Box::pin(async move { clients::secrets(tx, &client).await })
    });
    work.await.unwrap()
}

async fn two_clients_may_hold_the_same_secret(t: TestDb) {
    for id in ["one", "other"] {
        client(&t, id).await;
        give(&t, id, "same").await;
    }
    for id in ["one", "other"] {
        assert_eq!(held(&t, id).await.len(), 1, "{id}");
    }
}

async fn a_secret_given_again_is_in_force_again(t: TestDb) {
    client(&t, "one").await;
    give(&t, "one", "same").await;
    let work = t.db.write::<_, DbError, _>(|tx| {
        Box::pin(async move { clients::end_secrets(tx, "one", NOW).await })
    });
    work.await.unwrap();
    assert_eq!(held(&t, "one").await[0].expires_at, Some(NOW));
    give(&t, "one", "same").await;
    let secrets = held(&t, "one").await;
    assert_eq!((secrets.len(), secrets[0].expires_at), (1, None));
}
