//! Delivers logout tokens to the clients that want them (OpenID Connect Back-Channel Logout 1.0
//! §2.5): always after the commit that queued them, a fresh token for every try.

use super::{App, Fault, internal};
use crate::config::DAY;
use crate::domain::client::TokenAlgorithm;
use crate::domain::time::Timestamp;
use crate::storage::logout_notices::{self, LeasedNotice};
use crate::token::logout::{LOGOUT_TOKEN_TYPE, logout_token};
use crate::token::signer::SigningAlgorithm;
use futures_util::future::join_all;
use std::time::Duration;

/// The first pause after a failed try; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// The longest pause is the first one doubled this many times: 5 s · 2⁹ is 43 minutes.
const DOUBLINGS: u32 = 9;
/// A client that cannot be reached this long is not told any more.
const GIVE_UP_AFTER: Duration = DAY;

/// Tries up to `most` notices that are due, side by side: a client that is slow holds up no other.
/// Answers how many there were.
///
/// # Errors
/// [`Fault`] when the database does not answer.
pub async fn deliver_due(app: &App, most: i64) -> Result<usize, Fault> {
    let now = app.clock.now();
    let due = app
        .db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(logout_notices::lease_due(tx, now, most).await?) })
        })
        .await?;
    let count = due.len();
    for done in join_all(due.into_iter().map(|leased| deliver(app, leased))).await {
        done?;
    }
    Ok(count)
}

async fn deliver(app: &App, leased: LeasedNotice) -> Result<(), Fault> {
    let told = tell(app, &leased).await?;
    let now = app.clock.now();
    let client = leased.notice.client.clone();
    match &told {
        Ok(()) => tracing::info!(client, "logout told"),
        Err(reason) => tracing::warn!(client, reason, attempt = leased.attempt, "logout not told"),
    }
    app.db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let (id, attempt) = (leased.notice.id.as_str(), leased.attempt);
                match told {
                    Ok(()) => logout_notices::delivered(tx, id, now).await?,
                    Err(reason) => match next_try(&leased, now) {
                        Some(at) => logout_notices::retry(tx, id, attempt, at, &reason).await?,
                        None => logout_notices::give_up(tx, id, attempt, &reason).await?,
                    },
                }
                Ok(())
            })
        })
        .await
}

/// Posts a fresh token; inside, why that came to nothing.
async fn tell(app: &App, leased: &LeasedNotice) -> Result<Result<(), String>, Fault> {
    let notice = &leased.notice;
    let Some(known) = app.directory.client(app, &notice.client).await? else {
        return Ok(Err("the client is disabled".to_owned()));
    };
    let now = app.clock.now();
    let sid = notice.sid.as_deref();
    let claims = logout_token(&app.issuer, &notice.client, &notice.sub, sid, app.random(), now);
    let alg = match known.client.id_token_signed_response_alg {
        TokenAlgorithm::Es256 => SigningAlgorithm::Es256,
        TokenAlgorithm::Rs256 => SigningAlgorithm::Rs256,
    };
    let token = app.keys.sign_with(alg, Some(LOGOUT_TOKEN_TYPE), &claims, now).map_err(internal)?;
    let posted = app.outbound.post(&notice.uri, &[("logout_token", &token)]).await;
    Ok(posted.map_err(|error| error.to_string()))
}

fn next_try(leased: &LeasedNotice, now: Timestamp) -> Option<Timestamp> {
    let failed = u32::try_from(leased.attempt.saturating_sub(1)).unwrap_or(0);
    let next = now + FIRST_PAUSE * 2_u32.pow(failed.min(DOUBLINGS));
    (next < leased.created_at + GIVE_UP_AFTER).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::logout_notices::NewNotice;

    fn failed(attempt: i64) -> LeasedNotice {
        let text = String::new;
        let notice = NewNotice { id: text(), client: text(), uri: text(), sub: text(), sid: None };
        LeasedNotice { notice, attempt, created_at: Timestamp::from_epoch_seconds(0) }
    }

    #[test]
    fn every_failure_waits_twice_as_long_up_to_three_quarters_of_an_hour() {
        let now = Timestamp::from_epoch_seconds(100);
        let wait = |attempt| next_try(&failed(attempt), now).unwrap().seconds_since(now);
        assert_eq!([wait(1), wait(2), wait(10), wait(30)], [5, 10, 2560, 2560]);
    }

    #[test]
    fn a_client_is_given_up_after_a_day() {
        assert_eq!(next_try(&failed(1), Timestamp::from_epoch_seconds(86_400)), None);
    }
}
