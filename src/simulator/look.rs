//! What a drawn person looks like, decided by a seed.

use super::canvas::{Colour, Ellipse};
use super::portrait::darker;

/// Random numbers whose course must never change, since stored portraits are only seeds:
/// SplitMix64 (Steele, Lea and Flood, 2014).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xA076_1D64_78BD_642F))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Evenly from `low` to `high`.
    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (self.next() >> 40) as f32 / (1_u32 << 24) as f32 * (high - low)
    }

    /// Evenly from `-reach` to `reach`.
    pub(crate) fn spread(&mut self, reach: i16) -> i16 {
        self.between(-f32::from(reach), f32::from(reach)).round() as i16
    }

    fn pick<T: Copy, const N: usize>(&mut self, from: [T; N], otherwise: T) -> T {
        let place = (self.next() >> 33) as usize % N.max(1);
        from.get(place).copied().unwrap_or(otherwise)
    }
}

/// How the hair is worn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hair {
    Short,
    Parted,
    Buzz,
    Bob,
    Long,
    Bun,
    Tail,
    Curls,
}

/// The shape behind the person.
#[derive(Clone, Copy)]
pub(crate) enum Backdrop {
    Disc,
    Wall,
    Floor,
    Slope,
}

/// A person's looks. Lengths are pixels at scale 1, measured from the middle of the face.
pub(crate) struct Look {
    pub(crate) background: Colour,
    pub(crate) accent: Colour,
    pub(crate) accent_at: (f32, f32),
    pub(crate) backdrop: Backdrop,
    pub(crate) skin: Colour,
    pub(crate) shade: Colour,
    pub(crate) hair: Hair,
    pub(crate) hair_colour: Colour,
    pub(crate) clothes: Colour,
    pub(crate) trim: Colour,
    pub(crate) collar: u8,
    pub(crate) centre: (f32, f32),
    pub(crate) scale: f32,
    pub(crate) face_width: f32,
    pub(crate) face_height: f32,
    pub(crate) jaw: f32,
    pub(crate) eyes_apart: f32,
    pub(crate) eye_size: f32,
    pub(crate) brow_lift: f32,
    pub(crate) mouth_width: f32,
    pub(crate) smile: f32,
    pub(crate) glasses: bool,
    pub(crate) lips: Colour,
}

const WHITE: Colour = [246, 246, 242];

impl Look {
    pub(crate) fn from_seed(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let (background, accent) = colours_behind(&mut dice);
        let skin = dice.pick(
            [[250, 222, 196], [241, 205, 173], [229, 188, 152], [214, 168, 128], [190, 142, 104]],
            [241, 205, 173],
        );
        let (clothes, trim) = colours_worn(&mut dice);
        Self {
            background,
            accent,
            accent_at: (dice.between(30.0, 210.0), dice.between(40.0, 240.0)),
            backdrop: dice.pick(
                [Backdrop::Disc, Backdrop::Wall, Backdrop::Floor, Backdrop::Slope],
                Backdrop::Disc,
            ),
            skin,
            shade: darker(skin, 0.86),
            hair: style(&mut dice),
            hair_colour: dice.pick(
                [[28, 24, 26], [52, 36, 28], [88, 58, 38], [122, 118, 116], [36, 30, 44]],
                [28, 24, 26],
            ),
            clothes,
            trim,
            collar: dice.pick([0, 1, 2], 0),
            centre: (dice.between(98.0, 142.0), dice.between(124.0, 158.0)),
            scale: dice.between(0.8, 1.12),
            face_width: dice.between(51.0, 60.0),
            face_height: dice.between(66.0, 76.0),
            jaw: dice.between(36.0, 48.0),
            eyes_apart: dice.between(21.0, 27.0),
            eye_size: dice.between(5.5, 8.0),
            brow_lift: dice.between(15.0, 21.0),
            mouth_width: dice.between(14.0, 24.0),
            smile: dice.between(1.0, 11.0),
            glasses: dice.pick([true, false, false], false),
            lips: dice.pick([[190, 92, 84], [172, 88, 78], [206, 104, 100]], [190, 92, 84]),
        }
    }

    /// A point measured from the middle of the face.
    pub(crate) fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.centre.0 + x * self.scale, self.centre.1 + y * self.scale)
    }

    /// An ellipse measured from the middle of the face.
    pub(crate) fn ellipse(&self, x: f32, y: f32, rx: f32, ry: f32) -> Ellipse {
        let (x, y) = self.at(x, y);
        Ellipse::new(x, y, rx * self.scale, ry * self.scale)
    }
}

fn style(dice: &mut Dice) -> Hair {
    let all = [
        Hair::Short,
        Hair::Parted,
        Hair::Buzz,
        Hair::Bob,
        Hair::Long,
        Hair::Bun,
        Hair::Tail,
        Hair::Curls,
    ];
    dice.pick(all, Hair::Short)
}

fn colours_behind(dice: &mut Dice) -> (Colour, Colour) {
    let pairs = [
        (WHITE, [168, 196, 220]),
        ([92, 138, 190], [206, 224, 238]),
        ([40, 62, 96], [216, 178, 120]),
        ([228, 210, 180], [110, 84, 72]),
        ([56, 92, 84], [196, 214, 184]),
        ([196, 82, 72], [244, 222, 206]),
        ([214, 222, 228], [72, 82, 98]),
        ([118, 98, 140], [232, 220, 240]),
    ];
    dice.pick(pairs, (WHITE, [168, 196, 220]))
}

fn colours_worn(dice: &mut Dice) -> (Colour, Colour) {
    let pairs = [
        (WHITE, [150, 162, 178]),
        ([38, 44, 58], [232, 232, 230]),
        ([176, 58, 52], [246, 226, 210]),
        ([230, 200, 120], [120, 92, 50]),
        ([70, 112, 88], [218, 226, 200]),
        ([64, 96, 152], [236, 238, 242]),
        ([150, 150, 156], [60, 60, 70]),
    ];
    dice.pick(pairs, (WHITE, [150, 162, 178]))
}
