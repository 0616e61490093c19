//! The one guard of all steps: the right way, our own form, the right browser, nothing skipped.

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::walk::Step;
use crate::common::suite::Suite;
use ecard::domain::demo_story::Story;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; the_right_way_leads_to_a_card);
    both!(suite; a_form_without_its_token_changes_nothing);
    both!(suite; a_form_of_another_browser_is_refused);
    both!(suite; no_step_can_be_skipped);
    both!(suite; going_back_leads_to_where_the_claim_stands);
}

async fn the_right_way_leads_to_a_card(t: TestDb) {
    let house = House::roomy(t).await;
    for story in [Story::Adult, Story::RareCharacter, Story::DottedName, Story::MovedPhone] {
        let mut browser = house.browser();
        browser.visit("/claim").await;
        for step in Step::ALL {
            let gone = house.take(&mut browser, step, story).await;
            assert!(gone.leads_to(step.next()), "{story} {step:?} {}", gone.location());
        }
        let card = browser.get("/card").await;
        assert_eq!((card.status, card.step()), (200, "card"));
        let person = house.person(story);
        assert!(card.body.contains(&person.id_number.masked()));
        assert!(!card.body.contains(person.id_number.as_str()));
    }
    for story in [Story::ForeignPermanentResident, Story::HongKongPermit] {
        house.holder(story).await;
    }
    assert_eq!(house.count("cards WHERE state = 'active'").await, 6);
}

async fn a_form_without_its_token_changes_nothing(t: TestDb) {
    let house = House::roomy(t).await;
    for step in Step::ALL {
        let (mut browser, page) = house.page_at(step).await;
        let right = house.right(step, Story::Adult);
        let mut forged = right.clone();
        forged.push(("csrf", format!("{}x", page.hidden_field("csrf"))));
        for fields in [right, forged] {
            let refused = browser.post(step.path(), &fields).await;
            assert_eq!((refused.status, refused.step()), (403, "error"), "{step:?}");
            assert!(refused.tells("FORM_NOT_OURS"), "{}", refused.main());
        }
        assert_eq!(browser.visit("/claim").await.step(), step.word(), "{step:?}");
    }
    assert_eq!(house.count("cards").await, 0);
}

/// Somebody else's browser, with or without a claim of its own, and one that has no cookie.
async fn a_form_of_another_browser_is_refused(t: TestDb) {
    let house = House::roomy(t).await;
    let mut stranger = house.browser();
    stranger.visit("/claim").await;
    for step in Step::ALL {
        let (mut browser, page) = house.page_at(step).await;
        let right = house.right(step, Story::Adult);
        let before = stranger.visit("/claim").await.step().to_owned();
        for mut other in [stranger.clone(), house.browser()] {
            let refused = other.submit(&page, &right).await;
            assert_eq!((refused.status, refused.step()), (403, "error"), "{step:?}");
            let seen = other.visit(step.path()).await;
            assert_eq!(seen.step(), "consent", "{step:?}: its own claim, from its beginning");
        }
        assert_eq!(stranger.visit("/claim").await.step(), before);
        assert_eq!(browser.visit("/claim").await.step(), step.word());
    }
    assert_eq!(house.count("cards").await, 0);
}

async fn no_step_can_be_skipped(t: TestDb) {
    let house = House::roomy(t).await;
    for step in Step::ALL {
        let (mut browser, page) = house.page_at(step).await;
        for later in Step::ALL.into_iter().filter(|later| *later > step) {
            let shown = browser.get(later.path()).await;
            assert!(shown.leads_to(step.path()), "{step:?} → {later:?}: {}", shown.location());
            let mut fields = vec![("csrf", page.hidden_field("csrf"))];
            fields.extend(match later {
                Step::Activation => vec![("activation_code", "123456".to_owned())],
                _ => house.right(later, Story::Adult),
            });
            let sent = browser.post(later.path(), &fields).await;
            assert!(sent.leads_to(step.path()), "{step:?} → {later:?}: {}", sent.location());
        }
        let card = browser.get("/card").await;
        assert_eq!(card.status, 303, "{step:?}");
        assert_ne!(browser.get("/card/token").await.status, 200, "{step:?}");
        assert_eq!(browser.visit("/claim").await.step(), step.word(), "{step:?}");
    }
    assert_eq!(house.count("cards").await, 0);
}

async fn going_back_leads_to_where_the_claim_stands(t: TestDb) {
    let house = House::roomy(t).await;
    for step in Step::ALL {
        let mut browser = house.at(step).await;
        for earlier in Step::ALL.into_iter().filter(|earlier| *earlier < step) {
            let shown = browser.get(earlier.path()).await;
            assert!(shown.leads_to(step.path()), "{step:?} → {earlier:?}: {}", shown.location());
        }
    }
    let mut holder = house.holder(Story::RareCharacter).await;
    for step in Step::ALL {
        assert!(holder.get(step.path()).await.leads_to("/card"), "{step:?}");
    }
}
