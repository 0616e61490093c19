//! The face step: its own consent, then the picture.

use super::problem::{FieldMessages, Problem};
use crate::domain::liveness::LivenessPrompt;
use crate::web::cx::Cx;
use askama::Template;

/// The partner that asks for the face, once there is a card.
#[derive(Clone)]
pub struct AskedBy {
    /// Its name in the page's language.
    pub app: String,
    /// Whether it takes no answer without.
    pub required: bool,
}

/// The separate consent to face processing.
#[derive(Clone, Template)]
#[template(path = "claim/face_consent.html")]
pub struct FaceConsentPage {
    /// The page context.
    pub cx: Cx,
    /// What to mend.
    pub problem: Option<Problem>,
    /// The person is under 14: a guardian must come to a counter, and no face is asked for.
    pub guardian_needed: bool,
    /// Who asks; none: the claim itself.
    pub asked_by: Option<AskedBy>,
}

/// How the pages speak of a [`LivenessPrompt`].
trait PromptWords {
    fn label(self) -> &'static str;
}

impl PromptWords for LivenessPrompt {
    fn label(self) -> &'static str {
        match self {
            Self::Blink => "face-prompt-blink",
            Self::TurnLeft => "face-prompt-turn-left",
            Self::Nod => "face-prompt-nod",
            Self::OpenMouth => "face-prompt-open-mouth",
        }
    }
}

/// One of the demo's prepared pictures.
struct SampleChoice {
    value: &'static str,
    label: &'static str,
    symbol: &'static str,
}

/// The values of the field `sample`, with what each is expected to show.
const SAMPLES: [SampleChoice; 4] = [
    SampleChoice { value: "same", label: "face-sample-same", symbol: "face-same" },
    SampleChoice { value: "dim", label: "face-sample-dim", symbol: "face-dim" },
    SampleChoice { value: "other", label: "face-sample-other", symbol: "face-other" },
    SampleChoice { value: "replay", label: "face-sample-replay", symbol: "face-replay" },
];

/// The face match itself.
#[derive(Clone, Template)]
#[template(path = "claim/face.html")]
pub struct FacePage {
    /// The page context.
    pub cx: Cx,
    /// What to mend.
    pub problem: Option<Problem>,
    /// What to do before the camera.
    pub prompt: LivenessPrompt,
    /// Tries left in this claim or authorization.
    pub attempts_left: u32,
    /// Whether it is a step of the claim, which has another way.
    pub in_claim: bool,
}

/// No tries are left at a partner's wish: what that means, and the way on.
#[derive(Clone, Template)]
#[template(path = "oauth/face_end.html")]
pub struct FaceEndPage {
    /// The page context.
    pub cx: Cx,
    /// When the day's tries are back, by [`Lang::minute`](crate::web::lang::Lang::minute); none:
    /// only those of this authorization are used up.
    pub again_at: Option<String>,
    /// Who asks.
    pub asked_by: AskedBy,
}

impl FacePage {
    const fn samples(&self) -> &'static [SampleChoice] {
        if self.cx.demo { &SAMPLES } else { &[] }
    }
}
