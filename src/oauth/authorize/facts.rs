//! What is known of whoever sits before the browser, read anew on every arrival.

use super::decide::{Next, Situation};
use super::waiting::{FaceWay, Waiting};
use crate::app::{App, Fault};
use crate::auth::browser::Session;
use crate::auth::context::LoginContext;
use crate::auth::subject::subject;
use crate::domain::authorization::AuthorizationRequest;
use crate::domain::client::{ApplicationType, Client};
use crate::domain::time::Timestamp;
use crate::storage::standing::{self, Standing};
use serde::Deserialize;

/// The facts of one moment.
pub(super) struct Facts {
    /// How the person logged in.
    pub context: Option<LoginContext>,
    /// Card and earlier grant.
    pub standing: Option<Standing>,
    /// What the person is called towards the client.
    pub subject: Option<String>,
}

/// What happened within an authorization so far.
#[derive(Clone, Copy, Default)]
pub(super) struct Here {
    /// Somebody logged in.
    pub logged_in: bool,
    /// A face match was refused, or has no tries left.
    pub no_face: bool,
}

impl Here {
    /// Of an authorization that waits.
    pub(super) fn of(waiting: &Waiting) -> Self {
        let no_face = waiting.face == Some(FaceWay::Closed);
        Self { logged_in: waiting.logged_in_at.is_some(), no_face }
    }
}

/// Reads the facts.
///
/// # Errors
/// [`Fault`].
pub(super) async fn facts(
    app: &App,
    client: &Client,
    session: Option<&Session>,
    now: Timestamp,
) -> Result<Facts, Fault> {
    let nobody = Facts { context: None, standing: None, subject: None };
    let Some((account, context)) =
        session.and_then(|s| Some((s.account.clone()?, s.context.clone()?)))
    else {
        return Ok(nobody);
    };
    let id = client.client_id.clone();
    let standing = app
        .db
        .look::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(standing::find(tx, &account, &id, now).await?) })
        })
        .await?;
    let subject = standing.as_ref().map(|s| subject(app, client, &s.citizen));
    Ok(Facts { context: Some(context), standing, subject })
}

impl Facts {
    /// What comes next for a request, from these facts.
    pub(super) fn next(
        &self,
        app: &App,
        client: &Client,
        request: &AuthorizationRequest,
        here: Here,
        now: Timestamp,
    ) -> Next {
        let expected = match expected_subject(app, request) {
            Ok(expected) => expected,
            Err(refusal) => return Next::Refuse(refusal),
        };
        let grant = self.standing.as_ref().and_then(|s| s.grant.as_ref());
        let allowed_at = self.standing.as_ref().and_then(|s| s.allowed_at);
        let reads_otherwise = client.named_at.is_some_and(|named| allowed_at <= Some(named));
        Situation {
            request,
            context: self.context.as_ref(),
            subject: self.subject.as_deref(),
            allowed: grant.map(|g| &g.allowed),
            expected: expected.as_deref(),
            logged_in_here: here.logged_in,
            no_face: here.no_face,
            // Nobody vouches that an app on the device is who it says (RFC 8252 §8.6). Whoever
            // allowed something to other words than these has not allowed it to these.
            always_ask: reads_otherwise
                || client.is_public() && client.application_type == ApplicationType::Native,
            now,
        }
        .next()
    }
}

#[derive(Deserialize)]
struct Hint {
    sub: String,
    aud: String,
}

/// The one subject that may be answered for: by `claims`, or by an earlier ID token of ours, ended
/// or not, made for this client.
fn expected_subject(
    app: &App,
    request: &AuthorizationRequest,
) -> Result<Option<String>, &'static str> {
    if let Some(sub) = &request.claims.sub {
        return Ok(Some(sub.clone()));
    }
    let Some(hint) = &request.id_token_hint else { return Ok(None) };
    let hint: Hint = app.keys.open(hint, None).ok_or("invalid_request")?;
    if hint.aud == request.client_id { Ok(Some(hint.sub)) } else { Err("invalid_request") }
}
