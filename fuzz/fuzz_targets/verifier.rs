//! libFuzzer over the targets of `tests/fuzz`: the first byte chooses one, the rest is its input.
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

static WORLD: LazyLock<World> = LazyLock::new(World::new);

fuzz_target!(|data: &[u8]| {
    if let Some((first, input)) = data.split_first() {
        let target = &TARGETS[usize::from(*first) % TARGETS.len()];
        (target.run)(&WORLD, input);
    }
});
