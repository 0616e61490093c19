//! How many cards a second come out of the last form: whole HTTP requests over loopback, SQLite
//! with `synchronous=FULL`, every answer durable.
//!
//! ```text
//! cargo bench --bench issue                     PIN hash at its least, so that the rest shows
//! ISSUE_HASH_KIB=19456 ISSUE_HASH_PASSES=2 cargo bench --bench issue     as in service
//! ```
//! Other variables: `ISSUE_CLAIMS` (20000), `ISSUE_CONNECTIONS` (32). The load comes from the same
//! process and so from the same cores.

use ecard::app::{App, PersonRecord, internal, seal_person};
use ecard::assembly::{Surroundings, assemble};
use ecard::auth::browser;
use ecard::claim::record;
use ecard::config::{Config, Hashing};
use ecard::domain::citizen::{CardType, PhysicalCard, PhysicalCardState, VitalState};
use ecard::domain::claim::{Claim, ConsentGiven, Identity, Proof, Proved, SentCode, Started};
use ecard::domain::id_number::IdNumber;
use ecard::domain::ids::{AccountId, CitizenId, ClaimId, MessageId, Reference};
use ecard::domain::mobile_number::MobileNumber;
use ecard::domain::person_name::PersonName;
use ecard::domain::time::Timestamp;
use ecard::error::AppError;
use ecard::ports::clock::SystemClock;
use ecard::ports::entropy::SystemEntropy;
use ecard::storage::accounts::{self, AccountRow};
use ecard::storage::vault::{Place, Purpose};
use ecard::storage::{citizens, claims, people};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (kib, passes) = (setting("ISSUE_HASH_KIB", 8), setting("ISSUE_HASH_PASSES", 1));
    let config = Config {
        listen: address,
        database: format!("sqlite://{}", folder.path().join("ecard.db").display()),
        keys: folder.path().join("keys"),
        hashing: Hashing { memory_kib: kib, passes, at_once: 0 },
        ..Config::default()
    };
    let entropy = Arc::new(SystemEntropy::new()?);
    let app = assemble(config, Surroundings { clock: Arc::new(SystemClock), entropy }).await?;
    let count = setting("ISSUE_CLAIMS", 20_000_usize);
    let requests = Arc::new(prepare(&app, count).await?);
    tokio::spawn(async move { axum::serve(listener, ecard::router(app)).await });

    let connections = setting("ISSUE_CONNECTIONS", 32_usize);
    let next = Arc::new(AtomicUsize::new(0));
    let begun = tokio::time::Instant::now();
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..connections {
        clients.spawn(post(address, Arc::clone(&requests), Arc::clone(&next)));
    }
    let mut slowest = Duration::ZERO;
    while let Some(done) = clients.join_next().await {
        slowest = slowest.max(done??);
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{count} cards issued in {seconds:.2} s: {:.0} a second ({connections} connections, \
         Argon2id {kib} KiB x {passes}, slowest answer {} ms)",
        count as f64 / seconds,
        slowest.as_millis()
    );
    Ok(())
}

/// Posts prepared requests one after the other; every answer must lead to the card.
async fn post(
    address: std::net::SocketAddr,
    requests: Arc<Vec<String>>,
    next: Arc<AtomicUsize>,
) -> Result<Duration, Failure> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut answer = vec![0; 16 * 1024];
    let mut slowest = Duration::ZERO;
    while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
        let begun = tokio::time::Instant::now();
        stream.write_all(request.as_bytes()).await?;
        let read = stream.read(&mut answer).await?;
        let head = String::from_utf8_lossy(answer.get(..read).unwrap_or_default()).into_owned();
        if !head.starts_with("HTTP/1.1 303") || !head.contains("location: /card\r\n") {
            return Err(format!("not issued: {head}").into());
        }
        slowest = slowest.max(begun.elapsed());
    }
    Ok(slowest)
}

/// Puts `count` claims before their last form, and writes down the requests that end them.
async fn prepare(app: &App, count: usize) -> Result<Vec<String>, Failure> {
    let now = app.clock.now();
    let mut requests = Vec::with_capacity(count);
    for chunk in (0..count).collect::<Vec<_>>().chunks(500) {
        let (parts, numbers) = (app.clone(), chunk.to_vec());
        let made: Vec<String> = app
            .db
            .write::<_, AppError, _>(move |tx| {
                Box::pin(async move {
                    let mut cookies = Vec::new();
                    for number in numbers {
                        cookies.push(one(tx, &parts, number, now).await?);
                    }
                    Ok(cookies)
                })
            })
            .await?;
        requests.extend(made);
    }
    Ok(requests)
}

async fn one(
    tx: &mut ecard::storage::Tx,
    app: &App,
    number: usize,
    now: Timestamp,
) -> Result<String, AppError> {
    let id_number = id_number(number, now).ok_or_else(|| internal("no such number"))?;
    let name = PersonName::parse("张三").map_err(internal)?;
    let mobile = MobileNumber::parse(&format!("138{number:08}")).map_err(internal)?;
    person(tx, app, &id_number, &name, &mobile).await?;
    let identity = Identity { id_number, name, confirmed_at: now };
    let indexes = app.vault.indexes(Purpose::IdNumber, identity.id_number.as_str());
    let fresh = CitizenId::from_random(app.random());
    let citizen = citizens::find_or_insert(tx, &fresh, &indexes, "sealed", now).await?;
    let id = AccountId::from_random(app.random());
    let place = Place { table: "accounts", column: "mobile", row: id.as_str() };
    let sealed = app.vault.seal(place, mobile.as_str().as_bytes()).into_string();
    let account = AccountRow { id, mobile: sealed, password_hash: String::new(), citizen: None };
    accounts::insert(tx, &account, &app.vault.index(Purpose::Mobile, mobile.as_str()), now).await?;
    accounts::bind(tx, &account.id, &citizen).await?;
    let claim = activated(app, identity, citizen, mobile, now);
    let claim = Claim { account: Some(account.id.clone()), ..claim };
    let row = record::close(&app.vault, &claim)?;
    claims::insert(tx, &row).await?;
    let session = browser::fresh(app, Some(account.id), None, now);
    browser::store(tx, &session, Some(claim.id)).await?;
    Ok(request(app, &session))
}

/// A claim one form away from its card: walked there by the state machine's own transitions.
fn activated(
    app: &App,
    identity: Identity,
    citizen: CitizenId,
    mobile: MobileNumber,
    now: Timestamp,
) -> Claim {
    let reference = Reference::from_random(app.random());
    let claim =
        Claim::begin(ClaimId::from_random(app.random()), reference, now, Duration::from_secs(1800));
    let given = || ConsentGiven { text_version: "bench".to_owned(), at: now };
    let named = Started.allow(given()).log_in().name(identity);
    let faced = named
        .consent_to_face(given(), ecard::domain::liveness::LivenessPrompt::Nod)
        .matched(citizen, 95, now);
    let proved: Proved = faced.proved();
    debug_assert!(matches!(proved.proof, Proof::Face { .. }));
    let message = MessageId::from_random(app.random());
    let sent = SentCode { code: String::new(), message, mobile, at: now };
    claim.at(proved.send_code(sent).activate(now))
}

async fn person(
    tx: &mut ecard::storage::Tx,
    app: &App,
    id_number: &IdNumber,
    name: &PersonName,
    mobile: &MobileNumber,
) -> Result<(), AppError> {
    let record = PersonRecord {
        id_number: id_number.clone(),
        name: name.clone(),
        ethnicity: None,
        hukou: Some("110101".to_owned()),
        mobile: Some(mobile.clone()),
        vital: VitalState::Alive,
        physical_card: Some(PhysicalCard {
            number: "A12345678".to_owned(),
            region: "110100".to_owned(),
            bank: "ICBC".to_owned(),
            card_type: CardType::Adult,
            state: PhysicalCardState::Normal,
        }),
        insurance: serde_json::json!({}),
    };
    people::save(tx, &seal_person(&app.vault, &record, b"")?).await.map_err(AppError::from)
}

fn id_number(number: usize, now: Timestamp) -> Option<IdNumber> {
    let (day, sequence) = (number / 999, number % 999 + 1);
    let (year, month, day) = (1970 + day / 336, day / 28 % 12 + 1, day % 28 + 1);
    let body = format!("110101{year:04}{month:02}{day:02}{sequence:03}");
    "0123456789X"
        .chars()
        .find_map(|check| IdNumber::parse(&format!("{body}{check}"), now.shanghai_date()).ok())
}

fn request(app: &App, session: &browser::Session) -> String {
    let cookie = browser::set_cookie(app, session);
    let cookie = cookie.as_ref().and_then(|c| c.to_str().ok()).unwrap_or_default();
    let cookie = cookie.split(';').next().unwrap_or_default();
    let form =
        format!("csrf={}&pin=385164&pin_again=385164", browser::csrf_token(app, &session.value));
    format!(
        "POST /claim/pin HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )
}
