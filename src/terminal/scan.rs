//! One scan: judged here, then by the issuer if it answers in time.

use super::Terminal;
use super::answer::{Answer, Light};
use super::link::Link;
use super::queue::Check;
use crate::domain::time::Timestamp;
use crate::ports::http::relying::{NoAnswer, RelyingCaller};
use crate::verifier::offline::{OFFLINE_PREFIX, is_online_code};
use crate::verifier::{Outcome, Reason, Shown};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::time::Duration;

/// As long as the verifier remembers a code.
const SEEN_FOR: Duration = Duration::from_secs(180);

impl Terminal {
    /// Judges what was scanned, and remembers the answer as the last.
    pub(super) async fn scan(&self, text: &str) -> u64 {
        // A scanner ends with Enter; a code may end with a space.
        let text = text.trim_matches(['\r', '\n', '\t']);
        // A person types digits in groups, as the phone shows them.
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let text = if is_online_code(&digits) { digits.as_str() } else { text };
        let answer = self.judge(text).await;
        tracing::info!(light = ?answer.light, reason = answer.reason, online = answer.online, "scan");
        let mut last = self.last();
        last.number = last.number.saturating_add(1);
        last.answer = Some(answer);
        last.number
    }

    async fn judge(&self, text: &str) -> Answer {
        let now = self.now();
        let own = self.verifier.judge(text, self.function, now);
        let remembered = self.remember(&own, now);
        // Shown before, or no code at all: nothing the issuer need be asked or told.
        if matches!(own, Outcome::Invalid(Reason::Replayed | Reason::Malformed)) {
            return Answer::own(&own, now);
        }
        if let Some(caller) = self.caller.as_ref().filter(|_| self.may_ask(now)) {
            match self.ask(caller, text).await {
                Ok(said) => {
                    self.reached();
                    return Answer::of_issuer(&said, &own, now);
                }
                Err(why) => {
                    tracing::warn!(%why, "terminal: the issuer was not to be had");
                    self.not_reached(why, now);
                }
            }
        }
        let mut answer = Answer::own(&own, now);
        if answer.reason == "network" {
            answer.reason = self.without_the_issuer();
        }
        answer.recorded = remembered && self.record(text, &answer, now);
        // What could not be written down could be shown again after a restart.
        if !remembered && answer.light == Light::Green {
            (answer.light, answer.reason) = (Light::Amber, "busy");
        }
        answer
    }

    /// Why the issuer was not asked.
    fn without_the_issuer(&self) -> &'static str {
        match (&self.caller, self.link.now()) {
            (None, _) => "alone",
            (Some(_), Link::Refused) => "refused",
            (Some(_), _) => "network",
        }
    }

    async fn ask(
        &self,
        caller: &RelyingCaller,
        text: &str,
    ) -> Result<crate::ports::http::relying::Verified, NoAnswer> {
        caller.verify(field(text), text, self.function.map(|f| f.as_str())).await
    }

    fn remember(&self, outcome: &Outcome, now: Timestamp) -> bool {
        let (Outcome::Valid { shown, .. } | Outcome::Unknown { shown: Some(shown), .. }) = outcome
        else {
            return true;
        };
        let until = match shown {
            Shown::Code(_) => now + SEEN_FOR,
            Shown::Token(token) => token.expires_at,
        };
        self.store.saw(&shown.identity(), until).is_ok()
    }

    /// Writes a check down that the issuer is to be told of. An online code is not: only the
    /// issuer could have judged it, and then it would know.
    fn record(&self, text: &str, answer: &Answer, now: Timestamp) -> bool {
        if self.caller.is_none() || is_online_code(text) || answer.reason == "forged" {
            return true;
        }
        let shown = Some(text.to_owned());
        let (token, qr) = if field(text) == "qr" { (None, shown) } else { (shown, None) };
        let id = URL_SAFE_NO_PAD.encode(self.entropy.bytes::<12>());
        let told = Some(answer.light.told());
        let check = Check { id, token, qr, function: self.function, checked_at: now, told };
        let added = self.queue.add(check);
        if let Err(why) = &added {
            tracing::error!(%why, "terminal: a check could not be written down");
        }
        added.is_ok()
    }
}

fn field(text: &str) -> &'static str {
    if is_online_code(text) || text.starts_with(OFFLINE_PREFIX) { "qr" } else { "token" }
}
