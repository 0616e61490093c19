//! Every statement is read by both databases.

use crate::common::db::TestDb;
use crate::common::suite::Suite;
use ecard::storage::{DbError, Tx, all_statements};
use sqlx::{Executor as _, SqlSafeStr as _};

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; every_statement_prepares, migrating_twice_changes_nothing);
}

async fn every_statement_prepares(t: TestDb) {
    let statements = all_statements();
    assert!(statements.len() > 20);
    let work = t.db.write(move |tx| {
        Box::pin(async move {
            for sql in statements {
                let prepared = match tx {
                    Tx::Sqlite(held) => {
                        held.connection().prepare(sql.into_sql_str()).await.map(|_| ())
                    }
                    Tx::Postgres(held) => {
                        held.connection().prepare(sql.into_sql_str()).await.map(|_| ())
                    }
                };
                prepared.map_err(|e| DbError::other(format!("{sql}: {e}")))?;
            }
            Ok::<_, DbError>(())
        })
    });
    work.await.unwrap();
}

async fn migrating_twice_changes_nothing(t: TestDb) {
    let (one, two) = (t.another().await, t.another().await);
    let (one, two) = tokio::join!(one.migrate(), two.migrate());
    assert_eq!((one, two), (Ok(()), Ok(())));
    assert_eq!(t.text("SELECT CAST(COUNT(*) AS TEXT) FROM audit_lanes").await.unwrap(), "16");
}
