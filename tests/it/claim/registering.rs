//! Making an account: the number is proved, and nobody learns whether it has one.

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::answer::Answer;
use crate::common::house::browser::Browser;
use crate::common::house::walk::Step;
use crate::common::suite::Suite;
use ecard::domain::demo_story::Story;
use ecard::domain::mobile_number::MobileNumber;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; a_proved_number_becomes_an_account_and_goes_on);
    both!(suite; a_number_that_has_an_account_is_answered_alike);
    both!(suite; wrong_fields_are_named);
    both!(suite; a_wrong_code_makes_no_account);
}

const NUMBER: &str = "13712345678";
const OWN: &str = "my own password";

async fn begin(browser: &mut Browser, number: &str, password: &str) -> Answer {
    let page = browser.get("/claim/register").await;
    assert_eq!((page.status, page.step()), (200, "register"));
    let fields = [("account", number.to_owned()), ("password", password.to_owned())];
    browser.submit(&page, &fields).await
}

async fn prove(browser: &mut Browser, code: &str) -> Answer {
    let page = browser.get("/claim/register/code").await;
    browser.submit(&page, &[("activation_code", code.to_owned())]).await
}

fn mobile(number: &str) -> MobileNumber {
    MobileNumber::parse(number).unwrap()
}

async fn a_proved_number_becomes_an_account_and_goes_on(t: TestDb) {
    let house = House::build(t).await;
    let mut browser = house.at(Step::Login).await;
    let before = browser.cookies.clone();
    assert!(begin(&mut browser, NUMBER, OWN).await.leads_to("/claim/register/code"));
    let code = house.code(&mobile(NUMBER));
    assert!(prove(&mut browser, &code).await.leads_to("/claim/real-name"));
    assert_ne!(browser.cookies, before, "a new session at login");
    for step in [Step::RealName, Step::FaceConsent, Step::Face, Step::Activation, Step::Pin] {
        let gone = house.take(&mut browser, step, Story::Adult).await;
        assert!(gone.leads_to(step.next()), "{}", gone.main());
    }
    let hash = house.t.text("SELECT password_hash FROM accounts ORDER BY created_at DESC").await;
    assert!(hash.unwrap().starts_with("$argon2id$"));
    let mut later = house.browser();
    let login = later.get("/login").await;
    let fields = [("account", NUMBER.to_owned()), ("password", OWN.to_owned())];
    assert!(later.submit(&login, &fields).await.leads_to("/card"));
    assert_eq!(later.get("/card").await.step(), "card");
}

async fn a_number_that_has_an_account_is_answered_alike(t: TestDb) {
    let house = House::build(t).await;
    let taken = "13800000002";
    let accounts = house.count("accounts").await;
    let mut pages = Vec::new();
    for number in [NUMBER, taken] {
        let mut browser = house.at(Step::Login).await;
        assert!(begin(&mut browser, number, OWN).await.leads_to("/claim/register/code"));
        let page = browser.get("/claim/register/code").await;
        assert_eq!(page.status, 200);
        let wrong = prove(&mut browser, "000000").await;
        assert_eq!(wrong.status, 422);
        pages.push(
            page.main()
                .split("<form")
                .next()
                .unwrap()
                .replace(&mobile(number).masked(), "")
                .replace(number, ""),
        );
    }
    assert_eq!(pages[0], pages[1]);
    let texts = house.texts(&mobile(taken));
    let said = "【电子社保卡】您的手机号已注册,请直接登录。如非本人操作,请忽略本消息。";
    assert_eq!(texts, [said]);
    assert_eq!(house.count("accounts").await, accounts);
}

async fn wrong_fields_are_named(t: TestDb) {
    let house = House::build(t).await;
    let mut browser = house.at(Step::Login).await;
    let cases: [(&str, &str, &[&str]); 4] = [
        ("", "", &["account", "password"]),
        ("12345", OWN, &["account"]),
        (NUMBER, "short", &["password"]),
        (NUMBER, "12345678", &["password"]),
    ];
    for (number, password, wrong) in cases {
        let answer = begin(&mut browser, number, password).await;
        assert_eq!((answer.status, answer.step()), (422, "register"), "{number} {password}");
        for name in ["account", "password"] {
            assert_eq!(answer.is_wrong(name), wrong.contains(&name), "{number} {password}");
        }
        assert_eq!(answer.value("account"), number);
        assert_eq!(answer.value("password"), "");
    }
    assert_eq!(house.count("outbox").await, 0);
}

async fn a_wrong_code_makes_no_account(t: TestDb) {
    let house = House::build(t).await;
    let accounts = house.count("accounts").await;
    let mut browser = house.at(Step::Login).await;
    assert_eq!(prove(&mut browser, "123456").await.status, 422, "nothing was begun");
    begin(&mut browser, NUMBER, OWN).await;
    let code = house.code(&mobile(NUMBER));
    let mut stranger = house.at(Step::Login).await;
    assert_eq!(prove(&mut stranger, &code).await.status, 422, "another browser's");
    let wrong = if code == "111112" { "111113" } else { "111112" };
    for _ in 0..5 {
        let answer = prove(&mut browser, wrong).await;
        assert!(answer.status == 422 && answer.is_wrong("activation_code"), "{}", answer.main());
    }
    assert_eq!(prove(&mut browser, &code).await.status, 422, "void after five tries");
    assert_eq!(house.count("accounts").await, accounts);
}
