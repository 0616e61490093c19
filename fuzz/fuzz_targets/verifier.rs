//! libFuzzer over the targets of `tests/fuzz`: the first byte chooses one, the rest is its input;
//! nothing behind it is what is honest.
//!
//!     cargo fuzz run verifier

#![no_main]

#[path = "../../tests/fuzz/targets.rs"]
mod targets;
#[path = "../../tests/fuzz/world.rs"]
mod world;

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use targets::TARGETS;
use world::World;

static WORLD: LazyLock<World> = LazyLock::new(|| {
    for (number, target) in TARGETS.iter().enumerate() {
        eprintln!("first byte {number}: {}", target.name);
    }
    World::new()
});

fuzz_target!(|data: &[u8]| {
    let world = &*WORLD;
    if let Some((first, input)) = data.split_first() {
        let target = &TARGETS[usize::from(*first) % TARGETS.len()];
        match input {
            [] => (target.run)(world, &(target.seed)(world)),
            input => (target.run)(world, input),
        }
    }
});
