//! The browser session behind a request, and the claim it walks.

use super::context::LoginContext;
use super::farewell;
use crate::app::{App, Fault};
use crate::config::{hours, minutes};
use crate::domain::ids::{AccountId, CitizenId};
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::storage::authorizations;
use crate::storage::claims::ClaimRow;
use crate::storage::sessions::{self, SessionRow};
use crate::storage::vault::{Purpose, mac_eq};
use crate::storage::{DbError, Tx};
use crate::web::cookies::CookieJarRules;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// How long a session may go unnoted as used: a write a minute, not one a request.
const NOTE_USE_EVERY_S: u64 = 60;

/// A live session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Keyed hash of the cookie's value: the row's key.
    pub id: String,
    /// The cookie's value.
    pub value: SessionValue,
    /// Who is logged in.
    pub account: Option<AccountId>,
    /// How.
    pub context: Option<LoginContext>,
    /// When it began.
    pub created_at: Timestamp,
    /// The first of the sessions it succeeded; none: it is the first.
    pub root: Option<String>,
    /// The account's mobile number, sealed; none right after a login, until the next request.
    pub mobile: Option<String>,
    /// The citizen the account is bound to; none right after a login, until the next request.
    pub citizen: Option<CitizenId>,
}

impl Session {
    /// The name that stays through logins of the same account.
    pub fn root(&self) -> &str {
        self.root.as_deref().unwrap_or(&self.id)
    }
}

/// The value of a session cookie: 256 random bits that only the browser keeps.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionValue(String);

impl std::fmt::Debug for SessionValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionValue(…)")
    }
}

/// What a request brings along: a cookie, perhaps a session behind it, perhaps a claim.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// The cookie's value, whether or not a session stands behind it.
    pub cookie: Option<SessionValue>,
    /// The live session.
    pub session: Option<Session>,
    /// The claim it walks.
    pub claim: Option<ClaimRow>,
}

impl Browser {
    /// Looks up the session of a request; one idle or old beyond its limits is none.
    ///
    /// # Errors
    /// [`Fault`] when the database does not answer.
    pub async fn of(app: &App, headers: &HeaderMap, now: Timestamp) -> Result<Self, Fault> {
        let Some(value) = rules(app).session(headers).map(SessionValue) else {
            return Ok(Self::default());
        };
        let id = app.vault.index(Purpose::Session, &value.0);
        let key = id.clone();
        let found = app
            .db
            .look::<_, DbError, _>(move |tx| {
                Box::pin(async move { sessions::find(tx, &key).await })
            })
            .await?;
        let cookie = Some(value.clone());
        let Some(found) = found.filter(|found| is_live(app, &found.session, now)) else {
            return Ok(Self { cookie, ..Self::default() });
        };
        let (row, claim) = (found.session, found.claim);
        if now.seconds_since(row.seen_at) >= NOTE_USE_EVERY_S {
            note_use(app, id, now).await?;
        }
        let session = Session {
            id: row.id,
            value,
            account: row.account,
            context: serde_json::from_str(&row.context).unwrap_or_default(),
            created_at: row.created_at,
            root: row.root,
            mobile: found.mobile,
            citizen: found.citizen,
        };
        Ok(Self { cookie, session: Some(session), claim })
    }

    /// The session, or [`AppError::Expired`] when the browser had one that has ended, or
    /// [`AppError::Csrf`] when it never had one.
    ///
    /// # Errors
    /// As said.
    pub fn require(&self) -> Result<&Session, AppError> {
        match (&self.session, &self.cookie) {
            (Some(session), _) => Ok(session),
            (None, Some(_)) => Err(AppError::Expired),
            (None, None) => Err(AppError::Csrf),
        }
    }
}

fn is_live(app: &App, row: &SessionRow, now: Timestamp) -> bool {
    let limits = &app.config.limits;
    now < row.seen_at + minutes(limits.session_idle_min)
        && now < row.created_at + hours(limits.session_whole_h)
}

async fn note_use(app: &App, id: String, now: Timestamp) -> Result<(), Fault> {
    app.db
        .write::<_, DbError, _>(move |tx| {
            Box::pin(async move { sessions::seen(tx, &id, now).await })
        })
        .await?;
    Ok(())
}

/// The cookie rules of this service.
pub fn rules(app: &App) -> CookieJarRules {
    CookieJarRules { https: app.issuer.starts_with("https://") }
}

/// The token that forms of this session carry: a keyed hash of the cookie's value, so that nobody
/// who cannot read the cookie can make one.
pub fn csrf_token(app: &App, value: &SessionValue) -> String {
    app.vault.index(Purpose::Csrf, &value.0)
}

/// Whether a form carries the token of the cookie that came with it.
///
/// # Errors
/// [`AppError::Csrf`].
pub fn check_csrf(app: &App, browser: &Browser, token: &str) -> Result<(), AppError> {
    let value = browser.cookie.as_ref().ok_or(AppError::Csrf)?;
    let expected = csrf_token(app, value);
    if mac_eq(&expected, token) { Ok(()) } else { Err(AppError::Csrf) }
}

/// A new session, not stored yet.
pub fn fresh(
    app: &App,
    account: Option<AccountId>,
    context: Option<LoginContext>,
    now: Timestamp,
) -> Session {
    let value = SessionValue(URL_SAFE_NO_PAD.encode(app.random::<32>()));
    let id = app.vault.index(Purpose::Session, &value.0);
    Session {
        id,
        value,
        account,
        context,
        created_at: now,
        root: None,
        mobile: None,
        citizen: None,
    }
}

/// The session a login makes of `old`, not stored yet: a new one, with a new cookie. After a login
/// of the same account clients go on to know it by the same name.
pub fn renewed(
    app: &App,
    old: &Session,
    account: AccountId,
    context: LoginContext,
    now: Timestamp,
) -> Session {
    let same = old.account.as_ref() == Some(&account);
    let root = same.then(|| old.root().to_owned());
    Session { root, ..fresh(app, Some(account), Some(context), now) }
}

/// Puts a session in the place of the one it came of: what waits in the browser goes along, and
/// the old cookie is worth nothing from here on. When another account takes the browser over, the
/// clients of the one before are told that its session ended.
///
/// # Errors
/// [`Fault`].
pub async fn succeed(
    tx: &mut Tx,
    app: &App,
    old: &Session,
    session: &Session,
    claim: Option<crate::domain::ids::ClaimId>,
) -> Result<(), Fault> {
    store(tx, session, claim).await?;
    authorizations::move_all(tx, &old.id, &session.id).await?;
    sessions::delete(tx, &old.id).await?;
    if old.account.is_some() && session.root() != old.root() {
        farewell::session_ended(tx, app, old.root(), session.created_at).await?;
    }
    Ok(())
}

/// Stores a session.
///
/// # Errors
/// [`DbError`].
pub async fn store(
    tx: &mut Tx,
    session: &Session,
    claim: Option<crate::domain::ids::ClaimId>,
) -> Result<(), DbError> {
    let context = serde_json::to_string(&session.context).unwrap_or_else(|_| "null".to_owned());
    let row = SessionRow {
        id: session.id.clone(),
        account: session.account.clone(),
        claim,
        context,
        created_at: session.created_at,
        seen_at: session.created_at,
        root: session.root.clone(),
    };
    sessions::insert(tx, &row).await
}

/// The header that hands the session to the browser.
pub fn set_cookie(app: &App, session: &Session) -> Option<HeaderValue> {
    rules(app).set_session(&session.value.0)
}
