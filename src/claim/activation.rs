//! 激活密码: the code goes to the mobile number the registry holds, never to one typed here.

use super::code::{Binding, in_minutes};
use super::issue::{self, Standing};
use super::outcome::{Deed, Effect, Event, Outcome, Trouble};
use super::step::{Step, Visit, retry_later};
use crate::app::{Fault, delivery, html};
use crate::auth::context::LoginContext;
use crate::auth::credentials::limited;
use crate::domain::activation_code::ActivationCode;
use crate::domain::assurance::{Acr, Amr};
use crate::domain::claim::{Claim, CodeSent, Proof, Proved, SentCode, Stage};
use crate::domain::mobile_number::MobileNumber;
use crate::domain::sms_text;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::pages::claim::{ActivationPage, CodeSent as CodeShown};
use crate::pages::messages;
use crate::pages::problem::Problem;
use crate::storage::codes::{self, Tried};
use crate::storage::outbox::State;
use crate::web::forms::FormData;
use axum::response::Response;

/// When looking again for a late message makes sense (s).
const RETRY_SMS_S: u64 = 10;

/// The code as typed, or the wish for another.
pub(super) enum Activation {
    /// A code.
    Code(ActivationCode),
    /// `resend`.
    Resend,
}

fn binding(claim: &Claim, mobile: MobileNumber) -> Binding {
    Binding { purpose: "activation", subject: claim.id.as_str().to_owned(), mobile }
}

fn proved(stage: &Stage) -> Option<Proved> {
    match stage.clone() {
        Stage::Faced(faced) => Some(faced.proved()),
        Stage::CounterProved(counter) => Some(counter.proved()),
        _ => None,
    }
}

impl Step for Activation {
    fn fits(stage: &Stage) -> bool {
        matches!(stage, Stage::Faced(_) | Stage::CounterProved(_) | Stage::CodeSent(_))
    }

    fn read(form: FormData, visit: &Visit) -> Result<Self, Trouble> {
        if form.has("resend") {
            return Ok(Self::Resend);
        }
        ActivationCode::parse(form.text("activation_code")).map(Self::Code).map_err(|_| {
            let problem = Problem::of_fields("CODE_REQUIRED", visit.reference.as_str());
            Trouble::mend(problem.on("activation_code", messages::code_required()))
        })
    }

    async fn page(
        visit: &Visit,
        trouble: Option<&Trouble>,
        status: u16,
    ) -> Result<Response, Fault> {
        let sent = match &visit.claim.stage {
            Stage::CodeSent(stage) => Some(&stage.sent),
            _ => None,
        };
        let retrying = match sent {
            Some(sent) => is_waiting(visit, sent).await?,
            None => false,
        };
        let code = shown(visit, sent, retrying).await?;
        let reference = visit.reference.as_str();
        let mut problem = trouble.map(|t| t.problem.clone());
        // Without the field there is nothing a message could stand at.
        if code.is_void() && problem.as_ref().is_none_or(|p| p.message.is_none()) {
            problem = Some(Problem::new("CODE_VOID", reference, messages::code_void()));
        }
        if !retrying || problem.is_some() {
            return html(status, &ActivationPage { cx: visit.cx.clone(), problem, code });
        }
        problem = Some(Problem::new("SMS_UNAVAILABLE", reference, messages::sms_down()));
        let page = ActivationPage { cx: visit.cx.clone(), problem, code };
        Ok(retry_later(html(503, &page)?, RETRY_SMS_S))
    }

    /// The code goes out when the page is first reached, after card, entitlement and death were
    /// checked: nobody learns them with a name and a number alone.
    async fn arrive(visit: &Visit) -> Result<Option<Outcome>, AppError> {
        match proved(&visit.claim.stage) {
            Some(proved) => Ok(Some(send(visit, proved).await?)),
            None => Ok(None),
        }
    }

    async fn submit(self, visit: &Visit) -> Result<Outcome, AppError> {
        let claim = visit.claim.clone();
        let Stage::CodeSent(stage) = claim.stage.clone() else {
            // The page was never reached, so no code was sent yet.
            return match Self::arrive(visit).await? {
                Some(outcome) => Ok(outcome),
                None => Err(AppError::Overtaken),
            };
        };
        match self {
            Self::Resend => send(visit, stage.proved).await,
            Self::Code(code) => try_code(visit, claim, stage, code).await,
        }
    }
}

async fn try_code(
    visit: &Visit,
    claim: Claim,
    stage: CodeSent,
    code: ActivationCode,
) -> Result<Outcome, AppError> {
    let bound = binding(&claim, stage.sent.mobile.clone());
    let citizen = stage.proved.citizen.clone();
    if bound.try_out(&visit.app, &stage.sent.code, &code, visit.now).await? == Tried::Right {
        let digest = bound.digest(&visit.app, code.expose());
        let raise = Effect::Raise(raised(visit, stage.proved.proof));
        return Ok(Outcome::Within(claim, activate(stage, digest, raise, visit.now)));
    }
    let problem = Problem::of_fields("CODE_WRONG", visit.reference.as_str());
    let trouble = Trouble::mend(problem.on("activation_code", messages::code_wrong()));
    let audit = Event::of("claim.code_wrong", Some(&citizen));
    Ok(Outcome::Again(claim, trouble, vec![Effect::Audit(audit)]))
}

/// Uses the code up in the transaction that saves the claim: of two clicks one does both, and the
/// other neither.
fn activate(stage: CodeSent, digest: String, raise: Effect, now: Timestamp) -> Deed {
    Box::new(move |tx| {
        Box::pin(async move {
            if !codes::use_up(tx, &stage.sent.code, &digest).await? {
                return Err(Fault::Overtaken);
            }
            let audit = Event::of("claim.activated", Some(&stage.proved.citizen));
            Ok((stage.activate(now).into(), vec![raise, Effect::Audit(audit)]))
        })
    })
}

/// Sends a code to the number the registry holds now, or says why none can be sent.
async fn send(visit: &Visit, proved: Proved) -> Result<Outcome, AppError> {
    let claim = visit.claim.clone();
    let mobile = match issue::standing(visit, &proved).await? {
        Standing::HasCard(card) => {
            return Ok(Outcome::Advance(claim.at(proved.already_issued(card)), vec![]));
        }
        Standing::MayClaim(mobile) => mobile,
    };
    let bound = binding(&claim, mobile);
    let sent = match bound.send(&visit.app, sms_text::activation, visit.now).await {
        Ok(sent) => sent,
        Err(error) => {
            let trouble = limited(error, &visit.cx, visit.reference.as_str())?;
            return Ok(Outcome::Again(claim, trouble, vec![]));
        }
    };
    let mut effects = sent.effects;
    effects.push(Effect::Audit(Event::of("claim.code_sent", Some(&proved.citizen))));
    let next = proved.send_code(sent.code);
    Ok(Outcome::Advance(claim.at(next), effects))
}

/// What the page tells of the code. A visit whose stage has none yet met a limit on the way.
async fn shown(visit: &Visit, sent: Option<&SentCode>, retrying: bool) -> Result<CodeShown, Fault> {
    let limits = &visit.app.config.limits;
    let valid_min = in_minutes(limits.sms_code_ttl_s);
    let Some(sent) = sent else {
        let mobile = String::new();
        return Ok(CodeShown {
            mobile,
            demo_number: None,
            resend_in: 0,
            attempts_left: 0,
            valid_min,
            retrying,
        });
    };
    let waited = visit.now.seconds_since(sent.at);
    let row = sent.code.clone();
    let tries = visit
        .app
        .db
        .read::<_, Fault, _>(move |tx| Box::pin(async move { Ok(codes::tries(tx, &row).await?) }))
        .await?;
    Ok(CodeShown {
        mobile: sent.mobile.masked(),
        demo_number: visit.cx.demo.then(|| sent.mobile.as_str().to_owned()),
        resend_in: u32::try_from(limits.sms_resend_s.saturating_sub(waited)).unwrap_or(0),
        attempts_left: u32::try_from(limits.sms_code_tries.saturating_sub(tries)).unwrap_or(0),
        valid_min,
        retrying,
    })
}

/// Whether the gateway has not taken the code yet: the page says so, and that it was not lost.
async fn is_waiting(visit: &Visit, sent: &SentCode) -> Result<bool, Fault> {
    let state = delivery::state(&visit.app, sent.message.clone()).await?;
    Ok(matches!(state, Some(State::Queued | State::Dead)))
}

/// What is known of the person from here on: proved, and reached at the registered number.
fn raised(visit: &Visit, proof: Proof) -> LoginContext {
    let context =
        visit.session.context.clone().unwrap_or_else(|| LoginContext::password(visit.now));
    let (acr, means) = match proof {
        Proof::Face { .. } => (Acr::Face, Amr::Face),
        Proof::Counter { .. } => (Acr::Counter, Amr::Counter),
    };
    context.raised(acr, &[means, Amr::Sms], visit.now)
}
