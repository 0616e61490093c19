//! Drives the targets over honest input, a corpus of hostile texts, and mutations of both: on the
//! stable toolchain, bounded, with the same input for the same number. `fuzz/` drives the same
//! functions by libFuzzer.

pub(crate) mod targets;
pub(crate) mod world;

use crate::common::suite::Suite;
use std::panic::{AssertUnwindSafe, catch_unwind};
use targets::{TARGETS, Target};
use world::World;

/// How often each target runs, unless `ECARD_TEST_FUZZ` says otherwise.
const EXECUTIONS: u64 = 3000;
/// One hostile text a line.
const CORPUS: &str = include_str!("../corpus/hostile.txt");
const INTERESTING: [u8; 12] = [0, 1, 0x7f, 0x80, 0xff, b'.', b'"', b'\\', b'{', b'=', 0x5f, 0x9f];

pub(crate) fn register(suite: &mut Suite) {
    tests!(suite; hostile_input_is_refused_by_every_parser);
}

async fn hostile_input_is_refused_by_every_parser() {
    let asked = std::env::var("ECARD_TEST_FUZZ").ok();
    let count = asked.map_or(EXECUTIONS, |n| n.parse().expect("a number"));
    let done = tokio::task::spawn_blocking(move || {
        let world = World::new();
        for target in &TARGETS {
            (target.run)(&world, &(target.seed)(&world));
        }
        TARGETS.iter().map(|target| drive(&world, target, count)).sum::<u64>()
    });
    eprintln!("fuzz: {} targets, {} executions", TARGETS.len(), done.await.unwrap());
}

fn drive(world: &World, target: &Target, count: u64) -> u64 {
    let mut seeds: Vec<Vec<u8>> = CORPUS.lines().map(|line| line.as_bytes().to_vec()).collect();
    seeds.extend(std::iter::repeat_n((target.seed)(world), seeds.len().max(1)));
    let mut random = Random(count ^ 0x9e37_79b9_7f4a_7c15);
    for number in 0..count {
        let mut input = seeds[random.below(seeds.len())].clone();
        for _ in 0..random.below(4) {
            mutate(&mut input, &seeds, &mut random);
        }
        let run = catch_unwind(AssertUnwindSafe(|| (target.run)(world, &input)));
        assert!(run.is_ok(), "{} {number}: {}", target.name, input.escape_ascii());
    }
    count
}

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

fn mutate(input: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Random) {
    let (at, length) = (random.below(input.len() + 1), input.len());
    let until = (at + random.below(16)).min(length);
    match random.below(8) {
        0 if at < length => input[at] ^= 1 << random.below(8),
        1 if at < length => input[at] = INTERESTING[random.below(INTERESTING.len())],
        2 => drop(input.drain(at..until)),
        3 => input.insert(at, random.next() as u8),
        4 => input.truncate(at),
        5 => {
            let piece = input[at..until].to_vec();
            input.splice(at..at, piece.repeat(1 + random.below(40)));
        }
        6 => {
            let other = &seeds[random.below(seeds.len())];
            let from = random.below(other.len() + 1);
            input.splice(at..until, other[from..].iter().copied());
        }
        _ => {
            let digits = ["-1", "0", "9223372036854775808", "1e308", "4294967296", "null", "[]"];
            input.splice(at..until, digits[random.below(digits.len())].bytes());
        }
    }
    input.truncate(1 << 16);
}
