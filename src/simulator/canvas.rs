//! A small canvas: soft-edged ellipses, strokes and areas on an RGB picture.

use image::RgbImage;

/// A colour, red, green and blue.
pub(crate) type Colour = [u8; 3];

/// An ellipse, tilted by `tilt` radians.
#[derive(Clone, Copy)]
pub(crate) struct Ellipse {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) rx: f32,
    pub(crate) ry: f32,
    pub(crate) tilt: f32,
}

impl Ellipse {
    /// An upright ellipse.
    pub(crate) fn new(x: f32, y: f32, rx: f32, ry: f32) -> Self {
        Self { x, y, rx, ry, tilt: 0.0 }
    }

    /// The same ellipse, tilted.
    pub(crate) fn tilted(self, tilt: f32) -> Self {
        Self { tilt, ..self }
    }

    /// How much of the pixel at (`x`, `y`) lies inside, 0–1.
    pub(crate) fn cover(&self, x: f32, y: f32) -> f32 {
        let (sin, cos) = self.tilt.sin_cos();
        let (dx, dy) = (x - self.x, y - self.y);
        let across = (dx * cos + dy * sin) / self.rx;
        let down = (dy * cos - dx * sin) / self.ry;
        soft((across.hypot(down) - 1.0) * self.rx.min(self.ry))
    }
}

/// 1 well inside an edge, 0 well outside, a ramp of one pixel between.
pub(crate) fn soft(distance: f32) -> f32 {
    (0.5 - distance).clamp(0.0, 1.0)
}

/// How far `at` lies from the straight piece between `from` and `to`.
fn distance(at: (f32, f32), from: (f32, f32), to: (f32, f32)) -> f32 {
    let (along, off) = ((to.0 - from.0, to.1 - from.1), (at.0 - from.0, at.1 - from.1));
    let length = (along.0 * along.0 + along.1 * along.1).max(f32::EPSILON);
    let share = ((off.0 * along.0 + off.1 * along.1) / length).clamp(0.0, 1.0);
    (off.0 - along.0 * share).hypot(off.1 - along.1 * share)
}

/// A picture being painted.
pub(crate) struct Canvas {
    picture: RgbImage,
}

impl Canvas {
    /// A canvas in one colour.
    pub(crate) fn new(width: u32, height: u32, colour: Colour) -> Self {
        Self { picture: RgbImage::from_pixel(width, height, image::Rgb(colour)) }
    }

    /// Paints where `cover` (0–1, by pixel) says so.
    pub(crate) fn area(&mut self, colour: Colour, cover: impl Fn(f32, f32) -> f32) {
        let (width, height) = self.picture.dimensions();
        self.area_within(((0.0, 0.0), (width as f32, height as f32)), colour, cover);
    }

    /// Paints where `cover` says so between two corners: most shapes are small.
    pub(crate) fn area_within(
        &mut self,
        (low, high): ((f32, f32), (f32, f32)),
        colour: Colour,
        cover: impl Fn(f32, f32) -> f32,
    ) {
        for y in low.1.max(0.0) as u32..(high.1.max(0.0) as u32).min(self.picture.height()) {
            for x in low.0.max(0.0) as u32..(high.0.max(0.0) as u32).min(self.picture.width()) {
                let share = cover(x as f32 + 0.5, y as f32 + 0.5);
                if share > 0.0 {
                    self.mix(x, y, colour, share);
                }
            }
        }
    }

    fn mix(&mut self, x: u32, y: u32, colour: Colour, share: f32) {
        let Some(pixel) = self.picture.get_pixel_mut_checked(x, y) else { return };
        for (old, new) in pixel.0.iter_mut().zip(colour) {
            *old = (f32::from(*old) * (1.0 - share) + f32::from(new) * share).round() as u8;
        }
    }

    /// Paints an ellipse.
    pub(crate) fn ellipse(&mut self, colour: Colour, shape: Ellipse) {
        let reach = shape.rx.max(shape.ry) + 2.0;
        let corners = ((shape.x - reach, shape.y - reach), (shape.x + reach, shape.y + reach));
        self.area_within(corners, colour, |x, y| shape.cover(x, y));
    }

    /// Paints a curve (quadratic Bézier) as wide as `width`, with round ends.
    pub(crate) fn stroke(&mut self, colour: Colour, width: f32, [a, b, c]: [(f32, f32); 3]) {
        let point = |t: f32| {
            let (p, q, r) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
            (p * a.0 + q * b.0 + r * c.0, p * a.1 + q * b.1 + r * c.1)
        };
        let points: Vec<_> = (0..=12_u8).map(|i| point(f32::from(i) / 12.0)).collect();
        let margin = width + 2.0;
        let low = (a.0.min(b.0).min(c.0) - margin, a.1.min(b.1).min(c.1) - margin);
        let high = (a.0.max(b.0).max(c.0) + margin, a.1.max(b.1).max(c.1) + margin);
        self.area_within((low, high), colour, |x, y| {
            let pieces = points.iter().zip(points.iter().skip(1));
            let near = pieces.map(|(p, q)| distance((x, y), *p, *q)).fold(f32::MAX, f32::min);
            soft(near - width / 2.0)
        });
    }

    /// The finished picture.
    pub(crate) fn finish(self) -> RgbImage {
        self.picture
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_stays_inside_its_outline() {
        let mut canvas = Canvas::new(40, 40, [255; 3]);
        canvas.ellipse([0; 3], Ellipse::new(20.0, 20.0, 10.0, 5.0));
        canvas.stroke([9; 3], 2.0, [(2.0, 36.0), (20.0, 36.0), (38.0, 36.0)]);
        let picture = canvas.finish();
        assert_eq!(picture.get_pixel(20, 20).0, [0; 3]);
        assert_eq!(picture.get_pixel(20, 28).0, [255; 3]);
        assert_eq!(picture.get_pixel(20, 35).0, [9; 3]);
        assert_eq!(picture.get_pixel(20, 39).0, [255; 3]);
    }
}
