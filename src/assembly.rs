//! Puts a service together from its configuration: the same for `serve`, for the commands that
//! look into a running service's database, and for tests.

use crate::app::access_tokens::AccessTokens;
use crate::app::budget::ProofBudget;
use crate::app::directory::Directory;
use crate::app::key_sets::KeySets;
use crate::app::metrics::Metrics;
use crate::app::own_keys::OwnKeys;
use crate::app::owners::Owners;
use crate::app::pace::Pace;
use crate::app::refused::Refused;
use crate::app::revocations::Revocations;
use crate::app::tally::Tally;
use crate::app::{App, ClientCa, Demo, Fault, Hasher, HashingFailed, Parts, RegistryRows};
use crate::config::providers::{ProviderConfig, ProviderKind};
use crate::config::{Config, ConfigError, Profile, unsafe_in_production};
use crate::demo_data;
use crate::keyfile::{self, KeyFileError};
use crate::ports::clock::Clock;
use crate::ports::entropy::Entropy;
use crate::ports::face::FaceMatcher;
use crate::ports::http::client::HttpClient;
use crate::ports::http::face::HttpFaceMatcher;
use crate::ports::http::outbound::HttpOutbound;
use crate::ports::http::registry::HttpRegistry;
use crate::ports::http::setup::HttpClientError;
use crate::ports::http::sms::HttpSmsGateway;
use crate::ports::registry::Registry;
use crate::ports::sms::SmsGateway;
use crate::simulator::face::FaceSimulator;
use crate::simulator::phone::DemoPhone;
use crate::status::StatusBoard;
use crate::storage::vault::Vault;
use crate::storage::{Db, DbError, service};
use crate::token::keyring::KeyRing;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Why a service could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum AssemblyError {
    /// The configuration is unsafe or cannot be read.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A private key cannot be trusted.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// The certificates in `client_ca` cannot be used.
    #[error("client_ca: {0}")]
    ClientCa(KeyFileError),
    /// The database does not answer.
    #[error(
        "{0}; look at `database` (--database, ECARD_DATABASE): is it running, is the address right, and may this user connect?"
    )]
    Database(#[from] DbError),
    /// A provider cannot be set up.
    #[error("providers: {0}")]
    Provider(#[from] HttpClientError),
    /// The parameters of the password hash do not fit.
    #[error("hashing: {0}")]
    Hashing(#[from] HashingFailed),
    /// Everything else; the log has the cause.
    #[error("{0}")]
    Fault(#[from] Fault),
}

/// What comes from outside the configuration.
#[derive(Clone)]
pub struct Surroundings {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

/// Puts a service together that is to be run: as [`assemble_for_command`], and production does not
/// start on what a demo left.
///
/// # Errors
/// [`AssemblyError`].
pub async fn assemble(config: Config, around: Surroundings) -> Result<App, AssemblyError> {
    let app = assemble_for_command(config, around).await?;
    app.status.follow().await?;
    let found = misplaced(&app).await?;
    if found.is_empty() {
        let profile = app.config.profile.as_str();
        let note = app.db.write::<_, DbError, _>(move |tx| {
            Box::pin(async move { service::note_profile(tx, profile).await })
        });
        note.await?;
        return Ok(app);
    }
    app.db.close().await;
    Err(ConfigError::Unsafe(found).into())
}

/// Why this profile must not serve this database and these keys: a demo makes accounts whose
/// password everybody knows, and production believes what it finds.
async fn misplaced(app: &App) -> Result<Vec<String>, AssemblyError> {
    if !app.config.is_demo() {
        let found = [
            demo_data::client_left(&app.db).await?,
            demo_data::secret_left(&app.config),
            keyfile::others_may_change(&app.config.keys),
        ];
        return Ok(found.into_iter().flatten().collect());
    }
    let look = app.db.look::<_, DbError, _>(|tx| Box::pin(service::profile(tx)));
    let of_production = look.await?.is_some_and(|p| p == Profile::Production.as_str());
    Ok(Vec::from_iter(of_production.then(|| {
        "database: production was served from it; start the demo in a folder of its own, or set \
         --profile production"
            .to_owned()
    })))
}

/// Opens database and keys and wires the service together. Brings an SQLite database up to date,
/// and a PostgreSQL one under its lock. What a demo left is no hindrance: a command may be there
/// to remove it.
///
/// # Errors
/// [`AssemblyError`]; every unsafe setting is named at once.
pub async fn assemble_for_command(
    config: Config,
    around: Surroundings,
) -> Result<App, AssemblyError> {
    let found = unsafe_in_production(&config);
    if !found.is_empty() {
        return Err(ConfigError::Unsafe(found).into());
    }
    let Surroundings { clock, entropy } = around;
    let keys = Arc::new(KeyRing::open_or_create(&config.keys, clock.now())?);
    let vault = Arc::new(Vault::open_or_create(&config.keys, entropy.as_ref())?);
    // Looked at before anything uses it, so that one others can read is refused by name.
    demo_data::check_secrets(&config)?;
    let db = Db::open(&config.database).await?;
    db.migrate().await?;
    let revocations = Revocations::default();
    revocations.begin(&db, clock.now()).await?;
    let client_ca = client_ca(&config)?;
    let issuer = config.issuer();
    let rows = RegistryRows::new(db.clone(), Arc::clone(&vault));
    let phone = Arc::new(DemoPhone::new(Arc::clone(&clock)));
    let simulated = Arc::new(FaceSimulator::new(rows.clone()));
    let providers = &config.providers;
    let parts = Parts {
        registry: registry(&providers.registry, &entropy, rows)?,
        face: face(&providers.face, &entropy, &simulated)?,
        sms: sms(&providers.sms, &entropy, &phone)?,
        hasher: Hasher::new(&config.hashing)?,
        status: status(&config, &db, &vault, &keys),
        directory: Directory::default(),
        key_sets: KeySets::default(),
        outbound: Arc::new(HttpOutbound::new(config.is_demo())?),
        proofs: ProofBudget::default(),
        revocations,
        client_ca,
        own_keys: OwnKeys::default(),
        access_tokens: AccessTokens::default(),
        tally: Tally::default(),
        metrics: Metrics::default(),
        refused: Refused::default(),
        pace: Pace::default(),
        owners: Owners::default(),
        outbox_wakes: Notify::new(),
        demo: config.is_demo().then(|| Demo { phone, face: simulated }),
        issuer,
        db,
        vault,
        keys,
        clock,
        entropy,
        config,
    };
    Ok(App::new(parts))
}

fn client_ca(config: &Config) -> Result<Option<ClientCa>, AssemblyError> {
    let read = config.client_ca.as_deref().map(ClientCa::read).transpose();
    read.map_err(AssemblyError::ClientCa)
}

fn status(config: &Config, db: &Db, vault: &Arc<Vault>, keys: &Arc<KeyRing>) -> StatusBoard {
    let unknown_after = Duration::from_secs(config.limits.status_unknown_after_s);
    let (vault, keys) = (Arc::clone(vault), Arc::clone(keys));
    StatusBoard::new(db.clone(), vault, keys, &config.issuer(), unknown_after)
}

fn registry(
    config: &ProviderConfig,
    entropy: &Arc<dyn Entropy>,
    rows: RegistryRows,
) -> Result<Arc<dyn Registry>, HttpClientError> {
    Ok(match config.kind {
        ProviderKind::Simulated => Arc::new(rows),
        ProviderKind::Http => Arc::new(HttpRegistry::new(client("registry", config, entropy)?)),
    })
}

fn face(
    config: &ProviderConfig,
    entropy: &Arc<dyn Entropy>,
    simulated: &Arc<FaceSimulator<RegistryRows>>,
) -> Result<Arc<dyn FaceMatcher>, HttpClientError> {
    Ok(match config.kind {
        ProviderKind::Simulated => Arc::clone(simulated) as Arc<dyn FaceMatcher>,
        ProviderKind::Http => Arc::new(HttpFaceMatcher::new(client("face", config, entropy)?)),
    })
}

fn sms(
    config: &ProviderConfig,
    entropy: &Arc<dyn Entropy>,
    phone: &Arc<DemoPhone>,
) -> Result<Arc<dyn SmsGateway>, HttpClientError> {
    Ok(match config.kind {
        ProviderKind::Simulated => Arc::clone(phone) as Arc<dyn SmsGateway>,
        ProviderKind::Http => Arc::new(HttpSmsGateway::new(client("sms", config, entropy)?)),
    })
}

fn client(
    name: &'static str,
    config: &ProviderConfig,
    entropy: &Arc<dyn Entropy>,
) -> Result<HttpClient, HttpClientError> {
    HttpClient::from_config(name, config, Arc::clone(entropy))
}
