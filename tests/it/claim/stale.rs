//! Forms that come late: replayed, from a second tab, clicked twice.

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::walk::Step;
use crate::common::suite::Suite;
use ecard::domain::demo_story::Story;
use futures_util::future::join_all;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; an_earlier_form_sent_again_changes_nothing);
    both!(suite; a_second_tab_follows_the_first);
    both!(suite; a_double_click_at_the_last_try_still_passes);
    both!(suite; a_double_click_has_one_effect);
    both!(suite; a_consent_is_given_once);
}

/// The session is new after the login, so that forms before it are no longer ours; forms after it
/// are ours, and lead on.
async fn an_earlier_form_sent_again_changes_nothing(t: TestDb) {
    let house = House::roomy(t).await;
    let mut browser = house.browser();
    browser.visit("/claim").await;
    let mut sent = Vec::new();
    for step in Step::ALL {
        let page = browser.get(step.path()).await;
        let fields = house.right(step, Story::Adult);
        let gone = browser.submit(&page, &fields).await;
        assert!(gone.leads_to(step.next()));
        sent.push((step, page, fields));
        for (earlier, page, fields) in &sent {
            let again = browser.submit(page, fields).await;
            let expected = if *earlier < Step::RealName && step >= Step::Login { 403 } else { 303 };
            assert_eq!(again.status, expected, "{earlier:?} after {step:?}");
            assert!(expected == 403 || again.leads_to(step.next()), "{}", again.location());
        }
    }
    assert_eq!(house.count("cards").await, 1);
    assert_eq!(house.count("consents").await, 2);
}

async fn a_second_tab_follows_the_first(t: TestDb) {
    let house = House::roomy(t).await;
    for step in Step::ALL.into_iter().filter(|step| *step != Step::Pin) {
        let (mut first, page) = house.page_at(step).await;
        let second = first.get(step.path()).await;
        let fields = house.right(step, Story::Adult);
        assert!(first.submit(&page, &fields).await.leads_to(step.next()), "{step:?}");
        let late = first.submit(&second, &fields).await;
        let expected = if step == Step::Login { 403 } else { 303 };
        assert_eq!(late.status, expected, "{step:?}");
        let here = first.visit("/claim").await;
        assert_eq!(format!("/claim/{}", here.step()), step.next(), "{step:?}");
    }
}

/// The last place within a limit goes to one of two clicks; the other is barred and changes nothing.
async fn a_double_click_at_the_last_try_still_passes(t: TestDb) {
    let house = House::with(t, |config| config.limits.face_per_id_day = 1).await;
    let (browser, page) = house.page_at(Step::Face).await;
    let fields = house.right(Step::Face, Story::Adult);
    let (mut one, mut two) = (browser.clone(), browser.clone());
    let (first, second) = tokio::join!(one.submit(&page, &fields), two.submit(&page, &fields));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 429]);
    assert_eq!(one.visit("/claim").await.step(), "activation");
}

async fn a_double_click_has_one_effect(t: TestDb) {
    let house = House::roomy(t).await;
    for step in Step::ALL {
        let (browser, page) = house.page_at(step).await;
        let fields = house.right(step, Story::Adult);
        let events = house.count("audit").await;
        let mut tabs = [browser.clone(), browser.clone()];
        let answers = join_all(tabs.iter_mut().map(|tab| tab.submit(&page, &fields))).await;
        let (mut went_on, mut jar) = (0, browser.clone());
        for (answer, tab) in answers.iter().zip(&tabs) {
            assert!([303, 410].contains(&answer.status), "{step:?}: {}", answer.main());
            went_on += i32::from(answer.leads_to(step.next()));
            if tab.cookies != browser.cookies {
                jar.cookies.clone_from(&tab.cookies);
            }
        }
        assert!(went_on >= 1, "{step:?}");
        assert!(step == Step::Login || went_on == 2, "{step:?}: {}", answers[1].location());
        let written = house.count("audit").await - events;
        assert_eq!(written, 1, "{step:?}");
        let here = jar.visit("/claim").await;
        assert_eq!(here.at, step.next(), "{step:?}");
    }
    assert_eq!(house.count("cards").await, 1);
    assert_eq!(house.count("outbox WHERE purpose = 'notice'").await, 1);
}

async fn a_consent_is_given_once(t: TestDb) {
    let house = House::roomy(t).await;
    let (mut browser, page) = house.page_at(Step::Consent).await;
    let allow = [("decision", "allow".to_owned())];
    let refuse = [("decision", "refuse".to_owned())];
    assert!(browser.submit(&page, &allow).await.leads_to("/claim/login"));
    assert!(browser.submit(&page, &refuse).await.leads_to("/claim/login"));
    assert_eq!(browser.visit("/claim").await.step(), "login");
}
