//! Card status at the size of a country's first hundred million cards: 5·10⁸ entries, five a card,
//! in 480 lists, of which one in a hundred is not valid. Memory, time to start, time from a change
//! to the published list, sizes.
//!
//! ```text
//! cargo bench --bench status
//! STATUS_LISTS=96 cargo bench --bench status       10⁸ entries
//! ```
//! `STATUS_LINES` (100000) lines of the log are read at the start beside the published lists: more
//! than fifteen minutes bring.

use ecard::domain::status::StatusValue;
use ecard::domain::status_bits::{EntryBits, PackedStatuses};
use ecard::domain::time::Timestamp;
use ecard::ports::clock::{Clock as _, SystemClock};
use ecard::ports::entropy::{Entropy, SeededEntropy};
use ecard::status::StatusBoard;
use ecard::status::codec::{Effort, encode};
use ecard::storage::status::{self, StatusPlace};
use ecard::storage::status_publications::{self, Head, Publication};
use ecard::storage::vault::Vault;
use ecard::storage::{Db, DbError};
use ecard::token::keyring::KeyRing;
use ecard::token::status_list::{STATUS_LIST_TYPE, StatusListClaims};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const ISSUER: &str = "https://issuer.example";
const ENTRIES: u32 = 1 << 20;

fn setting(name: &str, default: i64) -> i64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// One service's parts.
struct Bench {
    db: Db,
    vault: Arc<Vault>,
    keys: Arc<KeyRing>,
    random: Box<dyn Entropy>,
    lists: i64,
    now: Timestamp,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let bench = Bench::new(folder.path()).await?;
    println!("{} lists of 2^20 entries, 1 % not valid", bench.lists);
    bench.fill().await?;
    bench.log_lines(setting("STATUS_LINES", 100_000)).await?;
    let board = bench.start().await?;
    bench.look_up(&board);
    bench.change(&board).await?;
    bench.sign_all(&board).await
}

impl Bench {
    async fn new(folder: &Path) -> Result<Self, Failure> {
        let db = Db::open(&format!("sqlite://{}", folder.join("ecard.db").display())).await?;
        db.migrate().await?;
        let (now, random) = (SystemClock.now(), Box::new(SeededEntropy::new(1)));
        let keys = folder.join("keys");
        Ok(Self {
            db,
            vault: Arc::new(Vault::open_or_create(&keys, random.as_ref())?),
            keys: Arc::new(KeyRing::open_or_create(&keys, now)?),
            random,
            lists: setting("STATUS_LISTS", 480),
            now,
        })
    }

    fn board(&self) -> StatusBoard {
        let (vault, keys) = (Arc::clone(&self.vault), Arc::clone(&self.keys));
        StatusBoard::new(self.db.clone(), vault, keys, ISSUER, Duration::from_secs(3600))
    }

    /// A list in which one entry in a hundred is suspended or over.
    fn list(&self) -> Result<PackedStatuses, Failure> {
        let mut bits = PackedStatuses::zeros(EntryBits::Two, ENTRIES);
        for _ in 0..ENTRIES / 100 {
            let value = if self.random.below(2) == 0 { 1 } else { 2 };
            bits.set(self.random.below(ENTRIES), value)?;
        }
        Ok(bits)
    }

    /// Publishes every list, as an earlier run of the service left them.
    async fn fill(&self) -> Result<(), Failure> {
        let (mut zlib, mut token_size, mut writing) = (0, 0, Duration::ZERO);
        for number in 0..self.lists {
            let bits = self.list()?;
            let begun = Instant::now();
            let lst = encode(&bits, Effort::Quick)?;
            writing += begun.elapsed();
            zlib += lst.len() / 4 * 3;
            let uri = format!("{ISSUER}/status/{number}");
            let all = format!("{ISSUER}/status");
            let claims = StatusListClaims::new(&uri, EntryBits::Two, lst, &all, self.now);
            let token = self.keys.sign(STATUS_LIST_TYPE, &claims, self.now)?;
            token_size += token.len();
            let head = Head { list: number, version: 1, seq: 0, issued_at: self.now };
            let new = Publication { head, token };
            let work = self.db.write::<_, DbError, _>(move |tx| {
                Box::pin(async move {
                    status::take(tx, number, 64, i64::from(ENTRIES)).await?;
                    status_publications::publish(tx, &new).await
                })
            });
            work.await?;
        }
        let each = |total: usize| total as f64 / self.lists as f64 / 1000.0;
        println!(
            "sizes: zlib {:.1} KB a list, JWT {:.1} KB, all JWTs {:.1} MB; level 6 takes {:.1} ms a list",
            each(zlib),
            each(token_size),
            token_size as f64 / 1e6,
            writing.as_secs_f64() * 1e3 / self.lists as f64
        );
        let begun = Instant::now();
        let small = encode(&self.list()?, Effort::Small)?.len() / 4 * 3;
        let ms = begun.elapsed().as_millis();
        println!("level 9: {:.1} KB in {ms} ms", small as f64 / 1000.0);
        Ok(())
    }

    /// Writes lines that no published list holds yet.
    async fn log_lines(&self, count: i64) -> Result<(), Failure> {
        let now = self.now;
        let place = || StatusPlace {
            list: i64::from(self.random.below(u32::try_from(self.lists).unwrap_or(1))),
            index: i64::from(self.random.below(ENTRIES)),
        };
        for chunk in (0..count).collect::<Vec<_>>().chunks(1000) {
            let places: Vec<_> = chunk.iter().map(|_| place()).collect();
            let work = self.db.write::<_, DbError, _>(move |tx| {
                Box::pin(async move {
                    for place in places {
                        status::log(tx, place, StatusValue::Suspended, now).await?;
                    }
                    Ok(())
                })
            });
            work.await?;
        }
        Ok(())
    }

    async fn start(&self) -> Result<StatusBoard, Failure> {
        let before = resident()?;
        let begun = Instant::now();
        let board = self.board();
        board.follow().await?;
        println!(
            "start: {:.2} s with {} lines of the log beside the lists; {:.0} MB in memory for {} lists",
            begun.elapsed().as_secs_f64(),
            board.seq(),
            (resident()? - before) as f64 / 1e6,
            board.lists_held()
        );
        Ok(board)
    }

    fn look_up(&self, board: &StatusBoard) {
        let count = 5_000_000_u32;
        let begun = Instant::now();
        let mut valid = 0_u32;
        for n in 0..count {
            let list = i64::from(n) % self.lists;
            let index = i64::from(n.wrapping_mul(2_654_435_761) % ENTRIES);
            let value = board.value(StatusPlace { list, index });
            valid += u32::from(value == Some(StatusValue::Valid));
        }
        println!(
            "look-up: {:.0} ns ({:.2} % of them valid)",
            begun.elapsed().as_secs_f64() * 1e9 / f64::from(count),
            f64::from(valid) * 100.0 / f64::from(count)
        );
    }

    /// From a committed change to the signed list that holds it.
    async fn change(&self, board: &StatusBoard) -> Result<(), Failure> {
        let (now, mut took) = (self.now, Vec::new());
        for n in 0..50 {
            let place = StatusPlace { list: n % self.lists, index: n };
            let work = self.db.write::<_, DbError, _>(move |tx| {
                Box::pin(async move { status::log(tx, place, StatusValue::Invalid, now).await })
            });
            work.await?;
            let begun = Instant::now();
            board.follow().await?;
            let known = begun.elapsed();
            let list = board.publish(place.list, now).await?.ok_or("no such list")?;
            took.push((begun.elapsed(), known, list.gzip.len()));
        }
        took.sort_unstable();
        let (half, known, gzip) = took.get(took.len() / 2).copied().ok_or("nothing")?;
        let (most, ..) = took.last().copied().ok_or("nothing")?;
        println!(
            "change: in memory after {:.2} ms, in the published list after {:.1} ms (at most {:.1}); \
             gzip of the JWT {:.1} KB",
            known.as_secs_f64() * 1e3,
            half.as_secs_f64() * 1e3,
            most.as_secs_f64() * 1e3,
            gzip as f64 / 1000.0
        );
        Ok(())
    }

    /// What every quarter of an hour costs.
    async fn sign_all(&self, board: &StatusBoard) -> Result<(), Failure> {
        let begun = Instant::now();
        let round = board.publish_due(self.now + Duration::from_secs(900)).await?;
        println!(
            "all {} lists signed anew in {:.1} s; {:.0} MB resident in all",
            round.signed,
            begun.elapsed().as_secs_f64(),
            resident()? as f64 / 1e6
        );
        Ok(())
    }
}

/// Memory of this process (bytes).
fn resident() -> Result<i64, Failure> {
    let text = std::fs::read_to_string("/proc/self/statm")?;
    let pages = text.split_whitespace().nth(1).ok_or("statm has no such field")?;
    Ok(pages.parse::<i64>()? * 4096)
}
