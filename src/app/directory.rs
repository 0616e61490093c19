//! Clients in memory: every request of a program begins with one, and they change seldom.

use super::{App, Fault, internal};
use crate::crypto::jwk::PublicJwkSet;
use crate::domain::client::{Client, check_client_id};
use crate::domain::time::Timestamp;
use crate::storage::clients::{self, ClientRow, SecretRow};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// How long a client is believed unseen, if no change of it is heard of.
const LONGEST_KEPT: Duration = Duration::from_secs(60);
/// More clients than one instance is asked by within that time.
const MOST_KEPT: usize = 10_000;

/// An active client with all that proves who it is.
#[derive(Debug)]
pub struct KnownClient {
    /// Its metadata.
    pub client: Arc<Client>,
    /// Its secrets, ended ones among them.
    pub secrets: Vec<SecretRow>,
    /// Its registered keys; empty when it has none, or publishes them at its `jwks_uri`.
    pub keys: PublicJwkSet,
}

impl KnownClient {
    /// Its identifier.
    pub fn id(&self) -> &str {
        &self.client.client_id
    }
}

struct Kept {
    version: (u64, u64),
    at: Timestamp,
    client: Arc<KnownClient>,
}

/// The clients that asked lately. Who is unknown or disabled is not kept, so that nobody fills
/// this by asking for names that do not exist.
#[derive(Default)]
pub struct Directory(RwLock<HashMap<String, Kept>>);

impl Directory {
    /// An active client. A change of it counts as soon as `app.revocations` has heard of it.
    ///
    /// # Errors
    /// [`Fault`] when the database does not answer, or what stands there cannot be read.
    pub async fn client(&self, app: &App, id: &str) -> Result<Option<Arc<KnownClient>>, Fault> {
        let now = app.clock.now();
        // Noted before the row is read: a change in between then makes what was read stale.
        let version = app.revocations.client_version(id);
        if let Some(kept) = self.kept(id, version, now) {
            return Ok(Some(kept));
        }
        let Some(client) = load(app, id).await? else { return Ok(None) };
        let client = Arc::new(client);
        self.keep(id, Kept { version, at: now, client: Arc::clone(&client) });
        Ok(Some(client))
    }

    fn kept(&self, id: &str, version: (u64, u64), now: Timestamp) -> Option<Arc<KnownClient>> {
        let clients = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let kept = clients.get(id)?;
        let fresh = kept.version == version && now < kept.at + LONGEST_KEPT && now >= kept.at;
        fresh.then(|| Arc::clone(&kept.client))
    }

    fn keep(&self, id: &str, kept: Kept) {
        let mut clients = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= MOST_KEPT {
            clients.clear();
        }
        clients.insert(id.to_owned(), kept);
    }
}

async fn load(app: &App, id: &str) -> Result<Option<KnownClient>, Fault> {
    if check_client_id(id).is_err() {
        return Ok(None);
    }
    let id = id.to_owned();
    let (row, secrets) = app
        .db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                Ok((clients::find(tx, &id).await?, clients::secrets(tx, &id).await?))
            })
        })
        .await?;
    let Some(row) = row.filter(|row| row.state == "active") else { return Ok(None) };
    let client = read(&row)?;
    let keys = client.jwks.as_ref().map(PublicJwkSet::registered).transpose();
    // Registration takes no such set, and a client without keys proves nothing.
    let keys = keys.map_err(|error| {
        tracing::error!(client = client.client_id, %error, "registered keys cannot be read");
    });
    let client = Arc::new(client);
    Ok(Some(KnownClient { client, secrets, keys: keys.ok().flatten().unwrap_or_default() }))
}

/// The client a row holds.
///
/// # Errors
/// [`Fault`] when its metadata cannot be read.
pub fn read(row: &ClientRow) -> Result<Client, Fault> {
    serde_json::from_str(&row.body).map_err(internal)
}
