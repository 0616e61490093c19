//! What the database knows of the service it belongs to.

use super::{DbError, Tx, execute, run};

const PROFILE: &str = "SELECT value FROM service_facts WHERE name = 'profile'";
const SET_PROFILE: &str = "INSERT INTO service_facts (name, value) VALUES ('profile', $1)
    ON CONFLICT (name) DO NOTHING";

/// Every statement of this file.
pub const STATEMENTS: &[&str] = &[PROFILE, SET_PROFILE];

/// The profile that first served this database; none when none has yet.
///
/// # Errors
/// [`DbError`].
pub async fn profile(tx: &mut Tx) -> Result<Option<String>, DbError> {
    let found = run!(tx, fetch_optional, sqlx::query_as::<_, (String,)>(PROFILE))?;
    Ok(found.map(|(value,)| value))
}

/// Notes the profile that serves it, unless one did before.
///
/// # Errors
/// [`DbError`].
pub async fn note_profile(tx: &mut Tx, profile: &str) -> Result<(), DbError> {
    execute!(tx, sqlx::query(SET_PROFILE).bind(profile)).map(|_| ())
}
