//! Checks that come at the same time share one commit.
//!
//! With one writer every unit of work waits for those before it. A check's only write is its
//! record, so all that arrive while one commit is under way are settled by the next one together.

use super::answer::Answer;
use super::settle::{Settling, settle};
use crate::app::{App, Fault, internal};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Mutex as Turn, oneshot};

/// The most checks one commit settles.
const MOST: usize = 64;

/// A check, and who waits for its answer.
struct Waiting {
    check: Settling,
    tell: oneshot::Sender<Result<Answer, Fault>>,
}

/// What waits for the next commit. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Gather {
    waiting: Arc<Mutex<Vec<Waiting>>>,
    turn: Arc<Turn<()>>,
}

impl Gather {
    /// Settles one check, in company where that is cheaper.
    ///
    /// # Errors
    /// [`Fault`]: then nothing was used up and nothing may be answered.
    pub(super) async fn settle(&self, app: &App, check: Settling) -> Result<Answer, Fault> {
        if check.examined.look.is_none() || !app.db.has_one_writer() {
            let answers = settle(app, vec![check]).await?;
            return answers.into_iter().next().ok_or_else(unanswered);
        }
        let (tell, mut told) = oneshot::channel();
        self.lock().push(Waiting { check, tell });
        // Whoever's turn comes settles for all that wait; its own check may be among those beyond
        // the most, and then waits for another turn.
        loop {
            tokio::select! {
                biased;
                answer = &mut told => return answer.unwrap_or_else(|_| Err(unanswered())),
                turn = Arc::clone(&self.turn).lock_owned() => {
                    let (app, group) = (app.clone(), self.take());
                    // On a task of its own: the others are answered even if this caller goes away.
                    tokio::spawn(async move {
                        together(&app, group).await;
                        drop(turn);
                    });
                }
            }
        }
    }

    fn take(&self) -> Vec<Waiting> {
        let mut waiting = self.lock();
        let count = waiting.len().min(MOST);
        waiting.drain(..count).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unanswered() -> Fault {
    internal("a check without an answer")
}

async fn together(app: &App, group: Vec<Waiting>) {
    let (checks, tell): (Vec<_>, Vec<_>) =
        group.into_iter().map(|one| (one.check, one.tell)).unzip();
    let settled = settle(app, checks).await;
    // Nobody listens when a caller went away; the record stands.
    match settled {
        Ok(answers) => {
            for (tell, answer) in tell.into_iter().zip(answers) {
                let _ = tell.send(Ok(answer));
            }
        }
        Err(fault) => {
            for tell in tell {
                let _ = tell.send(Err(fault.clone()));
            }
        }
    }
}
