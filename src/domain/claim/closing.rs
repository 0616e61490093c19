//! Proved, activated, issued; and the ends. A transition consumes the stage.

use super::evidence::{ConsentGiven, Identity, LockCause, Proof, ReviewReason};
use super::stage::Stage;
use super::steps::Named;
use crate::domain::ids::{CardId, CitizenId, MessageId, ReviewId};
use crate::domain::mobile_number::MobileNumber;
use crate::domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The face matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faced {
    /// The service consent.
    pub consent: ConsentGiven,
    /// The consent to processing the face.
    pub face_consent: ConsentGiven,
    /// The confirmed identity.
    pub identity: Identity,
    /// The person, bound to the account.
    pub citizen: CitizenId,
    /// The score, 80–100.
    pub score: u8,
    /// When it matched.
    pub at: Timestamp,
}

impl Faced {
    /// The person is proved, by the face.
    pub fn proved(self) -> Proved {
        Proved {
            consent: self.consent,
            face_consent: Some(self.face_consent),
            identity: self.identity,
            citizen: self.citizen,
            proof: Proof::Face { score: self.score, at: self.at },
        }
    }
}

/// A counter vouched for the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterProved {
    /// The service consent.
    pub consent: ConsentGiven,
    /// The confirmed identity.
    pub identity: Identity,
    /// The person, bound to the account.
    pub citizen: CitizenId,
    /// When the counter's code was entered.
    pub at: Timestamp,
}

impl CounterProved {
    /// The person is proved, by the counter.
    pub fn proved(self) -> Proved {
        Proved {
            consent: self.consent,
            face_consent: None,
            identity: self.identity,
            citizen: self.citizen,
            proof: Proof::Counter { at: self.at },
        }
    }
}

/// A person who is proved to be the one named: what both ways lead to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proved {
    /// The service consent.
    pub consent: ConsentGiven,
    /// The consent to processing the face, when it was the face.
    pub face_consent: Option<ConsentGiven>,
    /// The confirmed identity.
    pub identity: Identity,
    /// The person, bound to the account.
    pub citizen: CitizenId,
    /// How it was proved.
    pub proof: Proof,
}

impl Proved {
    /// A code goes to the mobile number the registry holds.
    pub fn send_code(self, sent: SentCode) -> CodeSent {
        CodeSent { proved: self, sent }
    }

    /// The citizen turned out to hold a live card already.
    pub fn already_issued(self, card: CardId) -> Issued {
        Issued { card, citizen: self.citizen }
    }
}

/// An activation code is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeSent {
    /// The proved person.
    pub proved: Proved,
    /// The code on its way.
    pub sent: SentCode,
}

/// A code on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentCode {
    /// The row of the code; its digest and tries are there.
    pub code: String,
    /// The row of the message that carries it.
    pub message: MessageId,
    /// Where it goes.
    pub mobile: MobileNumber,
    /// When it was queued.
    pub at: Timestamp,
}

impl CodeSent {
    /// The right code was entered.
    pub fn activate(self, at: Timestamp) -> Activated {
        Activated { proved: self.proved, mobile: self.sent.mobile, at }
    }

    /// Another code supersedes this one.
    #[must_use]
    pub fn send_again(self, sent: SentCode) -> Self {
        self.proved.send_code(sent)
    }
}

/// The code was entered; the card's PIN is still to be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activated {
    /// The proved person.
    pub proved: Proved,
    /// The mobile number the code went to.
    pub mobile: MobileNumber,
    /// When the code was entered.
    pub at: Timestamp,
}

impl Activated {
    /// The card was issued.
    pub fn issue(self, card: CardId) -> Issued {
        self.proved.already_issued(card)
    }
}

/// The card exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The card.
    pub card: CardId,
    /// Whose.
    pub citizen: CitizenId,
}

/// A person has to look at the claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManualReview {
    /// The service consent.
    pub consent: ConsentGiven,
    /// The identity as claimed, not confirmed by the registry yet.
    pub identity: Identity,
    /// The review.
    pub review: ReviewId,
    /// Why.
    pub reason: ReviewReason,
}

impl ManualReview {
    /// Staff confirmed the identity.
    pub fn confirm(self, at: Timestamp) -> Named {
        let identity = Identity { confirmed_at: at, ..self.identity };
        Named { consent: self.consent, identity }
    }

    /// Staff refused.
    pub fn refuse(self) -> Stage {
        Stage::Refused
    }
}

/// Too many tries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locked {
    /// Of what.
    pub cause: LockCause,
    /// When tries are possible again.
    pub until: Timestamp,
    /// Where the counter can still take over: a failed face does not close the other way.
    pub resume: Option<Named>,
}
