//! The one enum that says where a claim stands.

use super::closing::{Activated, CodeSent, CounterProved, Faced, Issued, Locked, ManualReview};
use super::steps::{Consented, FaceConsented, LoggedIn, Named, Started};
use serde::{Deserialize, Serialize};

/// Where a claim stands, with what it has gathered until there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// Nothing agreed to, nothing processed.
    Started(Started),
    /// "Allow" was pressed.
    Consented(Consented),
    /// An account is logged in.
    LoggedIn(LoggedIn),
    /// Name and number belong together.
    Named(Named),
    /// The separate consent to processing the face was given.
    FaceConsented(FaceConsented),
    /// The face matched.
    Faced(Faced),
    /// A counter vouched instead of a face match.
    CounterProved(CounterProved),
    /// An activation code is on its way to the registered mobile number.
    CodeSent(CodeSent),
    /// The code was entered.
    Activated(Activated),
    /// The card exists.
    Issued(Issued),
    /// A person has to look at it.
    ManualReview(ManualReview),
    /// Refused, by the citizen or by staff.
    Refused,
    /// The time ran out.
    Expired,
    /// Too many tries.
    Locked(Locked),
}

/// A stage without its data: what tables and pages go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StageName {
    /// See [`Stage::Started`].
    Started,
    /// See [`Stage::Consented`].
    Consented,
    /// See [`Stage::LoggedIn`].
    LoggedIn,
    /// See [`Stage::Named`].
    Named,
    /// See [`Stage::FaceConsented`].
    FaceConsented,
    /// See [`Stage::Faced`] and [`Stage::CounterProved`].
    Proved,
    /// See [`Stage::CodeSent`].
    CodeSent,
    /// See [`Stage::Activated`].
    Activated,
    /// See [`Stage::Issued`].
    Issued,
    /// See [`Stage::ManualReview`].
    ManualReview,
    /// See [`Stage::Refused`].
    Refused,
    /// See [`Stage::Expired`].
    Expired,
    /// See [`Stage::Locked`].
    Locked,
}

impl Stage {
    /// The stage's name.
    pub fn name(&self) -> StageName {
        match self {
            Self::Started(_) => StageName::Started,
            Self::Consented(_) => StageName::Consented,
            Self::LoggedIn(_) => StageName::LoggedIn,
            Self::Named(_) => StageName::Named,
            Self::FaceConsented(_) => StageName::FaceConsented,
            Self::Faced(_) | Self::CounterProved(_) => StageName::Proved,
            Self::CodeSent(_) => StageName::CodeSent,
            Self::Activated(_) => StageName::Activated,
            Self::Issued(_) => StageName::Issued,
            Self::ManualReview(_) => StageName::ManualReview,
            Self::Refused => StageName::Refused,
            Self::Expired => StageName::Expired,
            Self::Locked(_) => StageName::Locked,
        }
    }

    /// Whether time can still end a claim at this stage: one that has ended cannot expire. One that
    /// waits for staff can, after a longer time.
    pub fn expires(&self) -> bool {
        !matches!(self, Self::Issued(_) | Self::Refused | Self::Expired | Self::Locked(_))
    }
}

impl StageName {
    /// The name as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Consented => "consented",
            Self::LoggedIn => "logged_in",
            Self::Named => "named",
            Self::FaceConsented => "face_consented",
            Self::Proved => "proved",
            Self::CodeSent => "code_sent",
            Self::Activated => "activated",
            Self::Issued => "issued",
            Self::ManualReview => "manual_review",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Locked => "locked",
        }
    }
}

macro_rules! into_stage {
    ($($name:ident),+ $(,)?) => {$(
        impl From<$name> for Stage {
            fn from(stage: $name) -> Self {
                Self::$name(stage)
            }
        }
    )+};
}

into_stage!(
    Started,
    Consented,
    LoggedIn,
    Named,
    FaceConsented,
    Faced,
    CounterProved,
    CodeSent,
    Activated,
    Issued,
    ManualReview,
    Locked,
);
