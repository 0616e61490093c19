//! What a step's submit comes to, and what is written beside the claim.

use crate::app::Fault;
use crate::auth::context::LoginContext;
use crate::domain::claim::{Claim, Locked, Stage};
use crate::domain::ids::{AccountId, CitizenId, MessageId};
use crate::domain::mobile_number::MobileNumber;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
pub(super) use crate::pages::trouble::Trouble;
use crate::storage::Tx;
use crate::storage::codes::NewCode;
use crate::storage::registrations::RegistrationRow;
use futures_util::future::BoxFuture;

/// What a submit comes to. All but the last are saved.
pub(super) enum Outcome {
    /// On to the next stage (or to an end).
    Advance(Claim, Vec<Effect>),
    /// The same stage again, with what to mend; tries that were spent are spent.
    Again(Claim, Trouble, Vec<Effect>),
    /// What must be decided inside the transaction, because others may be deciding it too.
    Within(Claim, Deed),
    /// A limit beyond this claim bars the step for now. Nothing is saved: another request of the
    /// same claim, which got the last place, may be about to succeed.
    Barred(Locked),
}

/// Work inside the transaction that saves the claim: answers the stage the claim goes to.
pub(super) type Deed = Box<
    dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<(Stage, Vec<Effect>), Fault>> + Send,
>;

/// What is written in the transaction that saves the claim.
pub(super) enum Effect {
    /// A line in the audit trail.
    Audit(Event),
    /// A message into the outbox; sent in the background.
    Sms(Message),
    /// A message that the next page waits for: tried once before it is shown.
    SmsNow(Message),
    /// A one-time code, superseding the subject's earlier one.
    Code(NewCode),
    /// A registration that waits for its code.
    Register(RegistrationRow),
    /// A new session for this browser: the person is known from here on.
    LogIn(AccountId, LoginContext),
    /// The session knows more of the person.
    Raise(LoginContext),
    /// A confirmed name that may be resumed.
    KeepName(String, Timestamp),
    /// A review for staff.
    Review(crate::domain::ids::ReviewId, &'static str),
    /// The browser walks another claim: one that waits for staff.
    Adopt(crate::domain::ids::ClaimId),
}

/// A line of the audit trail.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// What happened, such as `claim.face_matched`.
    pub name: &'static str,
    /// Whom it concerns, once known.
    pub citizen: Option<CitizenId>,
    /// Particulars; sealed under the citizen's key.
    pub particulars: serde_json::Value,
}

impl Event {
    /// An event without particulars.
    pub(super) fn of(name: &'static str, citizen: Option<&CitizenId>) -> Self {
        Self { name, citizen: citizen.cloned(), particulars: serde_json::Value::Null }
    }

    /// The event with particulars.
    #[must_use]
    pub(super) fn with(self, particulars: serde_json::Value) -> Self {
        Self { particulars, ..self }
    }
}

/// A message to send.
#[derive(Clone, Debug)]
pub(super) struct Message {
    /// The outbox row.
    pub id: MessageId,
    /// What it is for.
    pub purpose: &'static str,
    /// To whom.
    pub to: MobileNumber,
    /// What it says.
    pub text: Secret,
    /// After this it is not worth sending.
    pub expires_at: Option<Timestamp>,
}
