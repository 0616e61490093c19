//! Why an authorization cannot begin, and whom to tell: an error that must be shown cannot
//! redirect, by construction.

use super::answer::Answer;
use crate::app::{App, Fault, html};
use crate::auth::visitor::Visitor;
use crate::domain::authorization::RequestProblem;
use crate::domain::client::Client;
use crate::error::AppError;
use crate::pages::authorize::{AuthorizeProblemPage, LostAuthorizationPage, LostReason};
use crate::web::lang::Lang;
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;

/// Why an authorization cannot begin.
pub(super) enum AuthorizeError {
    /// Nobody vouches for where an answer would go: the person is told.
    Show {
        /// The registered error code.
        code: &'static str,
        /// What is wrong, for the partner's engineers.
        description: &'static str,
        /// Who asks, when that is known.
        client: Option<Arc<Client>>,
    },
    /// A pushed request that ended unanswered: the person starts again at the partner.
    Gone(Arc<Client>),
    /// A pushed request that was answered, in another browser or too long ago to be told again.
    Answered(Arc<Client>),
    /// A pushed request nobody knows.
    Unknown(Arc<Client>),
    /// The client is told, at a redirect URI of its own.
    Redirect(Box<Answer>, Arc<Client>),
    /// A fault of ours.
    Fault(AppError),
}

impl From<Fault> for AuthorizeError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl AuthorizeError {
    /// An error that is shown.
    pub(super) fn show(problem: RequestProblem, client: Option<Arc<Client>>) -> Self {
        Self::Show { code: problem.code, description: problem.description, client }
    }

    /// The answer.
    ///
    /// # Errors
    /// [`AppError`] for a fault of ours.
    pub(super) fn respond(self, visitor: Visitor) -> Result<Response, AppError> {
        let english = visitor.cx.lang() == Lang::En;
        let reference = visitor.reference.as_str().to_owned();
        match self {
            Self::Fault(fault) => Err(fault),
            Self::Redirect(answer, client) => {
                answer.send(visitor.cx, client.name(english).to_owned())
            }
            Self::Gone(client) => lost(visitor, Some(&client), LostReason::Expired),
            Self::Answered(client) => {
                let mut answer = lost(visitor, Some(&client), LostReason::Done)?;
                *answer.status_mut() = StatusCode::GONE;
                Ok(answer)
            }
            Self::Unknown(client) => lost(visitor, Some(&client), LostReason::Unknown),
            Self::Show { code, description, client } => {
                let partner = client.map(|c| c.name(english).to_owned());
                let description = description.to_owned();
                let page =
                    AuthorizeProblemPage { cx: visitor.cx, code, description, partner, reference };
                html(400, &page)
            }
        }
    }
}

/// The page of an authorization that cannot go on here.
///
/// # Errors
/// [`Fault`] when the template fails.
pub(super) fn lost(
    visitor: Visitor,
    client: Option<&Client>,
    reason: LostReason,
) -> Result<Response, Fault> {
    let english = visitor.cx.lang() == Lang::En;
    let status = match reason {
        LostReason::Expired | LostReason::Unknown => 410,
        LostReason::OtherBrowser => 403,
        LostReason::Done => 200,
    };
    let page = LostAuthorizationPage {
        reason,
        partner: client.map(|c| c.name(english).to_owned()),
        start_href: client.and_then(Client::start_uri).map(str::to_owned),
        back_href: client.and_then(|c| c.client_uri.clone()),
        reference: visitor.reference.as_str().to_owned(),
        cx: visitor.cx,
    };
    html(status, &page)
}

/// An error that goes back to the client.
pub(super) fn redirect(app: &App, answer: Refusal<'_>, client: Arc<Client>) -> AuthorizeError {
    let Refusal { to, mode, state, problem } = answer;
    let answer = Answer::error(app, to, mode, &state, problem.code, problem.description);
    AuthorizeError::Redirect(Box::new(answer), client)
}

/// What an error that goes back is made of.
pub(super) struct Refusal<'a> {
    /// The matched redirect URI.
    pub to: &'a crate::domain::client::RedirectUri,
    /// How the answer travels.
    pub mode: crate::domain::authorization::ResponseMode,
    /// Returned as it came.
    pub state: Option<String>,
    /// What is wrong.
    pub problem: RequestProblem,
}
