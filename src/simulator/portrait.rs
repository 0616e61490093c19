//! Drawn people: a portrait from a seed, and the demonstration's pictures of the same person.

use super::canvas::{Canvas, Colour, Ellipse, soft};
use super::look::{Backdrop, Dice, Hair, Look};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageEncoder as _, ImageResult, RgbImage};

/// Width of a drawn portrait, in pixels.
pub const WIDTH: u32 = 240;
/// Height of a drawn portrait, in pixels.
pub const HEIGHT: u32 = 300;
/// What stands before the seed where a portrait is stored as text instead of pixels.
const DRAWN: &[u8] = b"drawn:";
/// Strength of the noise of a new photo, in steps of 255.
const NOISE: i16 = 12;
/// Bad light: this share of the brightness is left.
const DIM: f32 = 0.45;
/// Keeps the stranger's seed away from the small numbers that demo people have.
const STRANGER: u64 = 0x5EED_0000_0000;

/// How a portrait drawn from `seed` is written where encoded images are stored.
pub fn reference(seed: u64) -> Vec<u8> {
    format!("drawn:{seed}").into_bytes()
}

/// The seed in a stored portrait of the form `drawn:<seed>`; `None` for an encoded image.
pub fn seed_of(stored: &[u8]) -> Option<u64> {
    std::str::from_utf8(stored.strip_prefix(DRAWN)?).ok()?.parse().ok()
}

/// The portrait of `seed` as a PNG: the same bytes for the same seed.
///
/// # Errors
/// When the encoder fails.
pub fn draw_portrait(seed: u64) -> ImageResult<Vec<u8>> {
    let picture = paint(seed);
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive)
        .write_image(&picture, WIDTH, HEIGHT, image::ExtendedColorType::Rgb8)?;
    Ok(png)
}

/// A new photo of the person on `portrait`: grain, and a JPEG as a camera makes it.
///
/// # Errors
/// When the encoder fails.
pub fn same(portrait: &DynamicImage) -> ImageResult<Vec<u8>> {
    let mut dice = Dice::new(1);
    retaken(portrait, |value| i16::from(value) + dice.spread(NOISE))
}

/// The same person in bad light.
///
/// # Errors
/// When the encoder fails.
pub fn dim(portrait: &DynamicImage) -> ImageResult<Vec<u8>> {
    retaken(portrait, |value| (f32::from(value) * DIM) as i16)
}

/// A photo of somebody else: nobody has this portrait.
///
/// # Errors
/// When the encoder fails.
pub fn other(seed: u64) -> ImageResult<Vec<u8>> {
    same(&DynamicImage::ImageRgb8(paint(STRANGER ^ seed)))
}

fn retaken(portrait: &DynamicImage, mut change: impl FnMut(u8) -> i16) -> ImageResult<Vec<u8>> {
    let mut picture = portrait.to_rgb8();
    for value in picture.iter_mut() {
        *value = change(*value).clamp(0, 255) as u8;
    }
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 80).encode_image(&picture)?;
    Ok(jpeg)
}

/// The picture itself, not encoded.
pub(crate) fn paint(seed: u64) -> RgbImage {
    let look = Look::from_seed(seed);
    let mut canvas = Canvas::new(WIDTH, HEIGHT, look.background);
    backdrop(&mut canvas, &look);
    hair_behind(&mut canvas, &look);
    shoulders(&mut canvas, &look);
    head(&mut canvas, &look);
    hair_before(&mut canvas, &look);
    super::expression::paint(&mut canvas, &look);
    canvas.finish()
}

fn backdrop(canvas: &mut Canvas, look: &Look) {
    let (x, y) = look.accent_at;
    match look.backdrop {
        Backdrop::Disc => canvas.ellipse(look.accent, Ellipse::new(x, y, 105.0, 105.0)),
        Backdrop::Wall => canvas.area(look.accent, |px, _| soft(px - x)),
        Backdrop::Floor => canvas.area(look.accent, |_, py| soft(y - py)),
        Backdrop::Slope => canvas.area(look.accent, |px, py| soft(px - x + (py - y) * 0.8)),
    }
}

fn hair_behind(canvas: &mut Canvas, look: &Look) {
    let ellipse = |x, y, rx, ry| look.ellipse(x, y, rx, ry);
    match look.hair {
        Hair::Long => {
            canvas.ellipse(look.hair_colour, ellipse(0.0, -14.0, 76.0, 86.0));
            canvas.ellipse(look.hair_colour, ellipse(-48.0, 60.0, 32.0, 90.0));
            canvas.ellipse(look.hair_colour, ellipse(48.0, 60.0, 32.0, 90.0));
        }
        Hair::Bob => canvas.ellipse(look.hair_colour, ellipse(0.0, 4.0, 82.0, 92.0)),
        Hair::Bun => {
            canvas.ellipse(look.hair_colour, ellipse(0.0, -98.0, 31.0, 27.0));
            canvas.ellipse(look.hair_colour, ellipse(0.0, -24.0, 66.0, 70.0));
        }
        Hair::Curls => {
            for step in 0..9_u8 {
                let angle = std::f32::consts::PI * (1.0 + f32::from(step) / 8.0);
                let (x, y) = (angle.cos() * 60.0, angle.sin() * 66.0 - 10.0);
                canvas.ellipse(look.hair_colour, ellipse(x, y, 25.0, 25.0));
            }
        }
        Hair::Tail => {
            canvas.ellipse(look.hair_colour, ellipse(0.0, -20.0, 67.0, 76.0));
            canvas.ellipse(look.hair_colour, ellipse(70.0, 42.0, 21.0, 72.0).tilted(-0.2));
        }
        Hair::Short | Hair::Parted | Hair::Buzz => {
            canvas.ellipse(look.hair_colour, ellipse(0.0, -20.0, 65.0, 72.0));
        }
    }
}

fn shoulders(canvas: &mut Canvas, look: &Look) {
    canvas.ellipse(look.shade, look.ellipse(0.0, 74.0, 24.0, 44.0));
    canvas.ellipse(look.clothes, look.ellipse(0.0, 182.0, 112.0, 92.0));
    canvas.ellipse(look.skin, look.ellipse(0.0, 84.0, 24.0, 26.0));
    let collar = look.ellipse(0.0, 96.0, 30.0, 10.0);
    match look.collar {
        0 => canvas.ellipse(look.trim, collar),
        1 => {
            for side in [-1.0, 1.0] {
                let line = [(side * 30.0, 92.0), (side * 18.0, 112.0), (0.0, 130.0)];
                canvas.stroke(look.trim, 9.0 * look.scale, line.map(|p| look.at(p.0, p.1)));
            }
        }
        _ => {
            for row in 0..4_u8 {
                let y = 118.0 + f32::from(row) * 20.0;
                let line = [(-96.0, y + 14.0), (0.0, y - 6.0), (96.0, y + 14.0)];
                canvas.stroke(look.trim, 6.0 * look.scale, line.map(|p| look.at(p.0, p.1)));
            }
        }
    }
}

fn head(canvas: &mut Canvas, look: &Look) {
    for side in [-1.0, 1.0] {
        canvas.ellipse(look.shade, look.ellipse(side * 59.0, 4.0, 11.0, 17.0));
    }
    canvas.ellipse(look.skin, look.ellipse(0.0, 0.0, look.face_width, look.face_height));
    canvas.ellipse(look.skin, look.ellipse(0.0, 30.0, look.jaw, 46.0));
}

/// The fringe: the part of the cap above a line that each style draws differently.
fn hair_before(canvas: &mut Canvas, look: &Look) {
    let cap = look.ellipse(0.0, -16.0, look.face_width + 7.0, look.face_height - 4.0);
    let inner = match look.hair {
        Hair::Short => look.ellipse(10.0, 14.0, 60.0, 62.0),
        Hair::Parted => look.ellipse(-26.0, 16.0, 66.0, 72.0).tilted(0.45),
        Hair::Buzz => look.ellipse(0.0, 18.0, 64.0, 84.0),
        Hair::Bob => look.ellipse(0.0, 34.0, 56.0, 68.0),
        Hair::Long => look.ellipse(22.0, 26.0, 52.0, 78.0).tilted(-0.3),
        Hair::Bun | Hair::Tail => look.ellipse(0.0, 18.0, 54.0, 74.0),
        Hair::Curls => look.ellipse(0.0, 22.0, 58.0, 66.0),
    };
    let line = look.at(0.0, 24.0).1;
    let cover = |x: f32, y: f32| {
        let above = soft((y - line) / 24.0);
        cap.cover(x, y) * (1.0 - inner.cover(x, y)) * above
    };
    canvas.area(look.hair_colour, cover);
}

/// A colour mixed towards black (0) by `share`.
pub(crate) fn darker(colour: Colour, share: f32) -> Colour {
    colour.map(|value| (f32::from(value) * share) as u8)
}
