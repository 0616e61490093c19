//! The people fit their stories, whenever the demonstration is started.

use super::super::magic;
use super::*;
use crate::domain::citizen::PhysicalCardState;
use crate::domain::id_number::{IdKind, Sex};
use crate::domain::minor_rule::MinorRule;
use std::collections::HashSet;

fn days() -> impl Iterator<Item = Date> {
    let first = Date::from_calendar_date(2026, Month::November, 23).unwrap();
    (0..1200).map(move |days| first + time::Duration::days(days))
}

fn person(story: Story, today: Date) -> DemoPerson {
    let people = demo_people(today).unwrap();
    people.into_iter().find(|person| person.story == story).unwrap()
}

#[test]
fn sixteen_people_share_neither_number_nor_portrait_nor_story_on_any_day() {
    for today in days().step_by(13) {
        let people = demo_people(today).unwrap();
        let distinct =
            |key: fn(&DemoPerson) -> String| people.iter().map(key).collect::<HashSet<_>>().len();
        assert_eq!(people.len(), 16);
        assert_eq!(distinct(|p| p.id_number.as_str().to_owned()), 16);
        assert_eq!(distinct(|p| p.account_mobile.as_str().to_owned()), 16);
        assert_eq!(distinct(|p| p.story.key().to_owned()), 16);
        assert_eq!(distinct(|p| p.portrait_seed.to_string()), 16);
    }
}

#[test]
fn the_first_person_is_the_documented_one_and_can_claim() {
    let people = demo_people(days().next().unwrap()).unwrap();
    let first = people.first().unwrap();
    assert_eq!(first.id_number.as_str(), "11010119900307002X");
    assert_eq!((first.name.as_str(), first.account_mobile.as_str()), ("王䶮", "13800000001"));
    assert_eq!(first.id_number.sex(), Sex::Female);
    for claimant in people.iter().take(3) {
        let card = claimant.physical_card.as_ref().unwrap();
        assert_eq!((card.card_type, card.state), (CardType::Adult, PhysicalCardState::Normal));
        assert_eq!(claimant.registry_mobile.as_ref(), Some(&claimant.account_mobile));
        assert_eq!(magic::best_face_score(&claimant.id_number), 100);
    }
}

#[test]
fn the_child_is_ten_on_every_day() {
    for today in days() {
        let child = person(Story::MinorWithGuardian, today);
        assert_eq!(child.id_number.age_on(today), 10, "{today}");
        assert_eq!(child.guardian, Some(person(Story::Adult, today).id_number));
    }
}

#[test]
fn the_minor_card_stops_within_ninety_days_on_every_day() {
    for today in days() {
        let girl = person(Story::MinorCardEnding, today);
        let last_usable = MinorRule::for_birth(girl.id_number.birth_date()).last_usable();
        let left = (last_usable - today).whole_days();
        assert!((29..=62).contains(&left), "{today}: {left}");
        assert_eq!(girl.physical_card.unwrap().card_type, CardType::Minor);
    }
}

#[test]
fn permits_are_of_the_kind_the_story_tells() {
    let today = days().next().unwrap();
    let kind = |story| person(story, today).id_number.kind();
    assert_eq!(kind(Story::ForeignPermanentResident), IdKind::ForeignPermanentResident);
    assert_eq!(kind(Story::HongKongPermit), IdKind::HkMoTwPermit);
    assert_eq!(kind(Story::Adult), IdKind::ResidentIdentity);
}

#[test]
fn the_magic_inputs_belong_to_their_stories_and_to_nobody_else() {
    for one in demo_people(days().next().unwrap()).unwrap() {
        let score = match one.story {
            Story::Face74 => 74,
            Story::FaceNeverMatches => 45,
            _ => 100,
        };
        assert_eq!(magic::best_face_score(&one.id_number), score, "{}", one.story);
        let down = magic::registry_is_down(&one.id_number);
        assert_eq!(down, one.story == Story::RegistryDown, "{}", one.story);
        let silent = magic::sms_is_down(&one.account_mobile);
        assert_eq!(silent, one.story == Story::SmsDown, "{}", one.story);
    }
}

#[test]
fn only_one_person_has_another_number_in_the_registry() {
    let people = demo_people(days().next().unwrap()).unwrap();
    let moved: Vec<_> =
        people.iter().filter(|p| p.registry_mobile.as_ref() != Some(&p.account_mobile)).collect();
    assert_eq!(moved.len(), 1);
    assert_eq!(moved[0].story, Story::MovedPhone);
}

#[test]
fn contributions_end_with_the_last_whole_month() {
    let today = Date::from_calendar_date(2027, Month::January, 5).unwrap();
    let insured = person(Story::RareCharacter, today).insurance;
    assert_eq!(insured.pension, ["2010-07/2026-12"]);
    assert_eq!(insured.medical, ["2024-01/2026-12"]);
    assert_eq!(person(Story::Deceased, today).insurance, DemoInsurance::default());
}
