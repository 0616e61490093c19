//! One-time codes: made, bound, queued, and tried. Shared by activation and registration.

use super::outcome::{Effect, Message};
use crate::app::{App, Fault};
use crate::auth::throttle::{self, Limit};
use crate::config::{DAY, hours};
use crate::domain::activation_code::{ACTIVATION_CODES, ActivationCode};
use crate::domain::claim::SentCode;
use crate::domain::ids::MessageId;
use crate::domain::mobile_number::MobileNumber;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::storage::codes::{self, NewCode, Tried};
use crate::storage::vault::Purpose;
use std::time::Duration;

/// What a code proves, and to what it is bound.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    /// `activation` or `registration`.
    pub purpose: &'static str,
    /// The claim, or the browser session.
    pub subject: String,
    /// The phone.
    pub mobile: MobileNumber,
}

/// Seconds as the whole minutes a page speaks of, at least one.
pub(super) const fn in_minutes(seconds: u64) -> u64 {
    if seconds < 60 { 1 } else { seconds / 60 }
}

/// A code on its way, and what stores and queues it.
pub(super) struct Sent {
    /// The code.
    pub code: SentCode,
    /// Stores the code and queues the message.
    pub effects: Vec<Effect>,
}

impl Binding {
    /// The keyed hash a code is stored under.
    pub(super) fn digest(&self, app: &App, code: &str) -> String {
        let bound = format!("{}|{}|{}|{code}", self.purpose, self.subject, self.mobile.as_str());
        app.vault.index(Purpose::ActivationCode, &bound)
    }

    /// The limits a code to this phone counts against: resend pause, hour, day, all purposes.
    pub(super) fn limits(&self, app: &App) -> Vec<Limit> {
        let limits = &app.config.limits;
        let phone = app.vault.index(Purpose::Mobile, self.mobile.as_str());
        let whose = format!("{}:{phone}", self.purpose);
        let pause = Duration::from_secs(limits.sms_resend_s);
        vec![
            Limit::new("sms_resend_s", &whose, 1, pause),
            Limit::new("sms_per_hour", &whose, limits.sms_per_hour, hours(1)),
            Limit::new("sms_per_day", &whose, limits.sms_per_day, DAY),
            Limit::new("sms_all_per_day", phone, limits.sms_all_per_day, DAY),
        ]
    }

    /// Counts against the limits and makes a code with the message that carries it.
    pub(super) async fn send(
        &self,
        app: &App,
        text: fn(&ActivationCode) -> Secret,
        now: Timestamp,
    ) -> Result<Sent, AppError> {
        throttle::reserve(app, self.limits(app), now).await?;
        let code = ActivationCode::from_random_below(app.entropy.below(ACTIVATION_CODES));
        let id = MessageId::from_random(app.random());
        let expires_at = now + Duration::from_secs(app.config.limits.sms_code_ttl_s);
        let message = Message {
            id: id.clone(),
            purpose: self.purpose,
            to: self.mobile.clone(),
            text: text(&code),
            expires_at: Some(expires_at),
        };
        let row = MessageId::from_random(app.random()).as_str().to_owned();
        let new = NewCode {
            id: row.clone(),
            purpose: self.purpose,
            subject: self.subject.clone(),
            digest: self.digest(app, code.expose()),
            expires_at,
        };
        let code = SentCode { code: row, message: id, mobile: self.mobile.clone(), at: now };
        Ok(Sent { code, effects: vec![Effect::Code(new), Effect::SmsNow(message)] })
    }

    /// Spends a try, and leaves a right code to be used up with what it opens. Durable before the
    /// answer, so that no wrong guess is free.
    pub(super) async fn try_out(
        &self,
        app: &App,
        row: &str,
        code: &ActivationCode,
        now: Timestamp,
    ) -> Result<Tried, Fault> {
        let (row, digest) = (row.to_owned(), self.digest(app, code.expose()));
        let tries = app.config.limits.sms_code_tries;
        app.db
            .write::<_, Fault, _>(move |tx| {
                Box::pin(async move { Ok(codes::try_out(tx, &row, &digest, tries, now).await?) })
            })
            .await
    }
}
