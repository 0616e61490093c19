//! Where pictures are decoded and scored: a few at a time, off the threads that answer requests.

use crate::ports::ProviderDown;
use crate::ports::face::FaceError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Pictures worked on at the same time; each may take 64 MiB while it is decoded.
const WORKING: usize = 2;
/// Pictures waiting besides; each holds at most 5 MB.
const WAITING: usize = 14;

/// Bounds on work and on the queue before it.
#[derive(Debug)]
pub(crate) struct Workshop {
    admitted: Arc<Semaphore>,
    working: Arc<Semaphore>,
}

impl Default for Workshop {
    fn default() -> Self {
        Self {
            admitted: Arc::new(Semaphore::new(WORKING + WAITING)),
            working: Arc::new(Semaphore::new(WORKING)),
        }
    }
}

impl Workshop {
    /// Runs `work` when its turn comes. The places are held until the work is really over, also
    /// when the caller has gone away meanwhile.
    ///
    /// # Errors
    /// [`FaceError::Down`] when the queue is full; else what `work` says.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, FaceError> + Send + 'static,
    ) -> Result<T, FaceError> {
        let place = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| busy())?;
        let turn = Arc::clone(&self.working).acquire_owned().await.map_err(|_| busy())?;
        let job = tokio::task::spawn_blocking(move || {
            let answer = work();
            drop((turn, place));
            answer
        });
        job.await.unwrap_or_else(|_| Err(FaceError::NotAPicture("could not be worked on")))
    }
}

fn busy() -> FaceError {
    FaceError::Down(ProviderDown {
        provider: "face",
        reason: "too many pictures at once".to_owned(),
        retry_after: Duration::from_secs(5),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[tokio::test]
    async fn beyond_the_queue_the_answer_is_busy_and_the_queue_is_worked_off() {
        let workshop = Arc::new(Workshop::default());
        let (mut held, mut running) = (Vec::new(), Vec::new());
        for _ in 0..WORKING + WAITING {
            let (release, wait) = mpsc::channel::<()>();
            held.push(release);
            let workshop = Arc::clone(&workshop);
            running.push(tokio::spawn(async move {
                workshop.run(move || Ok(wait.recv().is_err())).await
            }));
        }
        while workshop.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = workshop.run(|| Ok(())).await;
        assert!(matches!(refused, Err(FaceError::Down(down)) if down.provider == "face"));
        drop(held);
        for job in running {
            assert_eq!(job.await.unwrap(), Ok(true));
        }
        assert_eq!(workshop.run(|| Ok(7)).await, Ok(7));
    }
}
