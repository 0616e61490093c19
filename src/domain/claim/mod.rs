//! The claim: one walk from "Allow" to an issued card.
//!
//! ```text
//! Started → Consented → LoggedIn → Named → FaceConsented → Faced ────────┐
//!                                    │          └→ CounterProved ────────┤
//!                                    └→ ManualReview →(staff) Named      ↓
//!                          Issued ← (PIN set) ← Activated ← CodeSent ←───┘
//! ```
//! Ends: `Refused`, `Expired`, `Locked`. Every transition consumes the stage it leaves, so a
//! stage that was left cannot be used again, and none can be skipped: the next stage is built
//! only from the one before it.

mod closing;
mod evidence;
mod return_to;
mod stage;
mod steps;
#[cfg(test)]
mod tests;

pub use closing::{
    Activated, CodeSent, CounterProved, Faced, Issued, Locked, ManualReview, Proved, SentCode,
};
pub use evidence::{ConsentGiven, Identity, LockCause, Proof, ReviewReason};
pub use return_to::ReturnTo;
pub use stage::{Stage, StageName};
pub use steps::{Consented, FaceConsented, LoggedIn, Named, Started};

use super::ids::{AccountId, ClaimId, Reference};
use super::time::Timestamp;

/// One claim, as it stands in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its identifier.
    pub id: ClaimId,
    /// The number a citizen can read out to a help desk.
    pub reference: Reference,
    /// The account that logged in, once one has.
    pub account: Option<AccountId>,
    /// Where the claim stands.
    pub stage: Stage,
    /// Raised by every save; a save names the version it read.
    pub version: i64,
    /// When the claim began.
    pub started_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// What waits for it, if anything does.
    pub return_to: Option<ReturnTo>,
}

impl Claim {
    /// A claim that has just begun.
    pub fn begin(
        id: ClaimId,
        reference: Reference,
        now: Timestamp,
        lifetime: std::time::Duration,
    ) -> Self {
        Self {
            id,
            reference,
            account: None,
            stage: Stage::Started(Started),
            version: 0,
            started_at: now,
            expires_at: now + lifetime,
            return_to: None,
        }
    }

    /// The same claim at another stage.
    #[must_use]
    pub fn at(self, stage: impl Into<Stage>) -> Self {
        Self { stage: stage.into(), ..self }
    }

    /// The claim as it is at `now`: past its time, an open claim has become `Expired`, and a
    /// locked one has no way on, not even by the counter.
    #[must_use]
    pub fn as_of(self, now: Timestamp) -> Self {
        if now < self.expires_at {
            return self;
        }
        match self.stage.clone() {
            Stage::Locked(locked) => self.at(Locked { resume: None, ..locked }),
            stage if stage.expires() => self.at(Stage::Expired),
            _ => self,
        }
    }
}
