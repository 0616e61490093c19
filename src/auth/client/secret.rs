//! Shared secrets, sent by `client_secret_basic` or `client_secret_post`. They are random and
//! long: a keyed digest is enough, and there may be several at a time.

use super::ClientAuthError;
use crate::app::App;
use crate::app::directory::KnownClient;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::storage::clients::SecretRow;
use crate::storage::vault::{Purpose, mac_eq};

/// The keyed digests a secret may be stored under (the current key's first).
pub fn digests(app: &App, secret: &str) -> Vec<String> {
    app.vault.indexes(Purpose::ClientSecret, secret)
}

/// Refuses a secret that is none of the client's.
pub(super) fn check(
    app: &App,
    known: &KnownClient,
    secret: &Secret,
    now: Timestamp,
) -> Result<(), ClientAuthError> {
    if one_of(&known.secrets, &digests(app, secret.expose()), now) {
        Ok(())
    } else {
        Err(ClientAuthError::failed("the secret is not this client's"))
    }
}

/// Every secret in force is compared, whatever the outcome of the one before.
fn one_of(stored: &[SecretRow], given: &[String], now: Timestamp) -> bool {
    let live = stored.iter().filter(|secret| secret.expires_at.is_none_or(|end| now < end));
    live.fold(false, |fits, secret| {
        given.iter().fold(fits, |fits, digest| mac_eq(&secret.digest, digest) | fits)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_secrets_fit_until_they_end() {
        let at = Timestamp::from_epoch_seconds;
        let row = |digest: &str, end: Option<i64>| SecretRow {
            digest: digest.to_owned(),
            created_at: at(0),
            expires_at: end.map(at),
        };
        let stored = [row("old", Some(100)), row("new", None)];
        let fits = |digest: &str, now| one_of(&stored, &[digest.to_owned()], at(now));
        assert!(fits("old", 99) && fits("new", 99));
        assert!(!fits("old", 100) && fits("new", 100));
        assert!(!fits("other", 99) && !fits("", 99));
        assert!(!one_of(&[], &["new".to_owned()], at(99)), "a client without secrets");
    }
}
