//! Drawn people against each other and against pictures of themselves.

use super::look::Dice;
use super::picture::{Features, decode, features, score};
use super::portrait::{dim, draw_portrait, other, paint, reference, same, seed_of};
use image::DynamicImage;
use image::codecs::jpeg::JpegEncoder;
use std::sync::OnceLock;

/// More than the demonstration has.
const PEOPLE: u64 = 24;

/// Painted once for all tests: unoptimised painting takes a while.
fn painted(seed: u64) -> &'static DynamicImage {
    static PAINTED: OnceLock<Vec<DynamicImage>> = OnceLock::new();
    let paint_all = || (1..=PEOPLE).map(|seed| DynamicImage::ImageRgb8(paint(seed))).collect();
    &PAINTED.get_or_init(paint_all)[usize::try_from(seed - 1).unwrap()]
}

fn read(encoded: &[u8]) -> Features {
    features(&decode(encoded).unwrap())
}

/// Grain of up to 40 steps, and a JPEG of quality 50.
fn poor(portrait: &DynamicImage) -> Vec<u8> {
    let mut picture = portrait.to_rgb8();
    let mut dice = Dice::new(40);
    for value in picture.iter_mut() {
        *value = (i16::from(*value) + dice.spread(40)).clamp(0, 255) as u8;
    }
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 50).encode_image(&picture).unwrap();
    jpeg
}

#[test]
fn different_people_are_never_taken_for_each_other() {
    let people: Vec<Features> = (1..=PEOPLE).map(|seed| features(painted(seed))).collect();
    for (one, a) in people.iter().enumerate() {
        for (two, b) in people.iter().enumerate().filter(|(two, _)| *two != one) {
            let found = score(a, b);
            assert!(found < 70, "{} and {}: {found}", one + 1, two + 1);
        }
    }
}

#[test]
fn pictures_of_one_person_pass_however_they_are_made() {
    for seed in 1..=PEOPLE {
        let portrait = painted(seed);
        let registered = features(portrait);
        let half = portrait.resize(120, 150, image::imageops::FilterType::Triangle);
        assert!(score(&features(&half), &registered) >= 90, "half of {seed}");
        assert!(score(&read(&poor(portrait)), &registered) >= 90, "poor photo of {seed}");
        assert!(score(&read(&same(portrait).unwrap()), &registered) >= 90, "new photo of {seed}");
        let drawn = draw_portrait(seed).unwrap();
        assert_eq!(score(&read(&drawn), &registered), 100, "the portrait of {seed} itself");
    }
}

#[test]
fn bad_light_asks_for_another_try_and_a_stranger_fails() {
    for seed in 1..=PEOPLE {
        let portrait = painted(seed);
        let registered = features(portrait);
        let dark = score(&read(&dim(portrait).unwrap()), &registered);
        assert!((70..80).contains(&dark), "{seed} in bad light: {dark}");
        let stranger = score(&read(&other(seed).unwrap()), &registered);
        assert!(stranger < 70, "{seed} and a stranger: {stranger}");
    }
}

#[test]
fn a_portrait_is_small_and_the_same_every_time() {
    let once = draw_portrait(3).unwrap();
    assert_eq!(once, draw_portrait(3).unwrap());
    assert_ne!(once, draw_portrait(4).unwrap());
    assert!(once.len() < 40_000, "{}", once.len());
}

#[test]
fn only_a_drawn_reference_names_a_seed() {
    assert_eq!(seed_of(&reference(17)), Some(17));
    for other in [&b"drawn:"[..], b"drawn:x", b"\x89PNG\r\n\x1a\n", b""] {
        assert_eq!(seed_of(other), None);
    }
}
