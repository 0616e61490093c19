//! A code the citizen's browser brought (RFC 6749 §4.1.3): good once, for who asked for it, for a
//! minute.

use super::settle::{
    Ground, Kept, LineEnd, end_line, ended, follow, line_row, note, particulars, standing,
};
use super::{Ask, Refusal, refreshes, targeted};
use crate::app::{Fault, internal};
use crate::auth::code::{self, CodeBody};
use crate::crypto::sha256;
use crate::domain::client::{GrantType, RedirectUri};
use crate::oauth::issue::{Issued, Line, LineBody, TokenAnswer, Wish, tokens};
use crate::oauth::refresh as refresh_tokens;
use crate::storage::auth_codes::{self, CodeRow};
use crate::storage::{self, Tx, refresh};
use crate::token::access::ACCESS_TOKEN_LIFETIME;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Arc;

/// Lengths of a PKCE verifier (RFC 7636 §4.1).
const VERIFIER: std::ops::RangeInclusive<usize> = 43..=128;

pub(super) async fn redeem(ask: &Arc<Ask>) -> Result<TokenAnswer, Refusal> {
    let code = ask.params.one("code")?.ok_or(Refusal::Request("code is missing"))?;
    let (row, ground) = find(ask, code::digest(&ask.app, code)).await?;
    let body: CodeBody = serde_json::from_str(&row.body).map_err(internal)?;
    check(ask, &body)?;
    if !row.is_open {
        return Err(reused(ask, row).await?);
    }
    if ask.now >= row.expires_at {
        return Err(Refusal::Grant("the code has expired"));
    }
    let (grant, card) = standing(ask, ground).await?;
    let cnf = ask.confirmation().filter(|_| ask.client().is_public());
    let resources = targeted(ask, &body.resources).await?;
    let line = Line { id: row.line.clone(), grant, card, body: LineBody::of_code(body, cnf) };
    let refresh = refreshes(ask.client(), &line.body.scope)
        .then(|| refresh_tokens::make(&ask.app, &line.id, 0).text());
    let wish = Wish { scope: line.body.scope.clone(), resources, refresh_token: refresh };
    let issued = tokens(ask, &line, wish)?;
    let answer = issued.answer.clone();
    match settle(ask, row, line, issued).await? {
        Ok(()) => Ok(answer),
        Err(refusal) => {
            follow(&ask.app).await;
            Err(refusal)
        }
    }
}

/// The code, if it is this client's, and what it stands on. Looking consumes nothing.
async fn find(ask: &Arc<Ask>, digest: String) -> Result<(CodeRow, Option<Ground>), Refusal> {
    let found = ask
        .app
        .db
        .look::<_, Fault, _>(move |tx| {
            Box::pin(async move { Ok(storage::ground::of_code(tx, &digest).await?) })
        })
        .await?;
    found
        .filter(|(row, ..)| row.client == ask.client().client_id)
        .map(|(row, grant, card)| (row, Some((grant, card))))
        .ok_or(Refusal::Grant("the code is unknown, or another client's"))
}

/// Everything the code is bound to.
fn check(ask: &Ask, body: &CodeBody) -> Result<(), Refusal> {
    let named = ask.params.one("redirect_uri")?;
    let fits = match (&body.redirect_uri, named) {
        (Some(asked), named) => named == Some(asked.as_str()),
        (None, None) => true,
        (None, named) => RedirectUri::matched(ask.client(), named).is_some(),
    };
    if !fits {
        return Err(Refusal::Grant("redirect_uri is not the one of the authorization request"));
    }
    proves(ask.params.one("code_verifier")?, body.code_challenge.as_deref())?;
    match &body.dpop_jkt {
        Some(jkt) if ask.caller.jkt() != Some(jkt.as_str()) => {
            Err(Refusal::Grant("the code is bound to the key of another DPoP proof"))
        }
        _ => Ok(()),
    }
}

/// Whether the verifier belongs to the challenge (RFC 7636 §4.6). One without the other is an
/// attack too: somebody took the challenge out of the request (RFC 9700 §2.1.1).
fn proves(verifier: Option<&str>, challenge: Option<&str>) -> Result<(), Refusal> {
    let (verifier, challenge) = match (verifier, challenge) {
        (None, None) => return Ok(()),
        (Some(verifier), Some(challenge)) => (verifier, challenge),
        (None, Some(_)) => return Err(Refusal::Grant("code_verifier is missing")),
        (Some(_), None) => {
            return Err(Refusal::Grant("code_verifier without a code_challenge before it"));
        }
    };
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    let well_formed = VERIFIER.contains(&verifier.len()) && verifier.bytes().all(plain);
    if well_formed && URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes())) == challenge {
        Ok(())
    } else {
        Err(Refusal::Grant("code_verifier does not fit the code_challenge"))
    }
}

/// Uses the code up and stores what comes of it. Of two at once one wins; the other one is a
/// replay, and what it does is kept.
async fn settle(ask: &Arc<Ask>, row: CodeRow, line: Line, issued: Issued) -> Result<Kept, Refusal> {
    let ask = Arc::clone(ask);
    let app = ask.app.clone();
    app.db
        .write::<_, Refusal, _>(move |tx| {
            Box::pin(async move {
                ask.caller.spend(tx).await?;
                let client = &ask.client().client_id;
                let Some(done) = auth_codes::redeem(tx, &row.digest, client, ask.now).await? else {
                    return Ok(Err(replay(tx, &ask, &row).await?));
                };
                if !done.grant_is_live {
                    return Err(ended());
                }
                if issued.answer.refresh_token.is_some() {
                    refresh::insert(tx, &line_row(&ask, &line)?).await?;
                }
                let by = GrantType::AuthorizationCode.as_str();
                let body = particulars(&ask, &line, &issued, by);
                let used_at = done.grant_used_at;
                note(tx, &ask, &line.grant, used_at, ("token.issued", body)).await?;
                Ok(Ok(()))
            })
        })
        .await
}

/// A code that was used before, by its own client with all that belongs to it: what came of it is
/// void (RFC 6749 §4.1.2).
async fn reused(ask: &Arc<Ask>, row: CodeRow) -> Result<Refusal, Refusal> {
    let parts = Arc::clone(ask);
    let refusal = ask
        .app
        .db
        .write::<_, Refusal, _>(move |tx| {
            Box::pin(async move {
                parts.caller.spend(tx).await?;
                replay(tx, &parts, &row).await
            })
        })
        .await?;
    follow(&ask.app).await;
    Ok(refusal)
}

async fn replay(tx: &mut Tx, ask: &Ask, row: &CodeRow) -> Result<Refusal, Refusal> {
    let refusal = Refusal::Grant("the code was used before; what came of it is void");
    let line = refresh::find(tx, &row.line).await?;
    // Long after, with nothing left to end, a replay leaves no trace: it costs nothing either.
    let tokens_live = ask.now < row.expires_at + ACCESS_TOKEN_LIFETIME;
    if !tokens_live && !line.is_some_and(|line| line.is_live) {
        return Ok(refusal);
    }
    let body: CodeBody = serde_json::from_str(&row.body).map_err(internal)?;
    let why = LineEnd {
        event: "code.reused",
        client: &row.client,
        grant: &row.grant,
        citizen: Some(&body.citizen),
        reference: &ask.reference,
        now: ask.now,
    };
    end_line(tx, &ask.app, &row.line, why).await?;
    Ok(refusal)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    const VERIFIED: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_rfc_7636_proves() {
        assert_eq!(proves(Some(VERIFIED), Some(CHALLENGE)), Ok(()));
        assert_eq!(proves(None, None), Ok(()));
    }

    #[test]
    fn a_wrong_missing_malformed_or_unasked_verifier_is_refused() {
        let refused = |verifier: Option<&str>, challenge: Option<&str>| {
            matches!(proves(verifier, challenge), Err(Refusal::Grant(_)))
        };
        assert!(refused(None, Some(CHALLENGE)));
        assert!(refused(Some(VERIFIED), None));
        assert!(refused(Some(&VERIFIED.to_lowercase()), Some(CHALLENGE)));
        assert!(refused(Some(CHALLENGE), Some(CHALLENGE)), "plain");
        let short = "short";
        let own = URL_SAFE_NO_PAD.encode(sha256(short.as_bytes()));
        assert!(refused(Some(short), Some(&own)));
        let odd = "中".repeat(20);
        let own = URL_SAFE_NO_PAD.encode(sha256(odd.as_bytes()));
        assert!(refused(Some(&odd), Some(&own)));
    }
}
