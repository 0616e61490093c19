//! Decoding a picture from a stranger within bounds, and a score of how alike two pictures are.
//!
//! The score simulates a face match: it compares the coarse gradients of two pictures and knows
//! nothing of faces. It holds up against noise, compression, dimming and scaling of the same
//! picture; it is weak against clipping, cropping of 8 % and more, and shifts. It must never
//! stand where a person's identity depends on it.

use crate::ports::face::FaceError;
use image::metadata::Orientation;
use image::{
    DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, imageops::FilterType,
};
use std::io::Cursor;

/// The longest encoded picture taken, in bytes.
pub const MAX_ENCODED_BYTES: usize = 5 * 1024 * 1024;
/// The longest side taken, in pixels (4096 × 4096 is 16 megapixels).
const MAX_SIDE: u32 = 4096;
/// The shortest side that can show a face.
const MIN_SIDE: u32 = 48;
/// The most memory a decoder may ask for: 16 megapixels of four bytes.
const MAX_DECODED_BYTES: u64 = 64 * 1024 * 1024;
/// Side of the square that pictures are reduced to.
const GRID: usize = 24;
/// Shares cut from every edge, so that slightly different framing still meets.
const CROPS: [f32; 4] = [0.0, 0.02, 0.035, 0.05];
/// Cosine similarity (0–100) from which two pictures are taken to show the same face.
const ALIKE: f32 = 85.0;
/// A picture this much darker than the portrait is one taken in bad light.
const DIM_RATIO: f32 = 0.6;

/// What is kept of a picture for scoring: too coarse to see a face in, so it may outlive the
/// picture in memory.
#[derive(Clone)]
pub struct Features {
    gradients: [Vec<f32>; CROPS.len()],
    brightness: f32,
}

impl std::fmt::Debug for Features {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Features(…)")
    }
}

/// Decodes a PNG, JPEG or WebP picture, known by its content, upright as its Exif says.
///
/// # Errors
/// [`FaceError::NotAPicture`] for anything else, anything damaged, and anything beyond the bounds
/// of 5 MB, 4096 pixels a side and 64 MiB decoded; the size is read before any pixel is.
pub fn decode(encoded: &[u8]) -> Result<DynamicImage, FaceError> {
    const DAMAGED: FaceError = FaceError::NotAPicture("damaged, or too large to decode");
    if encoded.len() > MAX_ENCODED_BYTES {
        return Err(FaceError::NotAPicture("longer than 5 MB"));
    }
    let format = match image::guess_format(encoded) {
        Ok(known @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) => known,
        _ => return Err(FaceError::NotAPicture("neither PNG, JPEG nor WebP")),
    };
    let reader = || {
        let mut reader = ImageReader::with_format(Cursor::new(encoded), format);
        reader.limits(limits());
        reader
    };
    let (width, height) = reader().into_dimensions().map_err(|_| DAMAGED)?;
    if width.max(height) > MAX_SIDE {
        return Err(FaceError::NotAPicture("more than 4096 pixels a side"));
    }
    if width.min(height) < MIN_SIDE {
        return Err(FaceError::NotAPicture("fewer than 48 pixels a side"));
    }
    let mut decoder = reader().into_decoder().map_err(|_| DAMAGED)?;
    if decoder.total_bytes() > MAX_DECODED_BYTES {
        return Err(DAMAGED);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| DAMAGED)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Holds for metadata too, which may be compressed.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    limits
}

/// Reduces a picture to what is compared.
pub fn features(picture: &DynamicImage) -> Features {
    let grey = DynamicImage::ImageLuma8(picture.to_luma8());
    let grids = CROPS.map(|share| reduce(&grey, share));
    let brightness = grids.first().map_or(0.0, |whole| mean(whole));
    Features { gradients: grids.map(|grid| gradients(&grid)), brightness }
}

fn reduce(grey: &DynamicImage, share: f32) -> Vec<f32> {
    let (width, height) = (grey.width(), grey.height());
    let cut = |side: u32| (side as f32 * share).round() as u32;
    let (x, y) = (cut(width), cut(height));
    let inner = grey.crop_imm(x, y, width - 2 * x, height - 2 * y);
    let side = GRID as u32;
    let small = inner.resize_exact(side, side, FilterType::Triangle).into_luma8();
    small.into_raw().into_iter().map(f32::from).collect()
}

fn mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / values.len().max(1) as f32
}

fn gradients(grid: &[f32]) -> Vec<f32> {
    let rows: Vec<&[f32]> = grid.chunks(GRID).collect();
    let across = rows.iter().flat_map(|row| row.iter().zip(row.iter().skip(1)));
    let down = rows.iter().zip(rows.iter().skip(1)).flat_map(|(one, next)| one.iter().zip(*next));
    across.chain(down).map(|(here, there)| there - here).collect()
}

/// Cosine similarity as 0–100; opposite and featureless pictures are 0.
fn cosine(one: &[f32], other: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    let length = (dot(one, one) * dot(other, other)).sqrt();
    if length == 0.0 { 0.0 } else { (dot(one, other) / length * 100.0).clamp(0.0, 100.0) }
}

/// How alike a picture is to the registered portrait, 0–100: 80 and more for the same picture
/// however coded, 70–79 for one much darker than the portrait, below 70 for another face.
pub fn score(picture: &Features, portrait: &Features) -> u8 {
    let [whole, ..] = &portrait.gradients;
    let [own_whole, ..] = &picture.gradients;
    let framed_wider = picture.gradients.iter().map(|crop| cosine(crop, whole));
    let framed_closer = portrait.gradients.iter().map(|crop| cosine(own_whole, crop));
    let similarity = framed_wider.chain(framed_closer).fold(0.0, f32::max);
    let alike = if similarity >= ALIKE {
        80.0 + (similarity - ALIKE) / (100.0 - ALIKE) * 20.0
    } else {
        similarity / ALIKE * 70.0
    };
    let dim = picture.brightness < portrait.brightness * DIM_RATIO;
    let score = if alike >= 80.0 && dim { 70.0 + (alike - 80.0) / 20.0 * 9.9 } else { alike };
    score.floor() as u8
}
