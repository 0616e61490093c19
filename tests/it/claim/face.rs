//! The face match: scores, prompts, pictures that are none, and what becomes of them.

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::answer::Answer;
use crate::common::house::browser::Browser;
use crate::common::house::walk::Step;
use crate::common::suite::Suite;
use ecard::domain::demo_story::Story;
use ecard::simulator::portrait;
use image::ImageFormat;

pub(crate) fn register(suite: &mut Suite) {
    both!(suite; a_score_in_between_asks_once_more_and_then_locks);
    both!(suite; a_face_that_never_matches_locks_and_the_counter_stays);
    both!(suite; a_replay_and_another_prompt_are_refused);
    both!(suite; a_real_picture_of_the_person_passes);
    both!(suite; somebody_elses_picture_is_refused);
    both!(suite; what_is_no_picture_is_refused_and_spends_no_try);
    both!(suite; a_picture_too_large_is_refused);
    both!(suite; a_child_is_not_asked_for_a_face);
}

async fn send(browser: &mut Browser, sample: &str) -> Answer {
    let page = browser.get("/claim/face").await;
    browser.submit(&page, &[("sample", sample.into())]).await
}

async fn locks_after_three(house: &House, story: Story, sample: &str, code: &str) {
    let mut browser = house.at_as(Step::Face, story).await;
    for _ in 0..2 {
        let answer = send(&mut browser, sample).await;
        assert_eq!((answer.status, answer.step()), (422, "face"), "{story}");
        assert!(answer.tells(code) && answer.is_wrong("portrait"), "{}", answer.main());
    }
    let locked = send(&mut browser, sample).await;
    assert_eq!((locked.status, locked.step()), (429, "locked"));
    assert_eq!(browser.get("/claim/counter-code").await.status, 200);
    assert_eq!(house.count("audit WHERE event = 'claim.face_failed'").await % 3, 0);
}

async fn a_score_in_between_asks_once_more_and_then_locks(t: TestDb) {
    let house = House::build(t).await;
    locks_after_three(&house, Story::Face74, "same", "FACE_UNCLEAR").await;
    locks_after_three(&house, Story::Adult, "dim", "FACE_UNCLEAR").await;
}

async fn a_face_that_never_matches_locks_and_the_counter_stays(t: TestDb) {
    let house = House::build(t).await;
    locks_after_three(&house, Story::FaceNeverMatches, "same", "FACE_NOT_MATCHED").await;
}

async fn a_replay_and_another_prompt_are_refused(t: TestDb) {
    let house = House::build(t).await;
    let mut browser = house.at(Step::Face).await;
    let replay = send(&mut browser, "replay").await;
    assert_eq!((replay.status, replay.step()), (422, "face"));
    let page = browser.get("/claim/face").await;
    let csrf = page.hidden_field("csrf");
    let asked = page.hidden_field("prompt");
    let other = if asked == "nod" { "blink" } else { "nod" };
    let fields = [("csrf", csrf), ("prompt", other.into()), ("sample", "same".into())];
    let refused = browser.post("/claim/face", &fields).await;
    assert_eq!((refused.status, refused.step()), (422, "face"), "answered another prompt");
    let right = send(&mut browser, "same").await;
    assert!(right.leads_to("/claim/activation"), "{}", right.main());
}

fn png_of(story: Story, house: &House) -> Vec<u8> {
    let drawn = portrait::draw_portrait(house.person(story).portrait_seed).unwrap();
    let picture = image::load_from_memory(&drawn).unwrap().brighten(6);
    let mut out = std::io::Cursor::new(Vec::new());
    picture.to_rgb8().write_to(&mut out, ImageFormat::Png).unwrap();
    out.into_inner()
}

async fn a_real_picture_of_the_person_passes(t: TestDb) {
    let house = House::build(t).await;
    let (mut browser, page) = house.page_at(Step::Face).await;
    let gone = browser.upload(&page, png_of(Story::Adult, &house)).await;
    assert!(gone.leads_to("/claim/activation"), "{}", gone.main());
}

async fn somebody_elses_picture_is_refused(t: TestDb) {
    let house = House::build(t).await;
    let (mut browser, page) = house.page_at(Step::Face).await;
    let answer = browser.upload(&page, png_of(Story::DottedName, &house)).await;
    assert_eq!((answer.status, answer.step()), (422, "face"));
    assert!(answer.tells("FACE_NOT_MATCHED") && answer.is_wrong("portrait"));
    assert_eq!(house.count("citizens").await, 0, "nobody was bound");
}

async fn what_is_no_picture_is_refused_and_spends_no_try(t: TestDb) {
    let house = House::build(t).await;
    let (mut browser, _) = house.page_at(Step::Face).await;
    let png = png_of(Story::Adult, &house);
    let cut = png[..png.len() / 2].to_vec();
    let huge_claim = [&png[..16], &[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff], &png[24..]];
    let texts = [b"hello".to_vec(), vec![0; 4096], cut, huge_claim.concat(), b"<svg/>".to_vec()];
    for bytes in texts {
        let page = browser.get("/claim/face").await;
        let answer = browser.upload(&page, bytes).await;
        assert_eq!((answer.status, answer.step()), (422, "face"), "{}", answer.main());
        assert!(answer.tells("PORTRAIT_UNUSABLE") && answer.is_wrong("portrait"));
    }
    let page = browser.get("/claim/face").await;
    let gone = browser.upload(&page, png).await;
    assert!(gone.leads_to("/claim/activation"), "{}", gone.main());
}

async fn a_picture_too_large_is_refused(t: TestDb) {
    let house = House::build(t).await;
    let (mut browser, page) = house.page_at(Step::Face).await;
    let large = browser.upload(&page, vec![7; 5 * 1024 * 1024 + 1]).await;
    assert_eq!((large.status, large.step()), (422, "face"));
    assert!(large.tells("PORTRAIT_TOO_LARGE") && large.is_wrong("portrait"));
    let larger = browser.upload(&page, vec![7; 7 * 1024 * 1024]).await;
    assert_eq!((larger.status, larger.step()), (413, "error"));
    assert!(send(&mut browser, "same").await.leads_to("/claim/activation"), "none was spent");
}

async fn a_child_is_not_asked_for_a_face(t: TestDb) {
    let house = House::build(t).await;
    let (mut browser, page) = house.page_as(Step::FaceConsent, Story::MinorWithGuardian).await;
    assert!(!page.body.contains("name=\"face_consent\""));
    assert!(page.body.contains("/claim/counter-code"));
    let counter = browser.get("/claim/counter-code").await;
    let fields = [("csrf", counter.hidden_field("csrf")), ("face_consent", "yes".into())];
    let refused = browser.post("/claim/face-consent", &fields).await;
    assert_eq!((refused.status, refused.step()), (422, "face-consent"));
    assert!(refused.tells("GUARDIAN_NEEDED"), "{}", refused.main());
    assert!(browser.get("/claim/face").await.leads_to("/claim/face-consent"));
}
