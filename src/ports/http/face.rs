//! The face match over HTTP. The provider holds its own portraits: it is sent one picture, never
//! a portrait of ours.

use super::client::HttpClient;
use crate::domain::id_number::IdNumber;
use crate::domain::person_name::PersonName;
use crate::ports::face::{FaceAnswer, FaceError, FaceMatcher, FaceScore, LivenessPrompt, Picture};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::ImageFormat;
use serde::{Deserialize, Serialize};

/// Asks `v1/compare`.
#[derive(Debug)]
pub struct HttpFaceMatcher(HttpClient);

impl HttpFaceMatcher {
    /// A matcher behind `client`.
    pub fn new(client: HttpClient) -> Self {
        Self(client)
    }
}

#[derive(Serialize)]
struct Question<'a> {
    id_number: &'a str,
    name: &'a str,
    prompt: LivenessPrompt,
    picture: PictureData,
}

#[derive(Serialize)]
struct PictureData {
    media_type: &'static str,
    data: String,
}

#[derive(Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
enum Answer {
    Scored { score: u8, live: bool },
    NotAPicture,
    NoPortrait,
}

#[async_trait]
impl FaceMatcher for HttpFaceMatcher {
    async fn compare(
        &self,
        id: &IdNumber,
        name: &PersonName,
        picture: Picture,
        prompt: LivenessPrompt,
    ) -> Result<FaceAnswer, FaceError> {
        let Picture::Encoded(bytes) = picture else {
            return Err(FaceError::NotAPicture("samples belong to the demonstration"));
        };
        let picture =
            PictureData { media_type: media_type(&bytes)?, data: STANDARD.encode(&bytes) };
        drop(bytes);
        let question = Question { id_number: id.as_str(), name: name.as_str(), prompt, picture };
        let answer = self.0.ask("v1/compare", &question, None).await;
        match answer.map_err(|error| error.into_down("face"))? {
            Answer::Scored { score, live } => Ok(FaceAnswer { score: FaceScore::new(score), live }),
            Answer::NotAPicture => Err(FaceError::NotAPicture("refused by the provider")),
            Answer::NoPortrait => Err(FaceError::NoPortrait),
        }
    }
}

/// By content: a name or a header says what its sender likes.
fn media_type(bytes: &[u8]) -> Result<&'static str, FaceError> {
    match image::guess_format(bytes) {
        Ok(ImageFormat::Png) => Ok("image/png"),
        Ok(ImageFormat::Jpeg) => Ok("image/jpeg"),
        Ok(ImageFormat::WebP) => Ok("image/webp"),
        _ => Err(FaceError::NotAPicture("neither PNG, JPEG nor WebP")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::stand_in::{Reply, StandIn, id, name};
    use super::*;
    use crate::ports::face::Sample;
    use serde_json::{Value, json};

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and more";

    async fn compare(
        script: Vec<Value>,
        picture: Picture,
    ) -> (StandIn, Result<FaceAnswer, FaceError>) {
        let provider = StandIn::start(script.into_iter().map(Reply::Json).collect()).await;
        let matcher = HttpFaceMatcher::new(provider.client());
        let answer = matcher.compare(&id(), &name(), picture, LivenessPrompt::TurnLeft).await;
        (provider, answer)
    }

    #[tokio::test]
    async fn the_picture_goes_out_with_its_type_and_the_prompt() {
        let reply = json!({"result": "scored", "score": 91, "live": true});
        let (provider, answer) = compare(vec![reply], Picture::Encoded(PNG.to_vec())).await;
        assert_eq!(answer, Ok(FaceAnswer { score: FaceScore::new(91), live: true }));
        let body = provider.take_asked().remove(0).body;
        let picture = json!({"media_type": "image/png", "data": STANDARD.encode(PNG)});
        let whole = json!({"id_number": "11010119900307002X", "name": "王䶮",
            "prompt": "turn_left", "picture": picture});
        assert_eq!(body, whole);
    }

    #[tokio::test]
    async fn a_sample_never_leaves_the_house() {
        let (provider, answer) = compare(vec![], Picture::Sample(Sample::Same)).await;
        assert!(matches!(answer, Err(FaceError::NotAPicture(_))));
        assert_eq!(provider.calls(), 0);
    }

    #[tokio::test]
    async fn what_is_no_picture_is_refused_here() {
        let (provider, answer) = compare(vec![], Picture::Encoded(b"GIF89a..".to_vec())).await;
        assert!(matches!(answer, Err(FaceError::NotAPicture(_))));
        assert_eq!(provider.calls(), 0);
    }

    #[tokio::test]
    async fn the_providers_own_refusals_are_told_apart() {
        let none = compare(vec![json!({"result": "no_portrait"})], Picture::Encoded(PNG.into()));
        assert_eq!(none.await.1, Err(FaceError::NoPortrait));
        let bad = compare(vec![json!({"result": "not_a_picture"})], Picture::Encoded(PNG.into()));
        assert!(matches!(bad.await.1, Err(FaceError::NotAPicture(_))));
    }

    #[tokio::test]
    async fn an_answer_without_liveness_is_no_answer() {
        let reply = json!({"result": "scored", "score": 91});
        let (_provider, answer) = compare(vec![reply], Picture::Encoded(PNG.into())).await;
        assert!(matches!(answer, Err(FaceError::Down(_))));
    }
}
