//! What a person is asked to do in front of the camera.

use serde::{Deserialize, Serialize};

/// One prompt, drawn at random for every try, so that a recorded answer does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LivenessPrompt {
    /// Blink.
    Blink,
    /// Turn the head to the left.
    TurnLeft,
    /// Nod.
    Nod,
    /// Open the mouth.
    OpenMouth,
}

impl LivenessPrompt {
    /// Every prompt, for drawing one.
    pub const ALL: [Self; 4] = [Self::Blink, Self::TurnLeft, Self::Nod, Self::OpenMouth];

    /// The prompt a random number stands for.
    pub fn from_random(number: u32) -> Self {
        match number % 4 {
            0 => Self::Blink,
            1 => Self::TurnLeft,
            2 => Self::Nod,
            _ => Self::OpenMouth,
        }
    }

    /// The name used in forms and in requests to providers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blink => "blink",
            Self::TurnLeft => "turn_left",
            Self::Nod => "nod",
            Self::OpenMouth => "open_mouth",
        }
    }
}
