//! What a check comes to, before anything is used up: token or code, owner, status, function.

use super::answer::Answer;
use super::check::{Check, Made, Shown};
use super::judge::answer;
use crate::app::owners::Owner;
use crate::app::{App, Fault};
use crate::auth::subject::subject;
use crate::domain::client::Client;
use crate::domain::function::CardFunction;
use crate::domain::ids::CitizenId;
use crate::domain::online_code::OnlineCode;
use crate::domain::status::StatusReference;
use crate::domain::time::Timestamp;
use crate::storage::online_codes;
use crate::storage::status::StatusPlace;
use crate::storage::vault::Purpose;
use crate::token::card::holder_audience;
use crate::verifier::offline::open_presentation;
use crate::verifier::{Expectation, Reason, TrustedKeys, verify_card_token};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How long a code that a phone signed is remembered: longer than any terminal may hand it in.
const REMEMBERED: Duration = Duration::from_secs(8 * 24 * 3600);

/// A check as far as reading goes.
pub(super) struct Examined {
    /// The answer, if what is to be used up was not used before.
    pub answer: Answer,
    /// Whose card it is and what the record says; none when nothing is known of the card.
    pub look: Option<Look>,
    /// What the check uses up.
    pub uses: Uses,
}

/// What the holder will read.
pub(super) struct Look {
    /// Whose card was looked at.
    pub citizen: CitizenId,
    /// How, what for and with what answer.
    pub particulars: Value,
}

/// What a check uses up.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Uses {
    /// Nothing: a token may be shown again.
    Nothing,
    /// An online code, by its digest.
    Online(String),
    /// A code signed by a phone, or a terminal's record of a check, which is noted once.
    Once {
        /// What is used.
        digest: String,
        /// By which check: the same one may come twice when its answer was lost.
        by: String,
        /// Until when this must be remembered.
        until: Timestamp,
    },
}

/// Who asks, and when.
pub(super) struct Scene<'a> {
    pub app: &'a App,
    pub client: &'a Client,
    pub keys: &'a TrustedKeys,
    pub now: Timestamp,
}

/// What was shown, if it is genuine.
struct Genuine {
    owner: Arc<Owner>,
    place: StatusPlace,
    /// What it carries of functions; none: whatever the card has.
    functions: Option<Vec<CardFunction>>,
    /// The word of the record.
    way: &'static str,
    /// Whether a key bound to the card signed just now.
    is_bound: bool,
    uses: Uses,
    /// Refused for itself, whatever the card's status.
    refused: Option<Reason>,
}

impl Scene<'_> {
    /// Examines one check.
    pub(super) async fn examine(&self, check: &Check) -> Result<Examined, Fault> {
        let found = match &check.shown {
            Shown::Token(token) => self.token(token, check).await?,
            Shown::Online(code) => self.online(code).await?,
            Shown::Offline(text) => self.offline(text, check).await?,
            Shown::Nothing => Err(Reason::Malformed),
        };
        match found {
            Ok(genuine) => self.judge(genuine, check).await,
            Err(reason) => Ok(Examined {
                answer: Answer::refused(reason, self.now),
                look: None,
                uses: Uses::Nothing,
            }),
        }
    }

    async fn token(&self, token: &str, check: &Check) -> Result<Result<Genuine, Reason>, Fault> {
        let ours = holder_audience(&self.app.issuer);
        let audiences = [ours.as_str(), &self.client.client_id];
        let expected = Expectation { issuer: &self.app.issuer, audiences: &audiences };
        let moment = check.moment(self.now);
        let token = match verify_card_token(token, self.keys, &expected, moment) {
            Ok(token) => token,
            Err(reason) => return Ok(Err(reason)),
        };
        let Some((place, owner)) = self.owner(&token.status).await? else {
            return Ok(Err(Reason::Malformed));
        };
        let uses = check.made.as_ref().map_or(Uses::Nothing, |made| {
            let by = self.named(made);
            Uses::Once { digest: by.clone(), by, until: self.now + REMEMBERED }
        });
        let functions = Some(token.functions);
        let (way, is_bound, refused) = ("token", false, None);
        Ok(Ok(Genuine { owner, place, functions, way, is_bound, uses, refused }))
    }

    async fn online(&self, code: &OnlineCode) -> Result<Result<Genuine, Reason>, Fault> {
        let digest = self.app.vault.index(Purpose::ShownCode, code.expose());
        let (key, now) = (digest.clone(), self.now);
        let found = self.app.db.look::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(online_codes::find(tx, &key, now).await?) })
        });
        let Some(found) = found.await? else { return Ok(Err(Reason::Malformed)) };
        if !found.is_live && !found.is_used {
            return Ok(Err(Reason::Expired));
        }
        let Some(owner) = self.app.owners.of(self.app, found.place).await? else {
            return Ok(Err(Reason::Malformed));
        };
        Ok(Ok(Genuine {
            owner,
            place: found.place,
            functions: None,
            way: "online",
            is_bound: false,
            uses: Uses::Online(digest),
            refused: found.is_used.then_some(Reason::Replayed),
        }))
    }

    async fn offline(&self, text: &str, check: &Check) -> Result<Result<Genuine, Reason>, Fault> {
        let moment = check.moment(self.now);
        let code = match open_presentation(text, self.keys, &self.app.issuer, moment) {
            Ok(code) => code,
            Err(reason) => return Ok(Err(reason)),
        };
        let Some((place, owner)) = self.owner(&code.status).await? else {
            return Ok(Err(Reason::Malformed));
        };
        let identity: String = code.identity().iter().map(|b| format!("{b:02x}")).collect();
        let digest = self.app.vault.index(Purpose::ShownCode, &identity);
        let by = match &check.made {
            Some(made) => self.named(made),
            None => self.once(),
        };
        let until = self.now + REMEMBERED;
        let functions = Some(code.functions);
        let (uses, way, refused) = (Uses::Once { digest, by, until }, "offline", None);
        Ok(Ok(Genuine { owner, place, functions, way, is_bound: true, uses, refused }))
    }

    /// A terminal's name for its check, so that a second upload of it is known as the same.
    fn named(&self, Made { id, at, .. }: &Made) -> String {
        let name = format!("{}\n{}\n{id}", self.client.client_id, at.epoch_seconds());
        self.app.vault.index(Purpose::ShownCode, &name)
    }

    /// A name that no other check has.
    fn once(&self) -> String {
        self.app.random::<16>().iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Whose status entry it is; none when it is not one of ours.
    async fn owner(
        &self,
        status: &StatusReference,
    ) -> Result<Option<(StatusPlace, Arc<Owner>)>, Fault> {
        let prefix = format!("{}/status/", self.app.issuer);
        let list = status.uri.strip_prefix(&prefix).and_then(|n| n.parse().ok());
        let Some(list) = list else { return Ok(None) };
        let place = StatusPlace { list, index: i64::from(status.idx) };
        let owner = self.app.owners.of(self.app, place).await?;
        Ok(owner.map(|owner| (place, owner)))
    }

    async fn judge(&self, genuine: Genuine, check: &Check) -> Result<Examined, Fault> {
        let value = self.app.status.value(genuine.place);
        let has = &genuine.owner.functions;
        let functions: Vec<CardFunction> = match &genuine.functions {
            Some(named) => named.iter().filter(|f| has.contains(f)).copied().collect(),
            None => has.clone(),
        };
        let answer = match genuine.refused {
            Some(reason) => Answer::refused(reason, self.now),
            None => {
                let sub = subject(self.app, self.client, &genuine.owner.citizen);
                answer(value, functions, check.asked, sub, genuine.is_bound, self.now)
            }
        };
        let particulars = self.particulars(&answer, &genuine, check);
        let look = Some(Look { citizen: genuine.owner.citizen.clone(), particulars });
        Ok(Examined { answer, look, uses: genuine.uses })
    }

    fn particulars(&self, answer: &Answer, genuine: &Genuine, check: &Check) -> Value {
        let mut body = json!({
            "client": self.client.client_id,
            "way": genuine.way,
            "function": check.asked.function(),
            "active": answer.active,
            "reason": answer.reason,
        });
        if let (Some(made), Some(body)) = (&check.made, body.as_object_mut()) {
            body.insert("made_offline_at".to_owned(), json!(made.at));
            if let Some(told) = made.told {
                body.insert("told_offline".to_owned(), json!(told));
            }
        }
        body
    }
}
