//! The only wiring: everything a handler may use, built once, handed on by reference.

pub mod access_tokens;
pub mod back_channel;
pub mod budget;
pub mod card_events;
mod client_ca;
pub mod delivery;
pub mod directory;
mod fault;
mod halves;
mod hasher;
pub mod key_sets;
pub mod metrics;
pub mod own_keys;
pub mod owners;
pub mod pace;
mod people;
pub mod refused;
mod render;
pub mod revocations;
pub mod shown;
pub mod tally;

pub use client_ca::{ClientCa, certificates};
pub use fault::{Fault, internal};
pub use hasher::{Hasher, HashingFailed};
pub use people::{PersonRecord, RegistryRows, seal_person};
pub use render::html;

use crate::config::Config;
use crate::domain::ids::Reference;
use crate::ports::clock::Clock;
use crate::ports::entropy::Entropy;
use crate::ports::face::FaceMatcher;
use crate::ports::outbound::Outbound;
use crate::ports::registry::Registry;
use crate::ports::sms::SmsGateway;
use crate::simulator::face::FaceSimulator;
use crate::simulator::phone::DemoPhone;
use crate::status::StatusBoard;
use crate::storage::vault::Vault;
use crate::storage::{Db, DbError};
use crate::token::keyring::KeyRing;
use access_tokens::AccessTokens;
use budget::ProofBudget;
use directory::Directory;
use key_sets::KeySets;
use metrics::Metrics;
use own_keys::OwnKeys;
use owners::Owners;
use pace::Pace;
use refused::Refused;
use revocations::Revocations;
use std::ops::Deref;
use std::sync::Arc;
use tally::Tally;
use tokio::sync::Notify;

/// The service's parts. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What [`App`] is made of.
pub struct Parts {
    /// The configuration in force.
    pub config: Config,
    /// The service's own URL, without a slash at its end.
    pub issuer: String,
    /// The database.
    pub db: Db,
    /// Seals and looks up personal fields.
    pub vault: Arc<Vault>,
    /// Signs tokens.
    pub keys: Arc<KeyRing>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Passwords and PINs.
    pub hasher: Hasher,
    /// The population registry.
    pub registry: Arc<dyn Registry>,
    /// The face match.
    pub face: Arc<dyn FaceMatcher>,
    /// The SMS gateway.
    pub sms: Arc<dyn SmsGateway>,
    /// Card status, followed into memory.
    pub status: StatusBoard,
    /// Clients in memory.
    pub directory: Directory,
    /// Keys that clients publish.
    pub key_sets: KeySets,
    /// Asks what clients have registered.
    pub outbound: Arc<dyn Outbound>,
    /// What wrong proofs of clients may cost.
    pub proofs: ProofBudget,
    /// Grants, lines and tokens that ended lately, followed into memory.
    pub revocations: Revocations,
    /// Whose client certificates are believed.
    pub client_ca: Option<ClientCa>,
    /// Our own public keys, parsed.
    pub own_keys: OwnKeys,
    /// Access tokens looked at lately.
    pub access_tokens: AccessTokens,
    /// Tokens that clients got for themselves, not written down yet.
    pub tally: Tally,
    /// What is counted for operators.
    pub metrics: Metrics,
    /// Who was not believed in a client's name, not written down yet.
    pub refused: Refused,
    /// How fast clients may leave rows behind.
    pub pace: Pace,
    /// Whose status entries were asked about lately.
    pub owners: Owners,
    /// Wakes the outbox when a message was queued.
    pub outbox_wakes: Notify,
    /// The demo's own parts; none in production.
    pub demo: Option<Demo>,
}

/// What only the demo has.
pub struct Demo {
    /// The simulated phone.
    pub phone: Arc<DemoPhone>,
    /// The simulated face match, whose portraits a visitor may replace.
    pub face: Arc<FaceSimulator<RegistryRows>>,
}

impl App {
    /// Wires the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// `N` random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        self.entropy.bytes()
    }

    /// Takes in what was just committed: ended grants, lines and tokens, and changes of status.
    /// Whoever commits any of these calls this after the commit; when it returns, this instance
    /// knows. Others hear of it by themselves, within a second.
    ///
    /// # Errors
    /// [`DbError`]: the jobs that follow will do it.
    pub async fn follow(&self) -> Result<(), DbError> {
        let (ended, status) = tokio::join!(self.revocations.follow(&self.db), self.status.follow());
        ended.and(status)
    }

    /// A fresh reference number.
    pub fn reference(&self) -> Reference {
        Reference::from_random(self.random())
    }
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
