//! The terminal of a relying service: a page at a counter that says whether a card is good, with
//! the network cable in or out.
//!
//! It stands outside the service, as any relying service's own program would: of this crate it
//! takes the [`crate::verifier`] it judges by, and the toolbox of the pages.

mod answer;
mod background;
mod link;
mod pages;
mod queue;
mod scan;
mod site;
mod store;

pub use background::{refresh, upload};
pub use site::router;

use crate::domain::function::CardFunction;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::entropy::Entropy;
use crate::ports::http::issuer::Fetcher;
use crate::ports::http::relying::{Credentials, NoAnswer, RelyingCaller};
use crate::verifier::{Settings, Verifier};
use answer::Answer;
use link::{LastSeen, Link};
use queue::Queue;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::Store;

/// How long the issuer may take before the terminal answers by itself: somebody stands there.
const ONLINE_PATIENCE: Duration = Duration::from_secs(2);

/// How long an issuer that did not answer is not asked again for a scan.
const LEFT_ALONE_S: u64 = 10;

/// What a terminal is told once.
#[derive(Debug)]
pub struct TerminalSettings {
    /// The issuer.
    pub issuer: String,
    /// Who asks; without, the issuer is not asked for single cards and nothing is handed in.
    pub credentials: Option<Credentials>,
    /// What cards are used for here.
    pub function: Option<CardFunction>,
    /// The oldest knowledge of a status that still makes green.
    pub max_status_age: Duration,
    /// Its folder.
    pub data: PathBuf,
}

/// Why a terminal does not start.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// The issuer's address cannot be used.
    #[error("--issuer: {0}")]
    Issuer(String),
    /// The folder cannot be used.
    #[error("--data: {0}")]
    Folder(#[from] crate::keyfile::KeyFileError),
}

/// A terminal.
pub struct Terminal {
    verifier: Verifier,
    fetcher: Fetcher,
    caller: Option<RelyingCaller>,
    function: Option<CardFunction>,
    store: Store,
    queue: Queue,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// Until when the issuer is not asked for a scan.
    alone_until: AtomicI64,
    link: LastSeen,
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    number: u64,
    answer: Option<Answer>,
}

impl Terminal {
    /// Opens a terminal on its folder, with what it knew when it was last closed.
    ///
    /// # Errors
    /// [`TerminalError`].
    pub fn open(
        settings: TerminalSettings,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, TerminalError> {
        let TerminalSettings { issuer, credentials, function, max_status_age, data } = settings;
        let mut judge = Settings::new(&issuer);
        judge.max_status_age = max_status_age;
        judge.tokens_once = true;
        judge.audiences.extend(credentials.as_ref().map(|who| who.id.clone()));
        // A billion cards have 954 lists of 256 KiB.
        (judge.most_lists, judge.most_list_bytes) = (1024, 320 * 1024 * 1024);
        let caller = credentials.map(|who| RelyingCaller::new(&judge.issuer, who, ONLINE_PATIENCE));
        let caller = caller.transpose().map_err(TerminalError::Issuer)?;
        let store = Store::open(&data)?;
        let queue = Queue::open(&data)?;
        let verifier = Verifier::new(judge);
        store.recall(&verifier, clock.now())?;
        Ok(Self {
            verifier,
            fetcher: Fetcher::new().map_err(TerminalError::Issuer)?,
            caller,
            function,
            store,
            queue,
            clock,
            entropy,
            alone_until: AtomicI64::new(0),
            link: LastSeen::default(),
            last: Mutex::default(),
        })
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn may_ask(&self, now: Timestamp) -> bool {
        now.epoch_seconds() >= self.alone_until.load(Ordering::Relaxed)
    }

    fn not_reached(&self, why: NoAnswer, now: Timestamp) {
        self.link.saw(Link::after(why));
        let until = (now + Duration::from_secs(LEFT_ALONE_S)).epoch_seconds();
        self.alone_until.store(until, Ordering::Relaxed);
    }

    fn reached(&self) {
        self.alone_until.store(0, Ordering::Relaxed);
        self.link.saw(Link::Up);
    }

    /// Waits for the issuer to answer after a time in which it did not.
    pub async fn comes_up(&self) {
        self.link.comes_up().await;
    }
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Terminal({:?})", self.verifier)
    }
}
