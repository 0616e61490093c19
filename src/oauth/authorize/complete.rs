//! Completes an authorization: grant, code and record in one transaction, or nothing of it.

use super::answer::Answer;
use super::check::Checked;
use super::facts::Facts;
use super::waiting::Waiting;
use crate::app::{App, Fault, internal};
use crate::auth::browser::Session;
use crate::auth::code::{self, AUTH_CODE_LIFETIME, CodeBody};
use crate::auth::context::LoginContext;
use crate::auth::visitor::Visitor;
use crate::domain::authorization::{AuthorizationRequest, ClaimsWish};
use crate::domain::client::Client;
use crate::domain::grant::Allowed;
use crate::domain::ids::{GrantId, LineId, Reference};
use crate::domain::time::Timestamp;
use crate::oauth::consent::{self, Approval};
use crate::storage::audit::{self, AuditEvent};
use crate::storage::auth_codes::{self, CodeRow};
use crate::storage::client_sessions::{self, ClientSessionRow};
use crate::storage::standing::Standing;
use crate::storage::vault::Purpose;
use crate::storage::{Tx, authorizations, pushed};
use serde_json::json;
use std::sync::Arc;

/// Everything a completion needs.
pub(super) struct Completion {
    /// Who asks.
    pub client: Arc<Client>,
    /// What is asked.
    pub request: AuthorizationRequest,
    /// Card and earlier grant.
    pub standing: Standing,
    /// How the citizen logged in.
    pub context: LoginContext,
    /// The browser session's lasting name.
    pub session_root: String,
    /// The pushed request to use up.
    pub pushed: Option<String>,
    /// Where the answer is kept, to be given again to a reload.
    pub kept: Kept,
    /// What the citizen has just decided; none when nothing had to be asked.
    pub approval: Option<Decided>,
    /// The request's reference number.
    pub reference: Reference,
    /// The moment.
    pub now: Timestamp,
}

/// Where an answer is kept.
pub(super) enum Kept {
    /// Nowhere: the same request may be sent again.
    Nowhere,
    /// In the row that waits.
    Waiting(Waiting),
    /// In a row of its own: a pushed request that nobody had to be asked about.
    New(Waiting),
}

/// What was put to the citizen, and what of it is allowed.
pub(super) struct Decided {
    /// What was put.
    pub put: Allowed,
    /// What is allowed of it.
    pub allowed: Allowed,
}

impl Completion {
    /// Of a request that needs no citizen: everything was allowed before.
    pub(super) fn of(
        checked: &Checked,
        facts: Facts,
        session: &Session,
        visitor: &Visitor,
    ) -> Option<Self> {
        Some(Self {
            client: Arc::clone(&checked.client),
            request: checked.request.clone(),
            standing: facts.standing?,
            context: facts.context?,
            session_root: session.root().to_owned(),
            pushed: checked.pushed.as_ref().map(|p| p.digest.clone()),
            kept: Kept::Nowhere,
            approval: None,
            reference: visitor.reference.clone(),
            now: visitor.now,
        })
    }

    /// What the code is good for: what was asked, as far as it is allowed.
    fn allowed(&self) -> Allowed {
        let held = self.standing.grant.as_ref().map(|g| g.allowed.clone()).unwrap_or_default();
        match &self.approval {
            // What was allowed before goes on, unless it was put to the citizen again.
            Some(decided) => decided.put.missing(&held).and_also(&decided.allowed),
            None => held,
        }
    }

    fn body(&self, allowed: &Allowed, sid: &str) -> CodeBody {
        let asked = &self.request.claims;
        let claims = ClaimsWish {
            id_token: asked.id_token.and(&allowed.fields),
            userinfo: asked.userinfo.and(&allowed.fields),
            ..asked.clone()
        };
        CodeBody {
            redirect_uri: self
                .request
                .redirect_uri_named
                .then(|| self.request.redirect_uri.as_str().to_owned()),
            code_challenge: self.request.code_challenge.clone(),
            dpop_jkt: self.request.dpop_jkt.clone(),
            scope: self.request.scope.and(&allowed.scope),
            claims,
            nonce: self.request.nonce.clone(),
            resources: self.request.resources.clone(),
            context: self.context.clone(),
            sid: Some(sid.to_owned()),
            citizen: self.standing.citizen.clone(),
            card: self.standing.card.clone(),
        }
    }
}

/// Completes, and answers with a code; none when another request was faster.
///
/// # Errors
/// [`Fault`].
pub(super) async fn complete(app: &App, completion: Completion) -> Result<Option<Answer>, Fault> {
    let secret = code::fresh(app);
    let answer = Answer::code(app, &completion.request, &secret);
    let named = format!("{}|{}", completion.session_root, completion.client.client_id);
    let sid = app.vault.index(Purpose::ClientSession, &named);
    let allowed = completion.allowed();
    let body = completion.body(&allowed, &sid);
    let row = CodeRow {
        digest: code::digest(app, &secret),
        client: completion.client.client_id.clone(),
        grant: GrantId::from_stored(""),
        line: LineId::from_random(app.random()),
        body: serde_json::to_string(&body).map_err(internal)?,
        is_open: true,
        expires_at: completion.now + AUTH_CODE_LIFETIME,
    };
    let decided = completion.approval.as_ref();
    let allowed_now = decided.map(|decided| decided.allowed.clone());
    let withheld = decided.map(|decided| decided.allowed.missing(&decided.put));
    let approval = Approval::prepare(app, &completion.client, &completion.standing, allowed_now)
        .await?
        .withholding(withheld.unwrap_or_default());
    let parts = app.clone();
    let sent = answer.clone();
    let done = app
        .db
        .write::<_, Fault, _>(move |tx| {
            Box::pin(async move { keep(tx, &parts, completion, approval, row, sid, &sent).await })
        })
        .await;
    match done {
        Ok(()) => {
            app.outbox_wakes.notify_one();
            Ok(Some(answer))
        }
        Err(Fault::Overtaken) => Ok(None),
        Err(fault) => Err(fault),
    }
}

async fn keep(
    tx: &mut Tx,
    app: &App,
    completion: Completion,
    approval: Approval,
    row: CodeRow,
    sid: String,
    answer: &Answer,
) -> Result<(), Fault> {
    let now = completion.now;
    if let Some(digest) = &completion.pushed
        && !pushed::consume(tx, digest).await?
    {
        return Err(Fault::Overtaken);
    }
    match completion.kept {
        Kept::Nowhere => {}
        Kept::Waiting(waiting) => {
            let answered = waiting.answered(app, answer, now)?;
            if !authorizations::save(tx, &answered.row).await? {
                return Err(Fault::Overtaken);
            }
        }
        Kept::New(waiting) => {
            authorizations::insert(tx, &waiting.answered(app, answer, now)?.row).await?;
        }
    }
    let citizen = completion.standing.citizen.clone();
    let (grant, mut events) = consent::settle(tx, app, approval, now).await?;
    let particulars = json!({ "client": row.client, "grant": grant, "line": row.line });
    let session = ClientSessionRow { sid, client: row.client.clone(), grant: grant.clone() };
    client_sessions::note(tx, &completion.session_root, &session, now);
    auth_codes::insert(tx, &CodeRow { grant, ..row });
    events.push(("authorization.answered", particulars));
    let events: Vec<AuditEvent<'_>> = events
        .into_iter()
        .map(|(event, body)| AuditEvent { at: now, event, reference: &completion.reference, body })
        .collect();
    Ok(audit::append(tx, &app.vault, Some(&citizen), &events).await?)
}
