//! The face match, wherever a person is asked for it. The picture is scored and dropped: never
//! stored, never logged.

use super::throttle::{self, Limit};
use crate::app::{App, Fault};
use crate::config::DAY;
use crate::domain::id_number::IdNumber;
use crate::domain::liveness::LivenessPrompt;
use crate::domain::person_name::PersonName;
use crate::domain::time::Timestamp;
use crate::error::AppError;
use crate::pages::messages;
use crate::pages::problem::Problem;
use crate::pages::trouble::Trouble;
use crate::ports::face::{FaceAnswer, FaceError, Picture, Sample};
use crate::storage::vault::Purpose;
use crate::web::forms::FormData;
use crate::web::translator::Message;

/// The largest picture taken (bytes).
const LARGEST_PICTURE: usize = 5 * 1024 * 1024;
/// The name of the day's limit.
pub const PER_DAY: &str = "face_per_id_day";
/// The version of the text by which a person allows it; raise it with the text.
pub const CONSENT_TEXT: &str = "face-2026-11";

/// What a person is told, where there is another way and where there is none but to refuse.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    consent_required: fn() -> Message,
    unclear: fn() -> Message,
    failed: fn() -> Message,
    no_portrait: fn() -> Message,
}

/// In a claim: a counter is another way.
pub const IN_A_CLAIM: Words = Words {
    consent_required: messages::face_consent_required,
    unclear: messages::face_unclear,
    failed: messages::face_failed,
    no_portrait: messages::no_portrait,
};

/// At a partner's wish: whoever would rather not refuses.
pub const AT_A_PARTNERS_WISH: Words = Words {
    consent_required: messages::face_consent_or_refuse,
    unclear: messages::face_unclear_here,
    failed: messages::face_failed_here,
    no_portrait: messages::no_portrait_here,
};

/// A picture, and the prompt it was taken for.
pub struct Taken {
    picture: Picture,
    prompt: String,
}

/// A fresh prompt.
pub fn draw_prompt(app: &App) -> LivenessPrompt {
    LivenessPrompt::from_random(app.entropy.below(4))
}

/// Whether the separate consent was ticked.
///
/// # Errors
/// [`Trouble`] when it was not, or when a guardian must act for the person, at a counter.
pub fn read_consent(
    form: &FormData,
    guardian_needed: bool,
    words: Words,
    reference: &str,
) -> Result<(), Box<Trouble>> {
    let given = matches!(form.text("face_consent"), "yes" | "on" | "1" | "true" | "allow");
    let (code, message) = match (given, guardian_needed) {
        (true, false) => return Ok(()),
        (true, true) => ("GUARDIAN_NEEDED", messages::guardian_needed()),
        (false, _) => ("FACE_CONSENT_REQUIRED", (words.consent_required)()),
    };
    let problem = Problem::of_fields(code, reference).on("face_consent", message);
    Err(Box::new(Trouble::mend(problem)))
}

fn trouble(reference: &str, code: &'static str, message: Message) -> Trouble {
    Trouble::mend(Problem::of_fields(code, reference).on("portrait", message))
}

/// Reads the picture of a form.
///
/// # Errors
/// [`Trouble`] when there is none, or one that is too large; nothing is spent.
pub fn read_picture(mut form: FormData, reference: &str) -> Result<Taken, Box<Trouble>> {
    let refuse = |code, message| Err(Box::new(trouble(reference, code, message)));
    let prompt = form.text("prompt").to_owned();
    if let Some(bytes) = form.take_file("portrait") {
        if bytes.len() > LARGEST_PICTURE {
            return refuse("PORTRAIT_TOO_LARGE", messages::portrait_too_large());
        }
        return Ok(Taken { picture: Picture::Encoded(bytes), prompt });
    }
    let sample = match form.text("sample") {
        "same" => Sample::Same,
        "dim" => Sample::Dim,
        "other" => Sample::Other,
        "replay" => Sample::Replay,
        _ => return refuse("PORTRAIT_REQUIRED", messages::portrait_required()),
    };
    Ok(Taken { picture: Picture::Sample(sample), prompt })
}

/// Who sits before the camera, and what was asked of them.
pub struct Sitting<'a> {
    /// The person's number.
    pub id_number: &'a IdNumber,
    /// The person's name.
    pub name: &'a PersonName,
    /// What the person was asked to do.
    pub prompt: LivenessPrompt,
    /// How many tries there are in whatever asks for the match.
    pub tries: Limit,
    /// How a failure is put.
    pub words: Words,
    /// The request's reference number.
    pub reference: &'a str,
    /// The moment.
    pub now: Timestamp,
}

/// What came of a try.
pub enum Scored {
    /// The person is who they say.
    Matched(FaceAnswer),
    /// They are not, or it cannot be told: a try is spent.
    Failed {
        /// What the page says.
        trouble: Box<Trouble>,
        /// Tries left.
        left: u32,
    },
    /// No score, no try spent.
    Unscored(Box<Trouble>),
    /// There are no tries left: [`AppError::Limited`].
    Barred(AppError),
}

/// How many tries are left of `tries`.
///
/// # Errors
/// [`Fault`].
pub async fn left(app: &App, tries: Limit, now: Timestamp) -> Result<u32, Fault> {
    let left = throttle::left(app, tries, now).await?;
    Ok(u32::try_from(left).unwrap_or(0))
}

/// Failed tries of a person within a day, wherever they were made.
pub fn a_day(app: &App, id_number: &IdNumber) -> Limit {
    let person = app.vault.index(Purpose::IdNumber, id_number.as_str());
    Limit::new(PER_DAY, person, app.config.limits.face_per_id_day, DAY)
}

/// Counts a try, here and for the day, and scores the picture.
///
/// # Errors
/// [`AppError`] when the database does not answer.
pub async fn score(app: &App, taken: Taken, sitting: Sitting<'_>) -> Result<Scored, AppError> {
    let a_day = a_day(app, sitting.id_number);
    let limits = vec![sitting.tries.clone(), a_day.clone()];
    match throttle::reserve(app, limits.clone(), sitting.now).await {
        Ok(_) => {}
        Err(error @ AppError::Limited { .. }) => return Ok(Scored::Barred(error)),
        Err(error) => return Err(error),
    }
    let asked = taken.prompt == sitting.prompt.as_str();
    let answer =
        app.face.compare(sitting.id_number, sitting.name, taken.picture, sitting.prompt).await;
    match answer {
        Ok(found) if asked && found.live && passes(app, found) => {
            // The day counts what failed: whoever proves themselves often is not locked out.
            throttle::give_back(app, vec![a_day]).await?;
            Ok(Scored::Matched(found))
        }
        Ok(found) => {
            let left = left(app, sitting.tries.clone(), sitting.now).await?;
            Ok(Scored::Failed { trouble: Box::new(failed(app, found, &sitting)), left })
        }
        Err(error) => {
            throttle::give_back(app, limits).await?;
            Ok(Scored::Unscored(Box::new(unscored(error, &sitting))))
        }
    }
}

fn passes(app: &App, found: FaceAnswer) -> bool {
    found.score.value() >= app.config.limits.face_pass
}

fn failed(app: &App, found: FaceAnswer, sitting: &Sitting<'_>) -> Trouble {
    if found.live && found.score.value() >= app.config.limits.face_retry {
        trouble(sitting.reference, "FACE_UNCLEAR", (sitting.words.unclear)())
    } else {
        trouble(sitting.reference, "FACE_NOT_MATCHED", (sitting.words.failed)())
    }
}

fn unscored(error: FaceError, sitting: &Sitting<'_>) -> Trouble {
    let reference = sitting.reference;
    match error {
        FaceError::NotAPicture(_) => {
            trouble(reference, "PORTRAIT_UNUSABLE", messages::portrait_unusable())
        }
        FaceError::NoPortrait => trouble(reference, "NO_PORTRAIT", (sitting.words.no_portrait)()),
        FaceError::Down(down) => {
            let _ = AppError::from(down);
            Trouble::down(Problem::new("FACE_UNAVAILABLE", reference, messages::face_down()))
        }
    }
}
