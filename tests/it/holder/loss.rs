//! `/card/loss`: one press, at once, everywhere, and never twice.

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::answer::Answer;
use crate::common::house::browser::{Browser, Field};
use crate::common::house::walk::Step;
use crate::common::suite::Suite;
use crate::relying::kit::{ask, hospital};
use ecard::domain::demo_story::Story;
use ecard::storage::audit;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; a_lost_card_is_refused_at_once_on_every_instance);
    both!(suite; every_entry_of_the_card_is_suspended_in_one_step);
    both!(suite; the_receipt_stays_the_same);
    both!(suite; the_holder_is_told_by_message_and_by_record);
    both!(suite; who_has_nothing_to_report_is_told_so);
    both!(suite; a_report_needs_the_form_of_this_browser);
}

fn report() -> [Field; 1] {
    [("report_loss", "temporary".to_owned())]
}

async fn reported(holder: &mut Browser) -> Answer {
    let form = holder.get("/card/loss").await;
    assert_eq!((form.status, form.step()), (200, "loss"), "{}", form.main());
    let answer = holder.submit(&form, &report()).await;
    assert!(answer.leads_to("/card/loss"), "{} {}", answer.status, answer.main());
    holder.get("/card/loss").await
}

fn receipt(page: &Answer) -> String {
    let after = page.body.split("class=\"receipt\">").nth(1).unwrap_or_default();
    after.split('<').next().unwrap_or_default().to_owned()
}

async fn a_lost_card_is_refused_at_once_on_every_instance(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let token = [("token", holder.get("/card/token").await.body)];
    let mut here = hospital(&house).await;
    let mut there = here.clone();
    let other = house.another_app().await;
    there.router = ecard::router(other.clone());
    for client in [&mut here, &mut there] {
        assert_eq!(ask(client, &token).await.json()["active"], true);
    }
    reported(&mut holder).await;
    // Beside its requests another instance does so by itself, within a second.
    other.follow().await.unwrap();
    for client in [&mut here, &mut there] {
        let answer = ask(client, &token).await.json();
        assert_eq!((&answer["active"], &answer["status"]), (&false.into(), &"suspended".into()));
    }
    let card = holder.get("/card").await;
    assert!(
        card.body.contains("状态：临时挂失") && !card.body.contains("/card/qr"),
        "{}",
        card.main()
    );
    assert!(holder.get("/card/qr").await.leads_to("/card"), "no code is shown");
    assert_eq!(house.count("online_codes").await, 0);
}

async fn every_entry_of_the_card_is_suspended_in_one_step(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let card = house.t.text("SELECT id FROM cards").await.unwrap();
    house
        .t
        .sql(&format!("INSERT INTO status_entries VALUES (0, 1000001, '{card}', 'ticket')"))
        .await;
    let before = house.count("card_status_log").await;
    reported(&mut holder).await;
    assert_eq!(house.count("card_status_log WHERE value = 2").await, 2);
    assert_eq!(house.count("card_status_log").await - before, 2);
    assert_eq!(house.count("cards WHERE state = 'suspended' AND changed_at IS NOT NULL").await, 1);
}

async fn the_receipt_stays_the_same(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let form = holder.get("/card/loss").await;
    let presses = (0..4).map(|_| {
        let mut tab = holder.clone();
        let fields = [("csrf", form.hidden_field("csrf")), report()[0].clone()];
        tokio::spawn(async move { tab.post("/card/loss", &fields).await.status })
    });
    for press in presses.collect::<Vec<_>>() {
        assert_eq!(press.await.unwrap(), 303);
    }
    let first = receipt(&holder.get("/card/loss").await);
    assert_eq!(first.len(), 10, "{first}");
    let again = [("csrf", form.hidden_field("csrf")), report()[0].clone()];
    assert!(holder.post("/card/loss", &again).await.leads_to("/card/loss"));
    let reopened = holder.get("/card/loss?lang=en").await;
    assert_eq!(receipt(&reopened), first);
    assert!(reopened.body.contains("only a written request restores"), "{}", reopened.main());
    assert_eq!(house.count("loss_reports").await, 1);
    assert_eq!(house.count("audit WHERE event = 'card.reported_lost'").await, 1);
}

async fn the_holder_is_told_by_message_and_by_record(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let number = receipt(&reported(&mut holder).await);
    house.deliver().await;
    let phone = house.person(Story::Adult).registry_mobile.unwrap();
    let texts = house.texts(&phone);
    assert!(texts[0].contains("临时挂失") && texts[0].contains(&number), "{texts:?}");
    assert!(texts[0].contains("书面解挂") && !texts[0].contains("http"));
    audit::verify_all(&house.t.db).await.unwrap();
}

async fn who_has_nothing_to_report_is_told_so(t: TestDb) {
    let house = House::build(t).await;
    let stranger = house.browser().get("/card/loss").await;
    assert!(stranger.leads_to("/login?next=/card/loss"), "{}", stranger.location());
    let mut cardless = house.at_as(Step::RealName, Story::DottedName).await;
    let page = cardless.get("/card/loss").await;
    assert_eq!((page.status, page.step()), (200, "loss"));
    assert!(!page.main().contains("<form"), "{}", page.main());
    let csrf = cardless.get("/claim/real-name").await.hidden_field("csrf");
    let pressed = cardless.post("/card/loss", &[("csrf", csrf), report()[0].clone()]).await;
    assert!(pressed.leads_to("/card/loss"));
    let mut holder = house.holder(Story::Adult).await;
    let form = holder.get("/card/loss").await;
    house.t.sql("UPDATE cards SET state = 'lost'").await;
    let fields = [("csrf", form.hidden_field("csrf")), report()[0].clone()];
    assert!(holder.post("/card/loss", &fields).await.leads_to("/card/loss"));
    let page = holder.get("/card/loss").await;
    assert!(
        page.body.contains("已挂失") && !page.main().contains("report_loss"),
        "{}",
        page.main()
    );
    assert_eq!(house.count("loss_reports").await, 0);
    house.t.sql("UPDATE cards SET state = 'ended'").await;
    assert!(!holder.get("/card/loss").await.main().contains("report_loss"));
    assert_eq!(house.count("card_status_log").await, 0);
}

async fn a_report_needs_the_form_of_this_browser(t: TestDb) {
    let house = House::build(t).await;
    let mut holder = house.holder(Story::Adult).await;
    let forged = holder.post("/card/loss", &report()).await;
    assert_eq!(forged.status, 403);
    let form = holder.get("/card/loss").await;
    let other = holder.submit(&form, &[("report_loss", "written".to_owned())]).await;
    assert_eq!((other.status, other.step()), (422, "loss"));
    assert!(other.body.contains("id=\"summary\""));
    assert_eq!(house.count("cards WHERE state = 'active'").await, 1);
}
