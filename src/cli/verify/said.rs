//! What the command says.

use super::super::{Failure, output};
use super::{Answer, Verify};
use crate::domain::time::Timestamp;
use crate::verifier::{
    Expectation, Outcome, Settings, Shown, TrustedKeys, Verdict, verify_card_token,
};
use serde_json::{Value, json};

impl Verify {
    pub(super) fn tell(&self, answer: &Answer) -> Result<(), Failure> {
        let (result, code, reason, said) = match answer.outcome.verdict() {
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
        match &answer.outcome {
            Outcome::Valid { shown: Shown::Token(token), status_age } => {
                let (until, age) = (token.expires_at.rfc3339(), status_age.as_secs());
                let card = &token.card.no_masked;
                output::line(&format!("valid: card {card} until {until}, status {age} s old"))?;
                if token.is_bearer() {
                    output::line(
                        "a bearer token: it does not show that whoever presents it is the holder",
                    )?;
                }
                Ok(())
            }
            Outcome::Valid { status_age, .. } => output::line(&format!(
                "valid: the code was made by the holder's device, status {} s old; compare the \
                 person with an identity document",
                status_age.as_secs()
            )),
            Outcome::Invalid(_) | Outcome::Unknown { .. } => Ok(()),
        }
    }

    fn document(&self, answer: &Answer, result: &str, reason: Option<&str>) -> Value {
        let age = match answer.outcome.verdict() {
            Verdict::Valid { status_age } => Some(status_age.as_secs()),
            _ => None,
        };
        json!({
            "result": result,
            "reason": reason,
            "detail": answer.detail,
            "status": answer.outcome.verdict().status_word(),
            "status_age": age,
            "claims": answer.claims,
        })
    }
}

/// What was read of a token or code whose signature, audience and times are right, whatever its
/// status.
pub(super) fn claims(
    text: &str,
    outcome: &Outcome,
    keys: &TrustedKeys,
    settings: &Settings,
    now: Timestamp,
) -> Option<Value> {
    if let Outcome::Valid { shown: Shown::Code(code), .. } = outcome {
        return Some(json!({
            "iss": settings.issuer, "exp": code.expires_at, "shown_at": code.shown_at,
            "functions": code.functions, "name_masked": code.name_masked, "holder_bound": true,
        }));
    }
    let audiences: Vec<&str> = settings.audiences.iter().map(String::as_str).collect();
    let expect = Expectation { issuer: &settings.issuer, audiences: &audiences };
    let token = verify_card_token(text, keys, &expect, now).ok()?;
    Some(json!({
        "iss": token.issuer, "sub": token.subject, "aud": token.audiences,
        "jti": token.token_id, "iat": token.issued_at, "exp": token.expires_at,
        "card": {
            "no_masked": token.card.no_masked, "region": token.card.region,
            "type": token.card.card_type,
        },
        "functions": token.functions, "acr": token.acr, "name_masked": token.name_masked,
        "holder_bound": !token.is_bearer(),
    }))
}
