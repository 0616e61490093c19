//! The steps of a claim that ask for something.

use super::{REF, Sample, mistakes, sample};
use crate::domain::liveness::LivenessPrompt;
use crate::pages::claim::*;
use crate::pages::face::*;
use crate::pages::{Problem, messages};
use crate::web::cx::Cx;

fn told(code: &'static str, message: crate::web::translator::Message) -> Option<Problem> {
    Some(Problem::new(code, REF, message))
}

pub(super) fn consent(cx: &Cx) -> Vec<Sample> {
    let page = |name, problem| {
        let page = ConsentPage { cx: cx.clone(), problem };
        sample(name, "consent", &page)
    };
    let undecided = mistakes([("decision", messages::decision_required())]);
    vec![page("consent", None), page("consent-undecided", undecided)]
}

pub(super) fn account(cx: &Cx) -> Vec<Sample> {
    let login = |name, problem, account: &str, next: Option<&str>| {
        let (in_claim, next) = (next.is_none(), next.map(str::to_owned));
        let claim_href = "/claim".to_owned();
        let page = LoginPage {
            cx: cx.clone(),
            problem,
            account: account.into(),
            next,
            in_claim,
            claim_href,
        };
        sample(name, "login", &page)
    };
    let register = |name, problem, account: &str| {
        let page = RegisterPage { cx: cx.clone(), problem, account: account.into() };
        sample(name, "register", &page)
    };
    let locked = told("LOGIN_FAILED", messages::login_locked(cx.lang().minute(super::AT)));
    let failed = told("LOGIN_FAILED", messages::login_failed(4));
    let weak = mistakes([
        ("account", messages::account_invalid()),
        ("password", messages::password_weak()),
    ]);
    let code = RegisterCodePage { cx: cx.clone(), problem: None, code: code(cx, false, 0) };
    vec![
        login("login", None, "", None),
        login("login-locked", locked, "13800000001", None),
        login("login-wrong", failed, "13800000001", Some("/card")),
        register("register", None, ""),
        register("register-wrong", weak, "1380"),
        sample("register-code", "register", &code),
    ]
}

pub(super) fn real_name(cx: &Cx) -> Vec<Sample> {
    let page = |state, problem, name: &str, id_number: &str, attempts_left| {
        let (name, id_number) = (name.to_owned(), id_number.to_owned());
        let page = RealNamePage { cx: cx.clone(), problem, name, id_number, attempts_left };
        sample(state, "real-name", &page)
    };
    let wrong = mistakes([
        ("name", messages::name_invalid()),
        ("id_number", messages::id_number_checksum()),
    ]);
    let mismatch = told("REAL_NAME_MISMATCH", messages::real_name_mismatch());
    vec![
        page("real-name", None, "", "", 5),
        page("real-name-wrong", wrong, "\"><script>", "110101199003070021", 1),
        page("real-name-mismatch", mismatch, "王䶮", "11010119900307002X", 3),
    ]
}

pub(super) fn face_consent(cx: &Cx) -> Vec<Sample> {
    let page = |name, problem, guardian_needed| {
        let page = FaceConsentPage { cx: cx.clone(), problem, guardian_needed, asked_by: None };
        sample(name, "face-consent", &page)
    };
    let partner = |name, required| {
        let asked_by = Some(AskedBy { app: "市民中心".to_owned(), required });
        let cx = cx.clone();
        let page = FaceConsentPage { cx, problem: None, guardian_needed: false, asked_by };
        sample(name, "face-consent", &page)
    };
    let unticked = mistakes([("face_consent", messages::face_consent_required())]);
    vec![
        page("face-consent", None, false),
        page("face-consent-wrong", unticked, false),
        page("face-consent-child", None, true),
        partner("face-consent-required", true),
        partner("face-consent-wished", false),
    ]
}

pub(super) fn face(cx: &Cx) -> Vec<Sample> {
    let page = |name: String, problem, prompt, attempts_left| {
        let in_claim = attempts_left != 2;
        let page = FacePage { cx: cx.clone(), problem, prompt, attempts_left, in_claim };
        sample(name, "face", &page)
    };
    let failed = told("FACE_FAILED", messages::face_failed());
    let unusable = mistakes([("portrait", messages::portrait_unusable())]);
    let mut all = vec![
        page("face-failed".into(), failed, LivenessPrompt::Blink, 2),
        page("face-wrong".into(), unusable, LivenessPrompt::Nod, 1),
    ];
    all.extend(LivenessPrompt::ALL.map(|p| page(format!("face-{}", p.as_str()), None, p, 3)));
    all
}

pub(super) fn counter_code(cx: &Cx) -> Vec<Sample> {
    let page = |name, problem, attempts_left| {
        let (cx, valid_h, face_open) = (cx.clone(), 24, attempts_left == 5);
        let page = CounterCodePage { cx, problem, attempts_left, valid_h, face_open };
        sample(name, "counter-code", &page)
    };
    let wrong = mistakes([("counter_code", messages::counter_code_wrong())]);
    vec![page("counter-code", None, 5), page("counter-code-wrong", wrong, 4)]
}

fn code(cx: &Cx, retrying: bool, resend_in: u32) -> CodeSent {
    let demo_number = cx.demo.then(|| "13800000001".to_owned());
    let (mobile, attempts_left, valid_min) = ("138****0001".into(), 5, 5);
    CodeSent { mobile, demo_number, resend_in, attempts_left, valid_min, retrying }
}

pub(super) fn codes(cx: &Cx) -> Vec<Sample> {
    let page = |name, problem, code| {
        let page = ActivationPage { cx: cx.clone(), problem, code };
        sample(name, "activation", &page)
    };
    let wrong = mistakes([("activation_code", messages::code_wrong())]);
    let void = told("CODE_VOID", messages::code_void());
    let down = told("SMS_UNAVAILABLE", messages::sms_down());
    vec![
        page("activation-void", void, CodeSent { attempts_left: 0, ..code(cx, false, 58) }),
        page("activation", None, code(cx, false, 58)),
        page("activation-wrong", wrong, code(cx, false, 0)),
        page("activation-retrying", down, code(cx, true, 60)),
    ]
}

pub(super) fn pin(cx: &Cx) -> Vec<Sample> {
    let page = |name, problem| sample(name, "pin", &PinPage { cx: cx.clone(), problem });
    let wrong = mistakes([("pin", messages::pin_weak()), ("pin_again", messages::pin_differs())]);
    vec![page("pin", None), page("pin-wrong", wrong)]
}
