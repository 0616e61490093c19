//! `ecard verify`: is this card token, or this code, good? Answers as a relying service's own program would.

mod said;

use super::{Failure, input, work};
use crate::domain::time::Timestamp;
use crate::ports::http::issuer::Fetcher;
use crate::verifier::{
    Fetched, MAX_TOKEN_BYTES, Outcome, Reason, Settings, Step, TrustedKeys, UnknownReason,
    Verifier, Wanted, WantedKind,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use said::claims;
use serde_json::Value;
use std::time::Duration;

pub(super) const EXAMPLES: &str = "\
Examples:
  ecard verify --issuer http://127.0.0.1:8080 TOKEN     keys and status asked afresh
  curl -sb jar http://127.0.0.1:8080/card/token | ecard verify --issuer http://127.0.0.1:8080 --json -
  ecard verify --jwks keys.json --status-list list.jwt --offline TOKEN

The token must be meant for --audience; without it, for <issuer>/verify. With --jwks alone the
issuer's name is taken from the token: the keys decide whom you trust. With --jwks and --issuer the
name must be that one, and nothing is fetched. Without a status list nobody can tell (exit code 2).

Exit codes: 0 valid, 1 not valid, 2 could not tell.";

/// More than the largest status list, in base64url.
const MAX_LIST: u64 = 4 * 1024 * 1024;

/// Tell whether a card token or an offline code is good: exit code 0 yes, 1 no, 2 could not tell.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The token or the text of an offline code (`EC1:…`), or `-` for standard input.
    #[arg(allow_hyphen_values = true)]
    token: String,
    /// The issuer's keys from a file (JWK Set), instead of asking --issuer.
    #[arg(long, value_name = "FILE")]
    jwks: Option<String>,
    /// The status list from a file, instead of fetching the one the token names.
    #[arg(long, value_name = "FILE")]
    status_list: Option<String>,
    /// Whom the token must be meant for.
    #[arg(long, value_name = "NAME")]
    audience: Option<String>,
    /// Never touch the network.
    #[arg(long)]
    offline: bool,
    /// The answer as JSON, with what was read of a token whose signature, audience and times are
    /// right: `aud` always a list, times in seconds. `claims` is null otherwise.
    #[arg(long)]
    json: bool,
}

/// An outcome, in words what stood in the way of one, and what was read.
struct Answer {
    outcome: Outcome,
    detail: Option<String>,
    claims: Option<Value>,
}

impl Answer {
    fn without_claims(outcome: Outcome, detail: Option<String>) -> Self {
        Self { outcome, detail, claims: None }
    }
}

impl Verify {
    /// Verifies, and says so by the exit code.
    pub(super) fn run(self, issuer: Option<&str>) -> Result<(), Failure> {
        let issuer = issuer.map(|issuer| issuer.trim_end_matches('/').to_owned());
        if issuer.is_none() && self.jwks.is_none() {
            return Err(Failure::Unavailable(
                "whom do you trust? --issuer URL asks the issuer, --jwks FILE takes its keys from \
                 a file; see `ecard verify --help`"
                    .to_owned(),
            ));
        }
        work::on_runtime(async move {
            let token = self.token()?;
            let now = work::now()?;
            let answer = self.answer(&token, issuer.as_deref(), now).await?;
            self.tell(&answer)
        })
    }

    fn token(&self) -> Result<String, Failure> {
        if self.token != "-" {
            return Ok(self.token.trim().to_owned());
        }
        let most = u64::try_from(MAX_TOKEN_BYTES).unwrap_or(u64::MAX).saturating_mul(2);
        let read = input::start("-", most)?;
        let whole = (read.len() as u64) < most;
        let text = String::from_utf8_lossy(&read);
        // Cut off, it stays longer than any token and is refused as such: whoever shows it is
        // not told that it might be good.
        let text = if whole { text.trim().to_owned() } else { text.into_owned() };
        if text.is_empty() {
            return Err(Failure::Unavailable("nothing on standard input".to_owned()));
        }
        Ok(text)
    }

    async fn answer(
        &self,
        text: &str,
        issuer: Option<&str>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let nobody_to_ask = |detail: String| {
            let reason = UnknownReason::KeysUnavailable;
            Answer::without_claims(Outcome::Unknown { reason, shown: None }, Some(detail))
        };
        let jwks = match self.keys(issuer).await? {
            Ok(jwks) => jwks,
            Err(detail) => return Ok(nobody_to_ask(detail)),
        };
        let keys = match TrustedKeys::from_jwks(&jwks) {
            Ok(keys) => keys,
            Err(error) => return Ok(nobody_to_ask(error.to_string())),
        };
        let Some(issuer) = issuer.map(str::to_owned).or_else(|| claimed_issuer(text)) else {
            return Ok(Answer::without_claims(Outcome::Invalid(Reason::Malformed), None));
        };
        let verifier = self.verifier(&issuer);
        let mut detail = None;
        let outcome = loop {
            match verifier.step(text, None, now) {
                Step::Done(outcome) => break outcome,
                Step::Fetch(wanted) => {
                    let got = match wanted.kind {
                        WantedKind::Keys => Ok(Fetched::body(jwks.clone())),
                        WantedKind::List => self.list(&wanted).await?,
                    };
                    let got = got.map_err(|why| detail = Some(why)).ok();
                    // What is refused shows in the next step.
                    let _refused = verifier.take(&wanted, got, now);
                }
            }
        };
        let claims = claims(text, &outcome, &keys, verifier.settings(), now);
        Ok(Answer { outcome, detail, claims })
    }

    /// A verifier that remembers nothing, and takes a list as old as its own time allows.
    fn verifier(&self, issuer: &str) -> Verifier {
        let mut settings = Settings::new(issuer);
        if let Some(audience) = &self.audience {
            settings.audiences = vec![audience.clone()];
        }
        settings.max_status_age = Duration::MAX;
        Verifier::new(settings)
    }

    /// Keys from the file, or from the issuer; in words why there are none.
    async fn keys(&self, issuer: Option<&str>) -> Result<Result<Vec<u8>, String>, Failure> {
        match (&self.jwks, issuer) {
            (Some(file), _) => Ok(Ok(input::read(file, 1024 * 1024)?)),
            (None, Some(issuer)) if !self.offline => {
                Ok(Fetcher::new().map_err(Failure::Unavailable)?.jwks(issuer).await)
            }
            _ => Ok(Err("--offline needs the keys in a file: --jwks FILE".to_owned())),
        }
    }

    /// The list from the file, or from the issuer; in words why there is none.
    async fn list(&self, wanted: &Wanted) -> Result<Result<Fetched, String>, Failure> {
        if let Some(file) = &self.status_list {
            return Ok(Ok(Fetched::kept(input::read(file, MAX_LIST)?)));
        }
        if self.offline || self.jwks.is_some() {
            return Ok(Err("without --status-list FILE nobody can tell".to_owned()));
        }
        let fetcher = Fetcher::new().map_err(Failure::Unavailable)?;
        Ok(fetcher.ask(&wanted.uri, None, wanted.most_bytes()).await)
    }
}

/// The issuer a token claims, not verified: it names the default audience and no more, since the
/// keys are pinned by the caller.
fn claimed_issuer(token: &str) -> Option<String> {
    if token.len() > MAX_TOKEN_BYTES {
        return None;
    }
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    claims.get("iss")?.as_str().map(str::to_owned)
}
