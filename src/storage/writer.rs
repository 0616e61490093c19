//! SQLite's one writer: takes the jobs that wait, runs each in a savepoint, commits them together
//! and only then answers. One `fsync` serves the whole group.

use super::error::DbError;
use super::lanes::{self, Lanes};
use super::tx::{Held, Tx, execute};
use futures_util::future::BoxFuture;
use sqlx::{Sqlite, SqlitePool, Transaction};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// The most jobs one commit serves.
const GROUP: usize = 256;
/// The most jobs that wait; beyond it callers wait for room, and then give up.
const QUEUE: usize = 4096;
const PATIENCE: Duration = Duration::from_secs(5);

/// IMMEDIATE: a deferred transaction that reads and then writes fails at once with
/// `SQLITE_BUSY_SNAPSHOT` when another process wrote in between, whatever the busy timeout.
const BEGIN: &str = "BEGIN IMMEDIATE";
const MARK: &str = "SAVEPOINT job";
/// Keeps a job and opens the next one's savepoint in one trip.
const KEEP: &str = "RELEASE job; SAVEPOINT job";
/// Undoes a job; its savepoint stays open for the next one.
const UNDO: &str = "ROLLBACK TO job";

/// A unit of work, and what its last trip ends with.
type Job = Box<dyn for<'t> FnOnce(&'t mut Tx, &'static str) -> BoxFuture<'t, Done> + Send>;

/// A job that ran and waits for the outer commit.
struct Done {
    keep: bool,
    answer: Box<dyn FnOnce(Result<(), DbError>) + Send>,
}

/// The way to the writer.
pub(super) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Job>>>,
    pub(super) pool: SqlitePool,
    /// Somebody used the connection beside the groups: what is carried may be out of date, and
    /// `data_version`, which tells of other connections alone, would not say so.
    interfered: Arc<AtomicBool>,
}

impl Writer {
    /// Starts the writer on a pool of exactly one connection.
    pub(super) fn start(pool: SqlitePool) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let interfered = Arc::new(AtomicBool::new(false));
        tokio::spawn(serve(pool.clone(), jobs, Arc::clone(&interfered)));
        Self { queue: Mutex::new(Some(queue)), pool, interfered }
    }

    /// Takes the connection itself, for one long transaction.
    pub(super) async fn begin_bulk(&self) -> Result<Transaction<'static, Sqlite>, DbError> {
        let begun = self.pool.begin_with(BEGIN).await?;
        self.interfered.store(true, Ordering::SeqCst);
        Ok(begun)
    }

    /// Runs `work` and answers once it is durable. The work runs even if the caller goes away.
    pub(super) async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |tx, then| {
            Box::pin(async move {
                let outcome = tx.attempt(work, then).await;
                let keep = outcome.is_ok();
                let answer = Box::new(move |committed: Result<(), DbError>| {
                    // Nobody listens when the caller went away; the commit stands.
                    let _ = reply.send(match committed {
                        Ok(()) => outcome,
                        Err(e) => Err(e.into()),
                    });
                });
                Done { keep, answer: answer as _ }
            })
        });
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let queue = queue.ok_or_else(|| DbError::unavailable("closed"))?;
        queue
            .send_timeout(job, PATIENCE)
            .await
            .map_err(|_| DbError::unavailable("too many writes are waiting"))?;
        answer.await.unwrap_or_else(|_| Err(DbError::unavailable("the write was not taken").into()))
    }

    /// How many jobs wait.
    pub(super) fn waiting(&self) -> usize {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.as_ref().map_or(0, |queue| queue.max_capacity().saturating_sub(queue.capacity()))
    }

    /// Takes no more jobs, finishes those that wait, and closes the connection.
    pub(super) async fn close(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.pool.close_event().await;
        self.pool.close().await;
    }
}

async fn serve(pool: SqlitePool, mut jobs: mpsc::Receiver<Job>, interfered: Arc<AtomicBool>) {
    let mut group = Vec::with_capacity(GROUP);
    let mut carried = Lanes::default();
    while jobs.recv_many(&mut group, GROUP).await > 0 {
        let size = group.len();
        let mut answers = Vec::with_capacity(size);
        let state = Carried { lanes: &mut carried, interfered: &interfered };
        let committed = commit_group(&pool, &mut group, &mut answers, state).await;
        if let Err(error) = &committed {
            tracing::error!(%error, size, "a group of writes was not committed");
        }
        for answer in answers {
            answer(committed.clone());
        }
    }
    pool.close().await;
}

type Answers = Vec<Box<dyn FnOnce(Result<(), DbError>) + Send>>;

/// What goes from group to group, and whether it still counts.
struct Carried<'a> {
    lanes: &'a mut Lanes,
    interfered: &'a AtomicBool,
}

/// Runs and commits a group. A job that was not reached when the outer transaction broke is
/// dropped, which tells its caller so; what is carried is then forgotten.
async fn commit_group(
    pool: &SqlitePool,
    group: &mut Vec<Job>,
    answers: &mut Answers,
    carried: Carried<'_>,
) -> Result<(), DbError> {
    let alone = group.len() == 1;
    let mut jobs = group.drain(..);
    let mut lanes = std::mem::take(carried.lanes);
    let begun = pool.begin_with(BEGIN).await?;
    if carried.interfered.swap(false, Ordering::SeqCst) {
        lanes = Lanes::default();
    }
    let mut tx = Tx::Sqlite(Held::group(begun, lanes));
    if !alone {
        statement(&mut tx, MARK).await?;
    }
    for job in jobs.by_ref() {
        let done = job(&mut tx, if alone { "" } else { KEEP }).await;
        answers.push(done.answer);
        match (alone, done.keep) {
            (_, true) => tx.lanes().map(Lanes::keep).unwrap_or_default(),
            (true, false) => return tx.roll_back().await,
            (false, false) => {
                tx.lanes().map(Lanes::undo).unwrap_or_default();
                statement(&mut tx, UNDO).await?;
            }
        }
    }
    lanes::write_ends(&mut tx);
    tx.settle("").await?;
    let lanes = tx.take_lanes();
    tx.commit().await?;
    *carried.lanes = lanes;
    Ok(())
}

async fn statement(tx: &mut Tx, sql: &'static str) -> Result<(), DbError> {
    execute!(tx, sqlx::query(sql)).map(|_| ())
}
