//! How often, how long, how many: every limit of the domain, each with its reason.

use serde::Deserialize;
use std::time::Duration;

/// The limits in force. Times carry their unit in the key's name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// A code's life (s): provider templates promise five minutes.
    pub sms_code_ttl_s: u64,
    /// Tries before a code is void.
    pub sms_code_tries: i64,
    /// Pause between two codes (s).
    pub sms_resend_s: u64,
    /// Codes an hour to one phone, for one purpose.
    pub sms_per_hour: i64,
    /// Codes a day to one phone, for one purpose.
    pub sms_per_day: i64,
    /// Messages with codes a day to one phone, over all purposes.
    pub sms_all_per_day: i64,
    /// Names tried in one claim: more would make the service an oracle for name and number.
    pub real_name_per_claim: u32,
    /// Names tried a day by one account.
    pub real_name_per_account_day: i64,
    /// Names tried a day for one number.
    pub real_name_per_id_day: i64,
    /// How long a confirmed name may be resumed (h).
    pub real_name_resume_h: u64,
    /// Face matches tried in one claim.
    pub face_per_claim: u32,
    /// Face matches tried a day for one number.
    pub face_per_id_day: i64,
    /// Scores from here pass: about 1 in 10 000 false accepts at a large provider.
    pub face_pass: u8,
    /// Scores from here, below passing, are asked for another try.
    pub face_retry: u8,
    /// Failed logins before an account is locked.
    pub login_failures: i64,
    /// How long it stays locked (min).
    pub login_lock_min: u64,
    /// A browser session unused this long has ended (min).
    pub session_idle_min: u64,
    /// A browser session ends after this long whatever happens (h).
    pub session_whole_h: u64,
    /// A claim ends after this long (min).
    pub claim_min: u64,
    /// Wrong card PINs before the PIN is locked.
    pub pin_failures: i64,
    /// How long a counter's code may be used (h).
    pub counter_code_h: u64,
    /// Counter codes tried a day for one number.
    pub counter_code_per_id_day: i64,
    /// How long a manual review may stay undecided (days).
    pub review_days: u64,
    /// Registrations begun an hour from one browser session.
    pub registrations_per_hour: i64,
    /// Clients registered an hour with one initial access token: software in a loop is noticed.
    pub client_registrations_per_hour: i64,
    /// Consents a citizen gives to partners an hour.
    pub consents_per_hour: i64,
    /// Wrong codes of devices an hour by one account: a code has 34 bits.
    pub device_codes_per_hour: i64,
    /// Wrong codes of devices an hour by everybody together.
    pub device_codes_all_per_hour: i64,
    /// Codes a minute that one card shows: a page renews one a minute, a person presses a few times.
    pub online_codes_per_min: i64,
    /// Tickets a day that one card's phones are given for showing offline: six times ten.
    pub offline_tickets_per_day: i64,
    /// Questions a client may ask `/verify` a second, on each instance: a till in a loop slows no
    /// other.
    pub verify_per_client_s: u32,
    /// Pushed requests, waiting authorizations and device codes a client may leave behind a
    /// second, on each instance: more would fill tables without a citizen's doing.
    pub client_rows_per_s: u32,
    /// When the status log could not be read for so long (s), nobody can tell whether a card is
    /// good: a loss reported meanwhile is unknown here. Long enough for a short hiccup of the
    /// database, and far below the five minutes a terminal may trust a list.
    pub status_unknown_after_s: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sms_code_ttl_s: 300,
            sms_code_tries: 5,
            sms_resend_s: 60,
            sms_per_hour: 5,
            sms_per_day: 10,
            sms_all_per_day: 40,
            real_name_per_claim: 5,
            real_name_per_account_day: 5,
            real_name_per_id_day: 10,
            real_name_resume_h: 24,
            face_per_claim: 3,
            face_per_id_day: 5,
            face_pass: 80,
            face_retry: 70,
            login_failures: 5,
            login_lock_min: 30,
            session_idle_min: 15,
            session_whole_h: 8,
            claim_min: 30,
            pin_failures: 6,
            counter_code_h: 24,
            counter_code_per_id_day: 5,
            review_days: 7,
            registrations_per_hour: 5,
            client_registrations_per_hour: 60,
            consents_per_hour: 60,
            device_codes_per_hour: 10,
            device_codes_all_per_hour: 2000,
            online_codes_per_min: 20,
            offline_tickets_per_day: 60,
            verify_per_client_s: 5000,
            client_rows_per_s: 1000,
            status_unknown_after_s: 5,
        }
    }
}

/// `minutes` as a duration.
pub const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes.saturating_mul(60))
}

/// `hours` as a duration.
pub const fn hours(hours: u64) -> Duration {
    minutes(hours.saturating_mul(60))
}

/// One day.
pub const DAY: Duration = hours(24);
