//! The stages up to the face, each with the transitions that leave it. A transition consumes the
//! stage.

use super::closing::{CounterProved, Faced, Issued, Locked, ManualReview};
use super::evidence::{ConsentGiven, Identity, LockCause, ReviewReason};
use super::stage::Stage;
use crate::domain::ids::{CardId, CitizenId, ReviewId};
use crate::domain::liveness::LivenessPrompt;
use crate::domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Nothing agreed to yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started;

impl Started {
    /// "Allow".
    pub fn allow(self, consent: ConsentGiven) -> Consented {
        Consented { consent }
    }

    /// "Refuse": nothing was processed.
    pub fn refuse(self) -> Stage {
        Stage::Refused
    }
}

/// "Allow" was pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consented {
    /// The service consent; attached to the citizen once there is one.
    pub consent: ConsentGiven,
}

impl Consented {
    /// An account proved itself.
    pub fn log_in(self) -> LoggedIn {
        LoggedIn { consent: self.consent }
    }
}

/// An account is logged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedIn {
    /// The service consent.
    pub consent: ConsentGiven,
}

impl LoggedIn {
    /// Name and number belong together; or they did, less than 24 hours ago, for this account.
    pub fn name(self, identity: Identity) -> Named {
        Named { consent: self.consent, identity }
    }

    /// The account's citizen turned out to hold a live card already.
    pub fn already_issued(self, card: CardId, citizen: CitizenId) -> Issued {
        Issued { card, citizen }
    }

    /// Too many mismatches.
    pub fn lock(self, until: Timestamp) -> Locked {
        Locked { cause: LockCause::RealName, until, resume: None }
    }

    /// A person has to look at the name.
    pub fn review(self, review: ReviewId, identity: Identity) -> ManualReview {
        let reason = ReviewReason::PrivateUseName;
        ManualReview { consent: self.consent, identity, review, reason }
    }
}

/// Name and number belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The service consent.
    pub consent: ConsentGiven,
    /// The confirmed identity.
    pub identity: Identity,
}

impl Named {
    /// The separate consent to processing the face; the first prompt is drawn.
    pub fn consent_to_face(self, given: ConsentGiven, prompt: LivenessPrompt) -> FaceConsented {
        FaceConsented {
            consent: self.consent,
            identity: self.identity,
            face_consent: given,
            prompt,
        }
    }

    /// The other way: a counter vouched.
    pub fn prove_at_counter(self, citizen: CitizenId, at: Timestamp) -> CounterProved {
        CounterProved { consent: self.consent, identity: self.identity, citizen, at }
    }

    /// The number turned out to be bound to another account.
    pub fn bound_elsewhere(self, review: ReviewId) -> ManualReview {
        let reason = ReviewReason::BoundElsewhere;
        ManualReview { consent: self.consent, identity: self.identity, review, reason }
    }
}

/// The separate consent to processing the face was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaceConsented {
    /// The service consent.
    pub consent: ConsentGiven,
    /// The confirmed identity.
    pub identity: Identity,
    /// The consent to processing the face.
    pub face_consent: ConsentGiven,
    /// What the person is asked to do on the next try.
    pub prompt: LivenessPrompt,
}

impl FaceConsented {
    /// The face matched, and belongs to `citizen`.
    pub fn matched(self, citizen: CitizenId, score: u8, at: Timestamp) -> Faced {
        Faced {
            consent: self.consent,
            face_consent: self.face_consent,
            identity: self.identity,
            citizen,
            score,
            at,
        }
    }

    /// Another try, with another prompt.
    #[must_use]
    pub fn prompt_again(self, prompt: LivenessPrompt) -> Self {
        Self { prompt, ..self }
    }

    /// Too many failed matches; the counter stays open.
    pub fn lock(self, until: Timestamp) -> Locked {
        Locked { cause: LockCause::Face, until, resume: Some(self.without_face()) }
    }

    /// The consent to processing the face is taken back.
    pub fn without_face(self) -> Named {
        Named { consent: self.consent, identity: self.identity }
    }
}
