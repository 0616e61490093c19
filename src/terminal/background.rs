//! What a terminal does beside the scans: keeps keys and lists young, and hands in what waits.

use super::Terminal;
use super::link::Link;
use super::queue::Check;
use crate::verifier::{Fetched, Wanted};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How old keys and lists may become before they are asked for again.
const YOUNG: Duration = Duration::from_secs(50);

/// The addresses of all lists are in no larger document than this.
const MOST_AGGREGATION: usize = 1024 * 1024;

#[derive(Deserialize)]
struct Aggregation {
    status_lists: Vec<String>,
}

#[derive(Serialize)]
struct Batch {
    checks: Vec<Check>,
}

#[derive(Deserialize)]
struct Results {
    results: Vec<HandedIn>,
}

#[derive(Deserialize)]
struct HandedIn {
    id: String,
}

/// Asks for keys and lists that are no longer young; `false` when the issuer was not to be had.
pub async fn refresh(terminal: &Terminal) -> bool {
    let settings = terminal.verifier.settings();
    let aggregation = settings.status_prefix.trim_end_matches('/');
    let named = terminal.fetcher.ask(aggregation, None, MOST_AGGREGATION).await;
    let mut reached = named.is_ok();
    if let Ok(Fetched::Body { bytes, .. }) = named
        && let Ok(all) = serde_json::from_slice::<Aggregation>(&bytes)
    {
        terminal.verifier.follow(all.status_lists.iter().map(String::as_str));
    }
    for wanted in terminal.verifier.due(YOUNG, terminal.now()) {
        reached &= fetch(terminal, &wanted).await;
    }
    match if reached { known(terminal).await } else { Link::Down } {
        Link::Up => terminal.reached(),
        other => terminal.link.saw(other),
    }
    reached
}

/// Whether the issuer answers to this service: asked by a batch of nothing, so that a wrong secret
/// is seen before the first card.
async fn known(terminal: &Terminal) -> Link {
    let Some(caller) = &terminal.caller else { return Link::Up };
    match caller.batch("{\"checks\":[]}".to_owned()).await {
        Ok(_) => Link::Up,
        Err(why) => {
            tracing::error!(%why, "terminal: nothing can be asked of single cards");
            Link::after(why)
        }
    }
}

async fn fetch(terminal: &Terminal, wanted: &Wanted) -> bool {
    let etag = wanted.etag.as_deref();
    let answered = terminal.fetcher.ask(&wanted.uri, etag, wanted.most_bytes()).await;
    let now = terminal.now();
    let got = match answered {
        Ok(got) => Some(got),
        Err(why) => {
            tracing::warn!(%why, "terminal: not refreshed");
            None
        }
    };
    let (body, age) = match &got {
        Some(Fetched::Body { bytes, age, .. }) => (Some(bytes.clone()), *age),
        _ => (None, Duration::ZERO),
    };
    let had = got.is_some();
    match terminal.verifier.take(wanted, got, now) {
        Ok(()) if had => {
            if let Err(why) = terminal.store.keep(wanted, body.as_deref(), now - age) {
                tracing::error!(%why, "terminal: cannot be kept over a restart");
            }
            true
        }
        Ok(()) => false,
        Err(why) => {
            tracing::warn!(%why, uri = wanted.uri, "terminal: an answer is not used");
            had
        }
    }
}

/// Hands in one batch of what waits; `false` when it has to be tried again later.
pub async fn upload(terminal: &Terminal) -> bool {
    let Some(caller) = &terminal.caller else { return true };
    let now = terminal.now();
    let checks = terminal.queue.first(now);
    if checks.is_empty() {
        return terminal.queue.len() == 0 || terminal.queue.done(&[], now).is_ok();
    }
    let Ok(batch) = serde_json::to_string(&Batch { checks }) else { return false };
    let results = match caller.batch(batch).await {
        Ok(answer) => serde_json::from_slice::<Results>(&answer),
        Err(why) => {
            tracing::warn!(%why, waiting = terminal.queue.len(), "terminal: not handed in");
            terminal.link.saw(Link::after(why));
            return false;
        }
    };
    let Ok(Results { results }) = results else { return false };
    let ids: Vec<String> = results.into_iter().map(|result| result.id).collect();
    let handed_in = !ids.is_empty() && terminal.queue.done(&ids, now).is_ok();
    tracing::info!(handed_in = ids.len(), waiting = terminal.queue.len(), "terminal: handed in");
    handed_in
}
