//! Pictures from strangers: what is taken, what is refused, and how pictures compare.

use super::picture::{MAX_ENCODED_BYTES, decode, features, score};
use super::portrait::paint;
use crate::ports::face::FaceError;
use image::{DynamicImage, ImageFormat, RgbImage};
use std::io::Cursor;

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn face() -> DynamicImage {
    DynamicImage::ImageRgb8(paint(1))
}

fn plain(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::new(width, height))
}

fn refusal(bytes: &[u8]) -> &'static str {
    match decode(bytes) {
        Err(FaceError::NotAPicture(why)) => why,
        other => panic!("{other:?}"),
    }
}

/// A PNG of nothing but its header, which claims a size.
fn claims_size(width: u32, height: u32) -> Vec<u8> {
    let mut png = encoded(&plain(64, 64), ImageFormat::Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let mut sum = flate2::Crc::new();
    sum.update(&png[12..29]);
    png[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    png
}

#[test]
fn png_jpeg_and_webp_are_taken() {
    let original = features(&face());
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let read = decode(&encoded(&face(), format)).unwrap();
        assert_eq!((read.width(), read.height()), (240, 300));
        assert!(score(&features(&read), &original) >= 95, "{format:?}");
    }
}

#[test]
fn other_content_is_refused_whatever_it_is_called() {
    let foreign = "neither PNG, JPEG nor WebP";
    for bytes in
        [&b""[..], b"GIF89a\x01\x00\x01\x00\x00", b"BM123456", b"<svg xmlns='x'/>", b"hello"]
    {
        assert_eq!(refusal(bytes), foreign);
    }
}

#[test]
fn a_damaged_picture_is_refused() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let whole = encoded(&face(), format);
        assert!(decode(&whole[..40]).is_err(), "{format:?}");
    }
    let cut = encoded(&face(), ImageFormat::Png);
    assert!(decode(&cut[..cut.len() / 2]).is_err());
}

#[test]
fn the_bounds_hold_on_length_and_on_size_before_pixels_are_read() {
    let mut long = encoded(&face(), ImageFormat::Png);
    long.resize(MAX_ENCODED_BYTES + 1, 0);
    assert_eq!(refusal(&long), "longer than 5 MB");
    assert_eq!(refusal(&claims_size(60_000, 60_000)), "more than 4096 pixels a side");
    assert_eq!(refusal(&claims_size(4097, 64)), "more than 4096 pixels a side");
    assert_eq!(refusal(&encoded(&plain(47, 300), ImageFormat::Png)), "fewer than 48 pixels a side");
    assert!(decode(&encoded(&plain(4096, 64), ImageFormat::Png)).is_ok());
}

#[test]
fn a_picture_that_would_fill_the_memory_is_refused() {
    let deep = DynamicImage::new_rgba16(64, 64);
    let mut png = encoded(&deep, ImageFormat::Png);
    png[16..20].copy_from_slice(&4096_u32.to_be_bytes());
    png[20..24].copy_from_slice(&4096_u32.to_be_bytes());
    let mut sum = flate2::Crc::new();
    sum.update(&png[12..29]);
    png[29..33].copy_from_slice(&sum.sum().to_be_bytes());
    assert_eq!(refusal(&png), "damaged, or too large to decode");
}

#[test]
fn a_phone_photo_is_turned_upright() {
    let lying = encoded(&face().rotate270(), ImageFormat::Jpeg);
    let mut turned = lying[..2].to_vec();
    // APP1 with one Exif entry: orientation 6, "turn right by 90 degrees to show".
    turned.extend_from_slice(b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01");
    turned.extend_from_slice(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0");
    turned.extend_from_slice(&lying[2..]);
    let read = decode(&turned).unwrap();
    assert_eq!((read.width(), read.height()), (240, 300));
    assert!(score(&features(&read), &features(&face())) >= 95);
    let untold = decode(&lying).unwrap();
    assert_eq!((untold.width(), untold.height()), (300, 240));
    assert!(score(&features(&untold), &features(&face())) < 70);
}

#[test]
fn blank_and_inverted_pictures_are_nobody() {
    let portrait = features(&face());
    assert_eq!(score(&features(&plain(240, 300)), &portrait), 0);
    let mut inverted = face();
    inverted.invert();
    assert_eq!(score(&features(&inverted), &portrait), 0);
}

#[test]
fn slightly_other_framing_is_the_same_face() {
    let portrait = features(&face());
    let closer = face().crop_imm(8, 10, 224, 280);
    assert!(score(&features(&closer), &portrait) >= 80);
    assert!(score(&portrait, &features(&closer)) >= 80);
}

#[test]
fn only_much_less_light_makes_a_picture_dim() {
    let portrait = features(&face());
    let lit = |share: f32| {
        let mut picture = paint(1);
        picture.iter_mut().for_each(|value| *value = (f32::from(*value) * share) as u8);
        score(&features(&DynamicImage::ImageRgb8(picture)), &portrait)
    };
    assert!(lit(0.7) >= 80);
    assert!((70..80).contains(&lit(0.5)));
}
