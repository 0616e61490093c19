//! How the map begins: with the lists as they were published last, which are never much older
//! than their signing, and with the log from there on. Without them it would be the whole log.

use super::follow::patiently;
use super::map::{LIST_SIZE, Loaded, StatusMap};
use crate::domain::status_bits::{EntryBits, PackedStatuses};
use crate::storage::status::{self, OpenList};
use crate::storage::status_publications::{self, Publication};
use crate::storage::{Db, DbError};
use crate::verifier::decode_list;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use std::collections::HashMap;
use tokio::task::JoinSet;

/// Begins the map: from the published lists, at the line up to which all of them are complete.
/// Lists are unpacked on threads of their own while the next ones are read.
pub(super) async fn load(db: &Db, map: &StatusMap) -> Result<(), DbError> {
    // The lists first: one that is opened after this can only have later lines.
    let open = patiently(db.look(|tx| Box::pin(async move { status::lists(tx).await }))).await?;
    let mut unpacking = JoinSet::new();
    let mut after = -1;
    loop {
        let page = patiently(db.look::<_, DbError, _>(move |tx| {
            Box::pin(async move { status_publications::page(tx, after).await })
        }))
        .await?;
        let Some(last) = page.last() else { break };
        after = last.head.list;
        unpacking.spawn_blocking(move || page.iter().filter_map(unpacked).collect::<Vec<_>>());
    }
    let loaded: Vec<Loaded> = unpacking.join_all().await.into_iter().flatten().collect();
    let seq = begin_at(&open, &loaded);
    map.begin(loaded, seq);
    Ok(())
}

/// No line up to here is missing from any list.
fn begin_at(open: &[OpenList], loaded: &[Loaded]) -> i64 {
    let complete: HashMap<i64, i64> = loaded.iter().map(|l| (l.list, l.seq)).collect();
    let lists = open.iter().map(|o| complete.get(&o.number).copied().unwrap_or(o.opened_seq));
    lists.min().unwrap_or(0)
}

#[derive(Deserialize)]
struct Claims {
    status_list: Bits,
}

#[derive(Deserialize)]
struct Bits {
    bits: EntryBits,
    lst: String,
}

/// One list; one that cannot be read is made from the log instead, which takes longer.
fn unpacked(publication: &Publication) -> Option<Loaded> {
    let head = &publication.head;
    let bits = bits_of(&publication.token);
    if bits.is_none() {
        tracing::warn!(list = head.list, "a published status list cannot be read: using the log");
    }
    Some(Loaded { list: head.list, bits: bits?, seq: head.seq })
}

fn bits_of(token: &str) -> Option<PackedStatuses> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let Bits { bits, lst } = serde_json::from_slice::<Claims>(&payload).ok()?.status_list;
    let list = decode_list(bits, &lst).ok()?;
    (bits == EntryBits::Two && list.entries() == LIST_SIZE as usize).then_some(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::map::all_valid;

    fn opened(number: i64, opened_seq: i64) -> OpenList {
        OpenList { number, opened_seq }
    }

    fn loaded(list: i64, seq: i64) -> Loaded {
        Loaded { list, bits: all_valid(), seq }
    }

    #[test]
    fn the_log_is_read_from_the_oldest_list_on() {
        assert_eq!(begin_at(&[], &[]), 0);
        let open = [opened(0, 0), opened(1, 5)];
        assert_eq!(begin_at(&open, &[loaded(0, 90), loaded(1, 70)]), 70);
        assert_eq!(begin_at(&open, &[loaded(0, 90)]), 5, "a list that was never published");
        assert_eq!(begin_at(&open, &[loaded(1, 90)]), 0, "and one from before they were kept");
    }

    #[test]
    fn what_is_no_list_is_not_taken_for_one() {
        let token = |claims: &str| format!("h.{}.s", URL_SAFE_NO_PAD.encode(claims));
        for broken in ["", "a.b.c", "a.!.c"] {
            assert!(bits_of(broken).is_none());
        }
        let short = r#"{"status_list":{"bits":2,"lst":"eNrbuRgAAhcBXQ"}}"#;
        assert!(bits_of(&token(short)).is_none(), "a list of another size");
    }
}
