//! Brows, eyes, nose, mouth and glasses of a drawn person.

use super::canvas::{Canvas, Colour, soft};
use super::look::Look;
use super::portrait::darker;

const INK: Colour = [44, 34, 32];
const EYE_WHITE: Colour = [250, 248, 244];

pub(crate) fn paint(canvas: &mut Canvas, look: &Look) {
    for side in [-1.0, 1.0] {
        eye(canvas, look, side);
    }
    nose_and_mouth(canvas, look);
    if look.glasses {
        glasses(canvas, look);
    }
}

fn eye(canvas: &mut Canvas, look: &Look, side: f32) {
    let (x, size) = (side * look.eyes_apart, look.eye_size);
    let cheek = look.ellipse(side * (look.eyes_apart + 7.0), 24.0, 11.0, 7.0);
    let blush = [look.skin, look.lips].map(|c| c.map(f32::from));
    let [skin, lips] = blush;
    let mut blushed = look.skin;
    for (value, (from, to)) in blushed.iter_mut().zip(skin.into_iter().zip(lips)) {
        *value = (from * 0.82 + to * 0.18) as u8;
    }
    canvas.ellipse(blushed, cheek);
    canvas.ellipse(EYE_WHITE, look.ellipse(x, -2.0, size * 1.45, size * 0.85));
    canvas.ellipse(INK, look.ellipse(x, -2.0, size * 0.72, size * 0.8));
    canvas.ellipse(EYE_WHITE, look.ellipse(x + 1.6, -4.0, size * 0.22, size * 0.22));
    let lid = [(x - size * 1.5, -2.0), (x, -4.0 - size * 1.2), (x + size * 1.5, -2.0)];
    canvas.stroke(INK, 2.2 * look.scale, lid.map(|p| look.at(p.0, p.1)));
    let lift = look.brow_lift;
    let brow = [(x - 12.0, -lift), (x + side, -lift - 6.0), (x + 12.0, -lift)];
    let colour = darker(look.hair_colour, 0.9);
    canvas.stroke(colour, 4.2 * look.scale, brow.map(|p| look.at(p.0, p.1)));
}

fn nose_and_mouth(canvas: &mut Canvas, look: &Look) {
    let nose = [(-5.0, 19.0), (1.0, 25.0), (7.0, 19.0)];
    let shade = darker(look.skin, 0.74);
    canvas.stroke(shade, 2.6 * look.scale, nose.map(|p| look.at(p.0, p.1)));
    let (half, smile) = (look.mouth_width, look.smile);
    let mouth = [(-half, 41.0), (0.0, 41.0 + smile * 1.8), (half, 41.0)];
    canvas.stroke(look.lips, 4.6 * look.scale, mouth.map(|p| look.at(p.0, p.1)));
}

fn glasses(canvas: &mut Canvas, look: &Look) {
    for side in [-1.0, 1.0] {
        let (x, y) = look.at(side * look.eyes_apart, -1.0);
        let radius = 17.0 * look.scale;
        let reach = radius + 3.0;
        let corners = ((x - reach, y - reach), (x + reach, y + reach));
        canvas.area_within(corners, INK, |px, py| {
            let distance = ((px - x).hypot(py - y) - radius).abs();
            soft(distance - 1.3)
        });
    }
    let reach = look.eyes_apart - 17.0;
    let bridge = [(-reach, -3.0), (0.0, -6.0), (reach, -3.0)];
    canvas.stroke(INK, 2.4 * look.scale, bridge.map(|p| look.at(p.0, p.1)));
}
