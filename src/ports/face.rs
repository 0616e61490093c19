//! The face match: one picture against the portrait the provider holds itself.

use super::ProviderDown;
use crate::domain::id_number::IdNumber;
use crate::domain::person_name::PersonName;
use async_trait::async_trait;
use std::fmt;

pub use crate::domain::liveness::LivenessPrompt;

/// A picture as it was sent. It is scored and dropped: never stored, never logged.
#[derive(Clone)]
pub enum Picture {
    /// An encoded image (PNG, JPEG or WebP), not decoded yet.
    Encoded(Vec<u8>),
    /// One of the demonstration's prepared pictures; refused by every real provider.
    Sample(Sample),
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Picture(…)")
    }
}

/// The demonstration's prepared pictures of the person being verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// The same face, a new photo.
    Same,
    /// The same face in bad light: scores 70–79.
    Dim,
    /// Somebody else.
    Other,
    /// A photo of a photo: no life in it.
    Replay,
}

/// A score between 0 and 100; 80 and more passes, 70–79 asks for another try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FaceScore(u8);

impl FaceScore {
    /// A score, cut to 100.
    pub fn new(score: u8) -> Self {
        Self(score.min(100))
    }

    /// The score as a number.
    pub fn value(self) -> u8 {
        self.0
    }
}

/// What the provider found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaceAnswer {
    /// How alike the faces are.
    pub score: FaceScore,
    /// Whether a living person followed the prompt.
    pub live: bool,
}

/// Why a comparison gave no score.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaceError {
    /// Not a PNG, JPEG or WebP picture, or one that cannot be decoded within bounds.
    #[error("not a usable picture: {0}")]
    NotAPicture(&'static str),
    /// The provider holds no portrait of this person: another way must be offered.
    #[error("no portrait on file")]
    NoPortrait,
    /// No answer could be had.
    #[error(transparent)]
    Down(#[from] ProviderDown),
}

/// Compares faces.
#[async_trait]
pub trait FaceMatcher: Send + Sync + 'static {
    /// Scores `picture` against the registered portrait of the person, and says whether `prompt`
    /// was followed.
    ///
    /// # Errors
    /// See [`FaceError`].
    async fn compare(
        &self,
        id: &IdNumber,
        name: &PersonName,
        picture: Picture,
        prompt: LivenessPrompt,
    ) -> Result<FaceAnswer, FaceError>;
}
