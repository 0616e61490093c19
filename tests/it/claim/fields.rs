//! Wrong fields: 422, the message at its field, what was typed kept, code and reference shown.

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::browser::Field;
use crate::common::house::walk::{PIN, Step};
use crate::common::suite::Suite;
use ecard::simulator::demo_people::PASSWORD;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; every_wrong_field_is_named_at_the_field);
    both!(suite; a_wrong_password_names_neither_field);
    both!(suite; passwords_and_codes_are_never_shown_again);
}

struct Case {
    step: Step,
    fields: &'static [(&'static str, &'static str)],
    wrong: &'static [&'static str],
    code: &'static str,
}

const fn case(
    step: Step,
    fields: &'static [(&'static str, &'static str)],
    wrong: &'static [&'static str],
    code: &'static str,
) -> Case {
    Case { step, fields, wrong, code }
}

const NAME: (&str, &str) = ("name", "李明");
const GOOD: (&str, &str) = ("account", "13800000002");

const CASES: &[Case] = &[
    case(Step::Consent, &[], &[], "DECISION_REQUIRED"),
    case(Step::Consent, &[("decision", "perhaps")], &[], "DECISION_REQUIRED"),
    case(Step::Login, &[], &["account", "password"], "LOGIN_INCOMPLETE"),
    case(Step::Login, &[("account", "1380000")], &["account", "password"], "LOGIN_INCOMPLETE"),
    case(Step::Login, &[GOOD], &["password"], "LOGIN_INCOMPLETE"),
    case(Step::Login, &[("account", "no"), ("password", "x")], &["account"], "LOGIN_INCOMPLETE"),
    case(Step::RealName, &[], &["name", "id_number"], "REAL_NAME_INVALID"),
    case(Step::RealName, &[NAME], &["id_number"], "REAL_NAME_INVALID"),
    case(Step::RealName, &[NAME, ("id_number", "11010")], &["id_number"], "REAL_NAME_INVALID"),
    case(
        Step::RealName,
        &[NAME, ("id_number", "110105198506150031")],
        &["id_number"],
        "REAL_NAME_INVALID",
    ),
    case(
        Step::RealName,
        &[NAME, ("id_number", "110105198513150030")],
        &["id_number"],
        "REAL_NAME_INVALID",
    ),
    case(
        Step::RealName,
        &[NAME, ("id_number", "000105198506150030")],
        &["id_number"],
        "REAL_NAME_INVALID",
    ),
    case(
        Step::RealName,
        &[NAME, ("id_number", "110105850615003")],
        &["id_number"],
        "REAL_NAME_INVALID",
    ),
    case(
        Step::RealName,
        &[("name", "李\u{202e}明"), ("id_number", "x")],
        &["name", "id_number"],
        "REAL_NAME_INVALID",
    ),
    case(Step::FaceConsent, &[], &["face_consent"], "FACE_CONSENT_REQUIRED"),
    case(Step::FaceConsent, &[("face_consent", "no")], &["face_consent"], "FACE_CONSENT_REQUIRED"),
    case(Step::Face, &[], &["portrait"], "PORTRAIT_REQUIRED"),
    case(Step::Face, &[("sample", "anybody")], &["portrait"], "PORTRAIT_REQUIRED"),
    case(Step::Activation, &[], &["activation_code"], "CODE_REQUIRED"),
    case(Step::Activation, &[("activation_code", "12345")], &["activation_code"], "CODE_REQUIRED"),
    case(Step::Pin, &[], &["pin"], "PIN_FORMAT"),
    case(Step::Pin, &[("pin", "12345"), ("pin_again", "12345")], &["pin"], "PIN_FORMAT"),
    case(Step::Pin, &[("pin", "123456"), ("pin_again", "123456")], &["pin"], "PIN_RUN"),
    case(Step::Pin, &[("pin", "121212"), ("pin_again", "121212")], &["pin"], "PIN_REPEAT"),
    case(Step::Pin, &[("pin", "850615"), ("pin_again", "850615")], &["pin"], "PIN_PIECE_OF_ID"),
    case(Step::Pin, &[("pin", PIN), ("pin_again", "739143")], &["pin_again"], "PIN_DIFFERS"),
    case(Step::Pin, &[("pin", PIN)], &["pin_again"], "PIN_DIFFERS"),
];

/// What may be shown again.
const KEPT: [&str; 3] = ["account", "name", "id_number"];

async fn every_wrong_field_is_named_at_the_field(t: TestDb) {
    let house = House::roomy(t).await;
    for step in Step::ALL {
        let (mut browser, page) = house.page_at(step).await;
        for case in CASES.iter().filter(|case| case.step == step) {
            let fields: Vec<Field> = case.fields.iter().map(|(n, v)| (*n, (*v).into())).collect();
            let answer = browser.submit(&page, &fields).await;
            assert_eq!((answer.status, answer.step()), (422, step.word()), "{:?}", case.fields);
            assert!(answer.tells(case.code), "{:?}: {}", case.fields, answer.main());
            for name in ["account", "password", "name", "id_number", "portrait", "pin", "pin_again"]
                .into_iter()
                .filter(|name| answer.body.contains(&format!("name=\"{name}\"")))
            {
                let wrong = case.wrong.contains(&name);
                assert_eq!(answer.is_wrong(name), wrong, "{:?} {name}", case.fields);
            }
            for (name, typed) in case.fields.iter().filter(|(name, _)| KEPT.contains(name)) {
                assert_eq!(answer.value(name), *typed, "{:?}", case.fields);
            }
            assert_eq!(browser.visit("/claim").await.step(), step.word());
        }
        let right = house.right(step, ecard::domain::demo_story::Story::Adult);
        let gone = browser.submit(&page, &right).await;
        assert!(gone.leads_to(step.next()), "{step:?}: wrong forms spent nothing");
    }
}

async fn a_wrong_password_names_neither_field(t: TestDb) {
    let house = House::roomy(t).await;
    let (mut browser, page) = house.page_at(Step::Login).await;
    let ask = |account: &str| vec![("account", account.into()), ("password", "wrong-1".into())];
    let known = browser.submit(&page, &ask("13800000002")).await;
    let unknown = browser.submit(&page, &ask("13900009999")).await;
    for answer in [&known, &unknown] {
        assert_eq!((answer.status, answer.step()), (422, "login"));
        assert!(answer.tells("LOGIN_FAILED"), "{}", answer.main());
        assert!(!answer.is_wrong("account") && !answer.is_wrong("password"));
    }
    let told = |answer: &str, account: &str, reference: &str| {
        answer.replace(account, "ACCOUNT").replace(reference, "REFERENCE")
    };
    let reference = |a: &crate::common::house::answer::Answer| {
        a.headers["x-reference"].to_str().unwrap().to_owned()
    };
    let known_said = told(&known.body, "13800000002", &reference(&known));
    let unknown_said = told(&unknown.body, "13900009999", &reference(&unknown));
    assert_eq!(known_said, unknown_said);
}

async fn passwords_and_codes_are_never_shown_again(t: TestDb) {
    let house = House::roomy(t).await;
    let (mut browser, page) = house.page_at(Step::Login).await;
    let fields = [("account", "13800000002".to_owned()), ("password", format!("{PASSWORD}-no"))];
    let answer = browser.submit(&page, &fields).await;
    assert_eq!(answer.status, 422);
    assert!(!answer.body.contains(PASSWORD), "{}", answer.main());
    let (mut browser, page) = house.page_at(Step::Pin).await;
    let fields = [("pin", PIN.to_owned()), ("pin_again", "739143".to_owned())];
    let answer = browser.submit(&page, &fields).await;
    assert!(!answer.body.contains(PIN) && !answer.body.contains("739143"), "{}", answer.main());
}
