//! The face simulator as the claim sees it.

use super::*;
use crate::simulator::demo_people::{DemoPerson, Story, demo_people};
use std::sync::OnceLock;
use std::time::Duration;

/// Holds the drawn portraits of the demo people.
struct Drawn;

#[async_trait]
impl PortraitSource for Drawn {
    async fn portrait(&self, id: &IdNumber) -> Result<Option<Vec<u8>>, ProviderDown> {
        if id.as_str() == magic::REGISTRY_DOWN {
            let reason = "no answer".to_owned();
            let retry_after = Duration::from_secs(1);
            return Err(ProviderDown { provider: "registry", reason, retry_after });
        }
        let found = people().iter().find(|person| person.id_number == *id);
        let with_portrait = found.filter(|person| person.story != Story::HongKongPermit);
        Ok(with_portrait.map(|person| portrait::reference(person.portrait_seed)))
    }
}

fn people() -> &'static [DemoPerson] {
    static PEOPLE: OnceLock<Vec<DemoPerson>> = OnceLock::new();
    let today = time::Date::from_calendar_date(2026, time::Month::November, 23).unwrap();
    PEOPLE.get_or_init(|| demo_people(today).unwrap())
}

fn person(story: Story) -> &'static DemoPerson {
    people().iter().find(|person| person.story == story).unwrap()
}

async fn compare(
    matcher: &FaceSimulator<Drawn>,
    story: Story,
    picture: Picture,
) -> Result<FaceAnswer, FaceError> {
    let one = person(story);
    matcher.compare(&one.id_number, &one.name, picture, LivenessPrompt::Nod).await
}

async fn sample(story: Story, sample: Sample) -> (u8, bool) {
    let matcher = FaceSimulator::new(Drawn);
    let answer = compare(&matcher, story, Picture::Sample(sample)).await.unwrap();
    (answer.score.value(), answer.live)
}

fn drawn(story: Story) -> Vec<u8> {
    portrait::draw_portrait(person(story).portrait_seed).unwrap()
}

fn photo(story: Story) -> Vec<u8> {
    portrait::same(&picture::decode(&drawn(story)).unwrap()).unwrap()
}

#[tokio::test]
async fn each_sample_takes_its_branch() {
    let (same, live) = sample(Story::Adult, Sample::Same).await;
    assert!(same >= 80 && live, "{same}");
    let (dim, live) = sample(Story::Adult, Sample::Dim).await;
    assert!((70..80).contains(&dim) && live, "{dim}");
    let (other, live) = sample(Story::Adult, Sample::Other).await;
    assert!(other < 70 && live, "{other}");
    let (replay, live) = sample(Story::Adult, Sample::Replay).await;
    assert!(replay >= 80 && !live, "{replay}");
}

#[tokio::test]
async fn magic_people_never_pass() {
    assert_eq!(sample(Story::Face74, Sample::Same).await.0, 74);
    assert!(sample(Story::Face74, Sample::Other).await.0 < 70);
    for each in [Sample::Same, Sample::Dim, Sample::Replay] {
        assert!(sample(Story::FaceNeverMatches, each).await.0 < 70);
    }
}

#[tokio::test]
async fn a_real_picture_passes_for_its_person_alone() {
    let matcher = FaceSimulator::new(Drawn);
    let own = compare(&matcher, Story::Adult, Picture::Encoded(photo(Story::Adult))).await;
    assert!(own.is_ok_and(|answer| answer.score.value() >= 80 && answer.live));
    let foreign = compare(&matcher, Story::Adult, Picture::Encoded(photo(Story::SmsDown))).await;
    assert!(foreign.is_ok_and(|answer| answer.score.value() < 70 && answer.live));
}

#[tokio::test]
async fn a_copy_of_the_registered_portrait_is_not_alive() {
    let matcher = FaceSimulator::new(Drawn);
    let copy = compare(&matcher, Story::Adult, Picture::Encoded(drawn(Story::Adult))).await;
    assert_eq!(copy, Ok(FaceAnswer { score: FaceScore::new(100), live: false }));
}

#[tokio::test]
async fn a_visitors_photo_stands_in_for_one_person_until_it_is_removed() {
    let matcher = FaceSimulator::new(Drawn);
    let visitor = drawn(Story::CardSealed);
    let id = &person(Story::Adult).id_number;
    matcher.set_demo_portrait(id, visitor.clone()).await.unwrap();
    let later = Picture::Encoded(photo(Story::CardSealed));
    let passed = compare(&matcher, Story::Adult, later.clone()).await.unwrap();
    assert!(passed.score.value() >= 80 && passed.live);
    let copy = compare(&matcher, Story::Adult, Picture::Encoded(visitor)).await.unwrap();
    assert!(!copy.live);
    let samples = compare(&matcher, Story::Adult, Picture::Sample(Sample::Same)).await.unwrap();
    assert!(samples.score.value() >= 80);
    assert!(compare(&matcher, Story::SmsDown, later.clone()).await.unwrap().score.value() < 70);
    assert!(matcher.remove_demo_portrait(id) && !matcher.remove_demo_portrait(id));
    assert!(compare(&matcher, Story::Adult, later).await.unwrap().score.value() < 70);
}

#[tokio::test]
async fn visitors_portraits_are_bounded_and_the_oldest_goes() {
    let matcher = FaceSimulator::new(Drawn);
    let portrait = drawn(Story::Adult);
    let mut ids = Vec::new();
    for serial in 0..=OWN_PORTRAITS {
        let digits = format!("110101199001{:02}{:03}", serial % 28 + 1, serial + 100);
        let checked = "0123456789X".chars().map(|check| format!("{digits}{check}"));
        ids.push(checked.filter_map(|text| IdNumber::from_stored(text).ok()).next().unwrap());
    }
    for id in &ids {
        matcher.set_demo_portrait(id, portrait.clone()).await.unwrap();
    }
    assert_eq!(matcher.own().len(), OWN_PORTRAITS);
    assert!(!matcher.remove_demo_portrait(&ids[0]));
    assert!(matcher.remove_demo_portrait(&ids[1]));
}

#[tokio::test]
async fn what_is_no_picture_is_refused_before_anything_is_said_of_the_person() {
    let matcher = FaceSimulator::new(Drawn);
    for story in [Story::Adult, Story::HongKongPermit] {
        let answer = compare(&matcher, story, Picture::Encoded(b"<svg/>".to_vec())).await;
        assert!(matches!(answer, Err(FaceError::NotAPicture(_))));
    }
    let id = &person(Story::Adult).id_number;
    let set = matcher.set_demo_portrait(id, b"<svg/>".to_vec()).await;
    assert!(matches!(set, Err(FaceError::NotAPicture(_))));
}

#[tokio::test]
async fn without_a_portrait_another_way_must_be_offered() {
    let matcher = FaceSimulator::new(Drawn);
    let answer = compare(&matcher, Story::HongKongPermit, Picture::Sample(Sample::Same)).await;
    assert_eq!(answer, Err(FaceError::NoPortrait));
}

#[test]
fn a_damaged_portrait_on_file_is_no_portrait() {
    let damaged = || Some(b"\x89PNG\r\n\x1a\n".to_vec());
    assert_eq!(judge_sample(Sample::Same, damaged()), Err(FaceError::NoPortrait));
    let sent = photo(Story::Adult);
    assert_eq!(judge_photo(&sent, None, damaged()), Err(FaceError::NoPortrait));
}

#[tokio::test]
async fn a_source_that_is_down_is_passed_on() {
    let matcher = FaceSimulator::new(Drawn);
    let answer = compare(&matcher, Story::RegistryDown, Picture::Sample(Sample::Same)).await;
    assert!(matches!(answer, Err(FaceError::Down(down)) if down.provider == "registry"));
}
