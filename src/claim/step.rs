//! The one guard every step passes: whose claim, still open, at this stage, from our own form;
//! then save what came of it, and go on.

use super::outcome::{Outcome, Trouble};
use super::partner::{self, Waiting};
use super::settle::{Settled, settle};
use super::{record, route};
use crate::app::{App, Fault};
use crate::auth::browser::Session;
use crate::auth::posted::Posted;
use crate::auth::visitor::Visitor;
use crate::domain::claim::{Claim, Stage};
use crate::domain::ids::Reference;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::storage::claims;
use crate::web::cx::Cx;
use crate::web::forms::FormData;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};
use std::future::Future;

/// One step of the claim: its form, its page, and what submitting it does.
pub(super) trait Step: Sized + Send + 'static {
    /// Where a submit leads that leaves the stage as it is; none: to the stage's own page.
    const NEXT: Option<&'static str> = None;

    /// Whether the step may be shown and submitted at this stage.
    fn fits(stage: &Stage) -> bool;

    /// Reads the form.
    ///
    /// # Errors
    /// [`Trouble`] names what to mend; nothing is spent.
    fn read(form: FormData, visit: &Visit) -> Result<Self, Trouble>;

    /// Renders the step's page.
    ///
    /// # Errors
    /// [`Fault`] when the template fails.
    fn page(
        visit: &Visit,
        trouble: Option<&Trouble>,
        status: u16,
    ) -> impl Future<Output = Result<Response, Fault>> + Send;

    /// What happens when the page is first reached; nothing for most steps.
    fn arrive(_visit: &Visit) -> impl Future<Output = Result<Option<Outcome>, AppError>> + Send {
        async { Ok(None) }
    }

    /// Does what the step is for. Called with no transaction open.
    fn submit(self, visit: &Visit) -> impl Future<Output = Result<Outcome, AppError>> + Send;
}

/// A claim in the browser that walks it, at one moment.
pub(super) struct Visit {
    /// The service.
    pub app: App,
    /// The claim.
    pub claim: Claim,
    /// The browser's session.
    pub session: Session,
    /// The page context.
    pub cx: Cx,
    /// The moment of the request.
    pub now: Timestamp,
    /// The request's reference number.
    pub reference: Reference,
    /// The partner that waits for the claim.
    pub waiting: Option<Waiting>,
}

impl Visit {
    /// A fresh identifier's worth of randomness.
    pub(super) fn random(&self) -> [u8; 16] {
        self.app.random()
    }
}

/// The two routes of a step.
pub(super) fn step<S: Step>() -> MethodRouter<App> {
    get(show::<S>).post(submit::<S>)
}

async fn show<S: Step>(State(app): State<App>, visitor: Visitor) -> Result<Response, AppError> {
    let Some(mut visit) = open(app, visitor).await? else { return Ok(to(route::BEGIN)) };
    if !S::fits(&visit.claim.stage) {
        return Ok(elsewhere(&visit.claim));
    }
    let Some(outcome) = S::arrive(&visit).await? else { return page::<S>(&visit, None, 200).await };
    match settle(&visit, outcome).await? {
        Settled::Saved { claim, cookie, trouble } => {
            visit.claim = claim;
            let status = trouble.as_ref().map_or(200, |t| t.status);
            let answer = if S::fits(&visit.claim.stage) {
                with_retry(page::<S>(&visit, trouble.as_ref(), status).await?, trouble.as_ref())
            } else {
                elsewhere(&visit.claim)
            };
            Ok(with_cookie(answer, cookie))
        }
        Settled::Barred(locked) => super::ends::lock(&visit, &locked),
        Settled::Overtaken => overtaken(&visit).await,
    }
}

async fn submit<S: Step>(
    State(app): State<App>,
    Posted { form, visitor }: Posted,
) -> Result<Response, AppError> {
    visitor.browser.require()?;
    let Some(mut visit) = open(app, visitor).await? else { return Ok(to(route::BEGIN)) };
    if visit.claim.stage == Stage::Expired {
        return Err(AppError::Expired);
    }
    if !S::fits(&visit.claim.stage) {
        return Ok(elsewhere(&visit.claim));
    }
    let outcome = match S::read(form, &visit) {
        Ok(step) => step.submit(&visit).await?,
        Err(trouble) => return again::<S>(&visit, &trouble).await,
    };
    match settle(&visit, outcome).await? {
        Settled::Saved { claim, cookie, trouble } => {
            visit.claim = claim;
            let answer = match &trouble {
                Some(trouble) if S::fits(&visit.claim.stage) => again::<S>(&visit, trouble).await?,
                None if S::fits(&visit.claim.stage) && S::NEXT.is_some() => {
                    to(S::NEXT.unwrap_or(route::BEGIN))
                }
                _ => super::ends::after(&visit).await?,
            };
            Ok(with_cookie(answer, cookie))
        }
        Settled::Barred(locked) => super::ends::lock(&visit, &locked),
        Settled::Overtaken => overtaken(&visit).await,
    }
}

/// Another request was faster: on to where it left the claim, unless somebody logged in there.
async fn overtaken(visit: &Visit) -> Result<Response, AppError> {
    let id = visit.claim.id.clone();
    let found = visit
        .app
        .db
        .read::<_, Fault, _>(move |tx| Box::pin(async move { Ok(claims::find(tx, &id).await?) }))
        .await?;
    let Some(row) = found else { return Ok(to(route::BEGIN)) };
    let claim = record::open(&visit.app.vault, &row, visit.now)?;
    if claim.account.is_some() && claim.account != visit.session.account {
        return Ok(to(route::BEGIN));
    }
    Ok(elsewhere(&claim))
}

/// The visit, if this browser walks a claim.
async fn open(app: App, visitor: Visitor) -> Result<Option<Visit>, AppError> {
    let Visitor { browser, mut cx, now, reference } = visitor;
    let Some(session) = browser.session else {
        return if browser.cookie.is_some() { Err(AppError::Expired) } else { Ok(None) };
    };
    let Some(row) = browser.claim else { return Ok(None) };
    let claim = record::open(&app.vault, &row, now)?;
    if claim.account.is_some() && claim.account != session.account {
        return Ok(None);
    }
    let waiting = partner::waiting(&app, &claim, cx.lang()).await?;
    cx.partner = waiting.as_ref().map(|waiting| waiting.partner.clone());
    cx.reference = Some(claim.reference.as_str().to_owned());
    let left = claim.expires_at.seconds_since(now) / 60;
    cx.minutes_left = u32::try_from(left).ok().filter(|_| claim.stage.expires());
    Ok(Some(Visit { app, claim, session, cx, now, reference, waiting }))
}

async fn again<S: Step>(visit: &Visit, trouble: &Trouble) -> Result<Response, AppError> {
    Ok(with_retry(page::<S>(visit, Some(trouble), trouble.status).await?, Some(trouble)))
}

/// The step's page; its form may end at the partner that waits.
async fn page<S: Step>(
    visit: &Visit,
    trouble: Option<&Trouble>,
    status: u16,
) -> Result<Response, AppError> {
    Ok(Waiting::allow(visit.waiting.as_ref(), S::page(visit, trouble, status).await?))
}

fn with_retry(answer: Response, trouble: Option<&Trouble>) -> Response {
    match trouble.and_then(|t| t.retry_after) {
        Some(after) => retry_later(answer, after.as_secs()),
        None => answer,
    }
}

/// The answer with `Retry-After` (s, at least one).
pub(super) fn retry_later(mut answer: Response, seconds: u64) -> Response {
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    answer
}

fn with_cookie(mut answer: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}

/// Where the claim's stage is walked.
pub(super) fn elsewhere(claim: &Claim) -> Response {
    to(&route::of(claim))
}

fn to(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// The visit of a page that is no step, such as the ends.
///
/// # Errors
/// As the steps' own.
pub(super) async fn visit(app: App, visitor: Visitor) -> Result<Option<Visit>, AppError> {
    open(app, visitor).await
}
