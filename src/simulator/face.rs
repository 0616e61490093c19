//! The face match, simulated: real pictures are decoded and compared, liveness is only played.
//!
//! Any picture that can be decoded counts as having followed the prompt, except a copy of the
//! registered portrait itself. Pictures are dropped once they are scored: never stored or logged.

use super::magic;
use super::picture::{self, Features};
use super::portrait;
use super::workshop::Workshop;
use crate::domain::id_number::IdNumber;
use crate::domain::person_name::PersonName;
use crate::ports::ProviderDown;
use crate::ports::face::{
    FaceAnswer, FaceError, FaceMatcher, FaceScore, LivenessPrompt, Picture, Sample,
};
use async_trait::async_trait;
use image::{DynamicImage, ImageResult};
use ring::digest::{SHA256, digest};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Portraits of their own that visitors may have set at the same time; the oldest makes room.
const OWN_PORTRAITS: usize = 64;

/// Where the simulator finds registered portraits.
#[async_trait]
pub trait PortraitSource: Send + Sync + 'static {
    /// The registered portrait: an encoded picture, or `drawn:<seed>` for
    /// [`portrait::draw_portrait`]. `None` when none is on file.
    ///
    /// # Errors
    /// [`ProviderDown`] when no answer could be had.
    async fn portrait(&self, id: &IdNumber) -> Result<Option<Vec<u8>>, ProviderDown>;
}

/// A visitor's own portrait: what scoring needs and a digest to know a copy by, not the picture.
#[derive(Clone)]
struct OwnPortrait {
    features: Features,
    digest: [u8; 32],
    /// Counts up with every portrait set.
    age: u64,
}

/// Compares faces by [`picture::score`].
pub struct FaceSimulator<P> {
    portraits: P,
    own: Mutex<HashMap<IdNumber, OwnPortrait>>,
    workshop: Workshop,
}

impl<P> std::fmt::Debug for FaceSimulator<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FaceSimulator")
    }
}

impl<P: PortraitSource> FaceSimulator<P> {
    /// A matcher over the portraits of `portraits`.
    pub fn new(portraits: P) -> Self {
        Self { portraits, own: Mutex::default(), workshop: Workshop::default() }
    }

    /// Makes a visitor's photo the portrait that real pictures of this demo person are compared
    /// with, until the program ends or newer ones push it out. The samples stay those of the drawn
    /// person. Only features of the photo are kept, in memory.
    ///
    /// # Errors
    /// [`FaceError::NotAPicture`], or [`FaceError::Down`] when too many pictures are worked on.
    pub async fn set_demo_portrait(&self, id: &IdNumber, photo: Vec<u8>) -> Result<(), FaceError> {
        let work = move || Ok((read(&photo)?, fingerprint(&photo)));
        let (features, digest) = self.workshop.run(work).await?;
        let mut own = self.own();
        let age = own.values().map(|one| one.age).max().map_or(0, |newest| newest + 1);
        own.insert(id.clone(), OwnPortrait { features, digest, age });
        if own.len() > OWN_PORTRAITS {
            let oldest = own.iter().min_by_key(|(_, one)| one.age).map(|(id, _)| id.clone());
            oldest.and_then(|id| own.remove(&id));
        }
        Ok(())
    }

    /// Goes back to the registered portrait; `false` when no other was set.
    pub fn remove_demo_portrait(&self, id: &IdNumber) -> bool {
        self.own().remove(id).is_some()
    }

    fn own(&self) -> MutexGuard<'_, HashMap<IdNumber, OwnPortrait>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl<P: PortraitSource> FaceMatcher for FaceSimulator<P> {
    async fn compare(
        &self,
        id: &IdNumber,
        _name: &PersonName,
        picture: Picture,
        _prompt: LivenessPrompt,
    ) -> Result<FaceAnswer, FaceError> {
        let registered = self.portraits.portrait(id).await?;
        let own = self.own().get(id).cloned();
        let best = magic::best_face_score(id);
        let work = move || {
            let (score, live) = match picture {
                Picture::Sample(sample) => judge_sample(sample, registered)?,
                Picture::Encoded(photo) => judge_photo(&photo, own, registered)?,
            };
            Ok(FaceAnswer { score: FaceScore::new(score.min(best)), live })
        };
        self.workshop.run(work).await
    }
}

/// Score and liveness of a real picture.
fn judge_photo(
    photo: &[u8],
    own: Option<OwnPortrait>,
    registered: Option<Vec<u8>>,
) -> Result<(u8, bool), FaceError> {
    let features = read(photo)?;
    if let Some(own) = own {
        let live = fingerprint(photo) != own.digest;
        return Ok((picture::score(&features, &own.features), live));
    }
    let (portrait, encoded) = open(registered.ok_or(FaceError::NoPortrait)?)?;
    let live = photo != encoded.as_slice();
    Ok((picture::score(&features, &picture::features(&portrait)), live))
}

/// Score and liveness of a prepared picture, which goes the way of a real one.
fn judge_sample(sample: Sample, registered: Option<Vec<u8>>) -> Result<(u8, bool), FaceError> {
    let (portrait, encoded) = open(registered.ok_or(FaceError::NoPortrait)?)?;
    let photo = match sample {
        Sample::Same => made(portrait::same(&portrait))?,
        Sample::Dim => made(portrait::dim(&portrait))?,
        Sample::Other => made(portrait::other(seed_for(&encoded)))?,
        Sample::Replay => encoded,
    };
    let score = picture::score(&read(&photo)?, &picture::features(&portrait));
    Ok((score, sample != Sample::Replay))
}

/// The registered portrait, decoded, and as the encoded picture it is or would be. One that
/// cannot be decoded is as good as none, and not the fault of whoever sent a picture.
fn open(stored: Vec<u8>) -> Result<(DynamicImage, Vec<u8>), FaceError> {
    let encoded = match portrait::seed_of(&stored) {
        Some(seed) => made(portrait::draw_portrait(seed))?,
        None => stored,
    };
    let portrait = picture::decode(&encoded).map_err(|_| FaceError::NoPortrait)?;
    Ok((portrait, encoded))
}

fn read(photo: &[u8]) -> Result<Features, FaceError> {
    Ok(picture::features(&picture::decode(photo)?))
}

fn made(picture: ImageResult<Vec<u8>>) -> Result<Vec<u8>, FaceError> {
    picture.map_err(|_| FaceError::NotAPicture("could not be encoded"))
}

/// Another stranger for every person, the same one every time.
fn seed_for(encoded: &[u8]) -> u64 {
    encoded.len() as u64
}

fn fingerprint(photo: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(digest(&SHA256, photo).as_ref()).for_each(|(to, from)| *to = *from);
    bytes
}

#[cfg(test)]
mod tests;
