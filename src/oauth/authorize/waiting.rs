//! An authorization between memory and its row.

use super::answer::Answer;
use super::check::Checked;
use crate::app::{App, Fault, internal};
use crate::domain::authorization::AuthorizationRequest;
use crate::domain::ids::AuthorizationId;
use crate::domain::time::Timestamp;
use crate::storage::authorizations::AuthorizationRow;
use crate::storage::vault::Place;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a citizen may take: a whole claim, and some more.
const LIFETIME: Duration = Duration::from_secs(45 * 60);
/// How long the same answer is given again to a double click or a step back: as long as its code
/// lives.
const ANSWER_AGAIN: Duration = crate::auth::code::AUTH_CODE_LIFETIME;

#[derive(Serialize, Deserialize)]
struct Body {
    request: AuthorizationRequest,
    #[serde(default)]
    logged_in_at: Option<Timestamp>,
    #[serde(default)]
    answered_at: Option<Timestamp>,
    /// Sealed: it holds the code.
    #[serde(default)]
    answer: Option<String>,
}

/// An authorization that waits, or was answered.
pub(super) struct Waiting {
    /// Its row.
    pub row: AuthorizationRow,
    /// What is asked.
    pub request: AuthorizationRequest,
    /// When somebody logged in within it.
    pub logged_in_at: Option<Timestamp>,
    answered_at: Option<Timestamp>,
    answer: Option<String>,
}

fn place(id: &AuthorizationId) -> Place<'_> {
    Place { table: "authorizations", column: "answer", row: id.as_str() }
}

impl Waiting {
    /// A new one, bound to no browser yet.
    ///
    /// # Errors
    /// [`Fault`] when it cannot be written down.
    pub(super) fn new(app: &App, checked: &Checked, now: Timestamp) -> Result<Self, Fault> {
        let row = AuthorizationRow {
            id: AuthorizationId::from_random(app.random()),
            client: checked.client.client_id.clone(),
            session: None,
            pushed: checked.pushed.as_ref().map(|p| p.digest.clone()),
            is_open: true,
            body: String::new(),
            version: 0,
            created_at: now,
            expires_at: now + LIFETIME,
        };
        let request = checked.request.clone();
        let mut waiting =
            Self { row, request, logged_in_at: None, answered_at: None, answer: None };
        waiting.write()?;
        Ok(waiting)
    }

    /// The authorization a row holds.
    ///
    /// # Errors
    /// [`Fault`] when it cannot be read.
    pub(super) fn open(row: AuthorizationRow) -> Result<Self, Fault> {
        let body: Body = serde_json::from_str(&row.body).map_err(internal)?;
        Ok(Self {
            request: body.request,
            logged_in_at: body.logged_in_at,
            answered_at: body.answered_at,
            answer: body.answer,
            row,
        })
    }

    /// The same, after a login within it.
    ///
    /// # Errors
    /// [`Fault`] when it cannot be written down.
    pub(super) fn logged_in(mut self, now: Timestamp) -> Result<Self, Fault> {
        self.logged_in_at = Some(now);
        self.write()?;
        Ok(self)
    }

    /// The same, answered.
    ///
    /// # Errors
    /// [`Fault`] when it cannot be written down.
    pub(super) fn answered(
        mut self,
        app: &App,
        answer: &Answer,
        now: Timestamp,
    ) -> Result<Self, Fault> {
        let text = serde_json::to_vec(answer).map_err(internal)?;
        self.answer = Some(app.vault.seal(place(&self.row.id), &text).into_string());
        self.answered_at = Some(now);
        self.row.is_open = false;
        self.write()?;
        Ok(self)
    }

    /// The answer that was given, while it may be given again.
    ///
    /// # Errors
    /// [`Fault`] when it cannot be opened.
    pub(super) fn answer(&self, app: &App, now: Timestamp) -> Result<Option<Answer>, Fault> {
        let (Some(sealed), Some(at)) = (&self.answer, self.answered_at) else { return Ok(None) };
        if now >= at + ANSWER_AGAIN {
            return Ok(None);
        }
        let text = app.vault.unseal(place(&self.row.id), sealed)?;
        serde_json::from_slice(&text).map(Some).map_err(internal)
    }

    fn write(&mut self) -> Result<(), Fault> {
        let body = Body {
            request: self.request.clone(),
            logged_in_at: self.logged_in_at,
            answered_at: self.answered_at,
            answer: self.answer.clone(),
        };
        self.row.body = serde_json::to_string(&body).map_err(internal)?;
        Ok(())
    }
}
