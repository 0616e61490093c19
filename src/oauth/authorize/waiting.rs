//! An authorization between memory and its row.

use super::answer::Answer;
use super::check::Checked;
use crate::app::{App, Fault};
use crate::auth::pending::{open_authorization, seal_authorization};
use crate::domain::authorization::AuthorizationRequest;
use crate::domain::ids::AuthorizationId;
use crate::domain::liveness::LivenessPrompt;
use crate::domain::time::Timestamp;
use crate::storage::authorizations::AuthorizationRow;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a citizen may take: a whole claim, and some more.
const LIFETIME: Duration = Duration::from_secs(45 * 60);
/// How long the same answer is given again to a double click or a step back: as long as its code
/// lives.
const ANSWER_AGAIN: Duration = crate::auth::code::AUTH_CODE_LIFETIME;

/// How far a face match within an authorization has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FaceWay {
    /// The citizen allowed it, and was asked to do this before the camera.
    Asked(LivenessPrompt),
    /// The face matched.
    Matched,
    /// It was refused, or there are no tries left.
    Closed,
}

#[derive(Serialize, Deserialize)]
struct Body {
    request: AuthorizationRequest,
    #[serde(default)]
    logged_in_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    face: Option<FaceWay>,
    #[serde(default)]
    answered_at: Option<Timestamp>,
    #[serde(default)]
    answer: Option<Answer>,
}

/// An authorization that waits, or was answered.
#[derive(Clone)]
pub(super) struct Waiting {
    /// Its row.
    pub row: AuthorizationRow,
    /// What is asked.
    pub request: AuthorizationRequest,
    /// When somebody logged in within it.
    pub logged_in_at: Option<Timestamp>,
    /// How far a face match has come; none: nobody was asked for one.
    pub face: Option<FaceWay>,
    answered_at: Option<Timestamp>,
    answer: Option<Answer>,
}

impl Waiting {
    /// A new one, bound to the browser it came from, if that has a session to be known by.
    ///
    /// # Errors
    /// [`Fault`] when it cannot be written down.
    pub(super) fn new(
        app: &App,
        checked: &Checked,
        session: Option<String>,
        now: Timestamp,
    ) -> Result<Self, Fault> {
        let row = AuthorizationRow {
            id: AuthorizationId::from_random(app.random()),
            client: checked.client.client_id.clone(),
            session,
            pushed: checked.pushed.as_ref().map(|p| p.digest.clone()),
            is_open: true,
            body: String::new(),
            version: 0,
            created_at: now,
            expires_at: now + LIFETIME,
        };
        let request = checked.request.clone();
        let mut waiting =
            Self { row, request, logged_in_at: None, face: None, answered_at: None, answer: None };
        waiting.write(app)?;
        Ok(waiting)
    }

    /// The authorization a row holds.
    ///
    /// # Errors
    /// [`Fault`] when it cannot be read.
    pub(super) fn open(app: &App, row: AuthorizationRow) -> Result<Self, Fault> {
        let body: Body = open_authorization(app, row.id.as_str(), &row.body)?;
        Ok(Self {
            request: body.request,
            logged_in_at: body.logged_in_at,
            face: body.face,
            answered_at: body.answered_at,
            answer: body.answer,
            row,
        })
    }

    /// The same, after a login within it.
    ///
    /// # Errors
    /// [`Fault`] when it cannot be written down.
    pub(super) fn logged_in(mut self, app: &App, now: Timestamp) -> Result<Self, Fault> {
        self.logged_in_at = Some(now);
        self.write(app)?;
        Ok(self)
    }

    /// The same, a step further with the face.
    ///
    /// # Errors
    /// [`Fault`] when it cannot be written down.
    pub(super) fn facing(mut self, app: &App, way: FaceWay) -> Result<Self, Fault> {
        self.face = Some(way);
        self.write(app)?;
        Ok(self)
    }

    /// The same, after it was saved.
    #[must_use]
    pub(super) fn saved(mut self) -> Self {
        self.row.version = self.row.version.saturating_add(1);
        self
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
        self.answer = Some(answer.clone());
        self.answered_at = Some(now);
        self.row.is_open = false;
        self.write(app)?;
        Ok(self)
    }

    /// The answer that was given, while it may be given again.
    pub(super) fn answer(&self, now: Timestamp) -> Option<&Answer> {
        let fresh = self.answered_at.is_some_and(|at| now < at + ANSWER_AGAIN);
        self.answer.as_ref().filter(|_| fresh)
    }

    fn write(&mut self, app: &App) -> Result<(), Fault> {
        let body = Body {
            request: self.request.clone(),
            logged_in_at: self.logged_in_at,
            face: self.face,
            answered_at: self.answered_at,
            answer: self.answer.clone(),
        };
        self.row.body = seal_authorization(app, self.row.id.as_str(), &body)?;
        Ok(())
    }
}
