//! The migrations: one numbered sequence in `migrations/`, compiled in, read by both databases.

use sqlx::migrate::Migrator;

/// Every migration there is. sqlx keeps a checksum of each one applied and refuses to go on when
/// it changed; on PostgreSQL it holds an advisory lock meanwhile.
pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");
