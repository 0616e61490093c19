//! Where a client's keys are: registered, or published at its `jwks_uri`.

use crate::app::App;
use crate::app::directory::KnownClient;
use crate::crypto::jwk::PublicJwkSet;
use crate::domain::time::Timestamp;
use std::ops::Deref;
use std::sync::Arc;

/// A client's keys.
pub(super) enum ClientKeys<'a> {
    Registered(&'a PublicJwkSet),
    Published(Arc<PublicJwkSet>),
}

impl Deref for ClientKeys<'_> {
    type Target = PublicJwkSet;
    fn deref(&self) -> &PublicJwkSet {
        match self {
            Self::Registered(keys) => keys,
            Self::Published(keys) => keys,
        }
    }
}

/// The keys; published ones are fetched anew when those known are not `enough`.
pub(super) async fn of<'a>(
    app: &App,
    known: &'a KnownClient,
    enough: impl Fn(&PublicJwkSet) -> bool,
    now: Timestamp,
) -> ClientKeys<'a> {
    match &known.client.jwks_uri {
        Some(uri) if known.client.jwks.is_none() => {
            ClientKeys::Published(app.key_sets.get(app, uri, enough, now).await)
        }
        _ => ClientKeys::Registered(&known.keys),
    }
}
