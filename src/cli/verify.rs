//! `ecard verify`: is this card token good? Answers as a relying service's own program would.

use super::{Failure, input, output, work};
use crate::domain::time::Timestamp;
use crate::ports::http::issuer::Fetcher;
use crate::verifier::{
    Expectation, ListExpectation, MAX_TOKEN_BYTES, Reason, StatusList, TrustedKeys, UnknownReason,
    Verdict, VerifiedToken, check_status, verify_card_token, verify_status_list,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use serde_json::{Value, json};

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

/// Tell whether a card token is good: exit code 0 yes, 1 no, 2 could not tell.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The token, or `-` for standard input.
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

/// A verdict, and in words what stood in the way of one.
struct Answer {
    verdict: Verdict,
    detail: Option<String>,
    token: Option<VerifiedToken>,
}

impl Answer {
    fn without_status(verdict: Verdict, detail: Option<String>) -> Self {
        Self { verdict, detail, token: None }
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
        token: &str,
        issuer: Option<&str>,
        now: Timestamp,
    ) -> Result<Answer, Failure> {
        let keys = match self.keys(issuer).await? {
            Ok(keys) => keys,
            Err(detail) => {
                let verdict = Verdict::Unknown(UnknownReason::KeysUnavailable);
                return Ok(Answer::without_status(verdict, Some(detail)));
            }
        };
        let Some(issuer) = issuer.map(str::to_owned).or_else(|| claimed_issuer(token)) else {
            return Ok(Answer::without_status(Verdict::Invalid(Reason::Malformed), None));
        };
        let audience = self.audience.clone().unwrap_or_else(|| format!("{issuer}/verify"));
        let expect = Expectation { issuer: &issuer, audiences: &[&audience] };
        let token = match verify_card_token(token, &keys, &expect, now) {
            Ok(token) => token,
            Err(reason) => return Ok(Answer::without_status(Verdict::Invalid(reason), None)),
        };
        let (list, detail) = match self.list(&token, &keys, now).await? {
            Ok(list) => (Ok(list), None),
            Err((reason, detail)) => (Err(reason), detail),
        };
        let verdict = check_status(&token, list.as_ref().map_err(|reason| *reason), now);
        Ok(Answer { verdict, detail, token: Some(token) })
    }

    /// Keys from the file, or from the issuer; in words why there are none.
    async fn keys(&self, issuer: Option<&str>) -> Result<Result<TrustedKeys, String>, Failure> {
        let jwks = match (&self.jwks, issuer) {
            (Some(file), _) => input::read(file, 1024 * 1024)?,
            (None, Some(issuer)) if !self.offline => {
                match Fetcher::new().map_err(Failure::Unavailable)?.jwks(issuer).await {
                    Ok(jwks) => jwks,
                    Err(detail) => return Ok(Err(detail)),
                }
            }
            _ => return Ok(Err("--offline needs the keys in a file: --jwks FILE".to_owned())),
        };
        Ok(TrustedKeys::from_jwks(&jwks).map_err(|e| e.to_string()))
    }

    async fn list(
        &self,
        token: &VerifiedToken,
        keys: &TrustedKeys,
        now: Timestamp,
    ) -> Result<Result<StatusList, (UnknownReason, Option<String>)>, Failure> {
        let missing = |detail: String| Ok(Err((UnknownReason::ListUnavailable, Some(detail))));
        let text = if let Some(file) = &self.status_list {
            input::read(file, MAX_LIST)?
        } else if self.offline || self.jwks.is_some() {
            return missing("without --status-list FILE nobody can tell".to_owned());
        } else {
            let fetcher = Fetcher::new().map_err(Failure::Unavailable)?;
            match fetcher.status_list(&token.status.uri).await {
                Ok(text) => text,
                Err(detail) => return missing(detail),
            }
        };
        let expect = ListExpectation { issuer: &token.issuer, uri: &token.status.uri, known: None };
        let text = String::from_utf8_lossy(&text);
        let list = verify_status_list(text.trim(), keys, &expect, now);
        Ok(list.map_err(|problem| (UnknownReason::ListRefused(problem), None)))
    }

    fn tell(&self, answer: &Answer) -> Result<(), Failure> {
        let (result, code, reason, said) = match answer.verdict {
            Verdict::Valid { .. } => ("valid", 0, None, "valid".to_owned()),
            Verdict::Invalid(why) => ("invalid", 1, Some(why.code()), format!("not valid: {why}")),
            Verdict::Unknown(why) => {
                ("unknown", 2, Some(why.code()), format!("could not tell: {why}"))
            }
        };
        let detail = answer.detail.as_ref().map(|d| format!(" ({d})")).unwrap_or_default();
        if self.json {
            output::json(&self.document(answer, result, reason))?;
        } else if code == 0 {
            self.praise(answer)?;
        }
        if code == 0 {
            return Ok(());
        }
        output::tell(&format!("ecard: {said}{detail}"));
        Err(Failure::Told(code))
    }

    fn praise(&self, answer: &Answer) -> Result<(), Failure> {
        let Some(token) = &answer.token else { return Ok(()) };
        output::line(&format!(
            "valid: card {} until {}",
            token.card.no_masked,
            token.expires_at.rfc3339()
        ))?;
        if token.is_bearer() {
            output::line(
                "a bearer token: it does not show that whoever presents it is the holder",
            )?;
        }
        Ok(())
    }

    fn document(&self, answer: &Answer, result: &str, reason: Option<&str>) -> Value {
        let age = match answer.verdict {
            Verdict::Valid { status_age } => Some(status_age.as_secs()),
            _ => None,
        };
        let claims = answer.token.as_ref().map(claims);
        json!({
            "result": result,
            "reason": reason,
            "detail": answer.detail,
            "status": answer.verdict.status_word(),
            "status_age": age,
            "claims": claims,
        })
    }
}

fn claims(token: &VerifiedToken) -> Value {
    json!({
        "iss": token.issuer, "sub": token.subject, "aud": token.audiences,
        "jti": token.token_id, "iat": token.issued_at, "exp": token.expires_at,
        "card": {
            "no_masked": token.card.no_masked, "region": token.card.region,
            "type": token.card.card_type,
        },
        "functions": token.functions, "acr": token.acr, "name_masked": token.name_masked,
        "holder_bound": !token.is_bearer(),
    })
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
