//! The demonstration's own pages; none of them exists in production.

use super::problem::{FieldMessages, Problem};
use crate::web::cx::Cx;
use askama::Template;

/// The story a demo person tells, in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    /// An adult who can claim.
    Adult,
    /// A name with a character outside the basic plane.
    RareCharacter,
    /// A name with a dot.
    DottedName,
    /// A face that scores 74.
    DimFace,
    /// A face that never matches.
    OtherFace,
    /// No physical card.
    NoCard,
    /// A card still sealed.
    SealedCard,
    /// A card reported lost by phone.
    LostCard,
    /// A minor of ten with a guardian.
    Minor,
    /// A minor card about to stop.
    MinorStopping,
    /// A foreigner with permanent residence.
    Foreigner,
    /// A resident of Hong Kong with a residence permit.
    HongKong,
    /// Registered as deceased.
    Deceased,
    /// No longer uses the number on file.
    MovedPhone,
    /// The registry does not answer.
    RegistryDown,
    /// The SMS gateway does not answer.
    SmsDown,
}

impl Story {
    /// Every story.
    pub const ALL: [Self; 16] = [
        Self::Adult,
        Self::RareCharacter,
        Self::DottedName,
        Self::DimFace,
        Self::OtherFace,
        Self::NoCard,
        Self::SealedCard,
        Self::LostCard,
        Self::Minor,
        Self::MinorStopping,
        Self::Foreigner,
        Self::HongKong,
        Self::Deceased,
        Self::MovedPhone,
        Self::RegistryDown,
        Self::SmsDown,
    ];

    const fn title(self) -> &'static str {
        match self {
            Self::Adult => "story-adult",
            Self::RareCharacter => "story-rare-character",
            Self::DottedName => "story-dotted-name",
            Self::DimFace => "story-dim-face",
            Self::OtherFace => "story-other-face",
            Self::NoCard => "story-no-card",
            Self::SealedCard => "story-sealed-card",
            Self::LostCard => "story-lost-card",
            Self::Minor => "story-minor",
            Self::MinorStopping => "story-minor-stopping",
            Self::Foreigner => "story-foreigner",
            Self::HongKong => "story-hong-kong",
            Self::Deceased => "story-deceased",
            Self::MovedPhone => "story-moved-phone",
            Self::RegistryDown => "story-registry-down",
            Self::SmsDown => "story-sms-down",
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Adult | Self::RareCharacter | Self::DottedName => "story-ends-card",
            Self::Foreigner | Self::HongKong => "story-ends-card",
            Self::DimFace => "story-ends-dim-face",
            Self::OtherFace => "story-ends-other-face",
            Self::NoCard => "story-ends-no-card",
            Self::SealedCard => "story-ends-sealed-card",
            Self::LostCard => "story-ends-lost-card",
            Self::Minor => "story-ends-minor",
            Self::MinorStopping => "story-ends-minor-stopping",
            Self::Deceased => "story-ends-deceased",
            Self::MovedPhone => "story-ends-moved-phone",
            Self::RegistryDown => "story-ends-registry-down",
            Self::SmsDown => "story-ends-sms-down",
        }
    }
}

/// One person of the demonstration. Nobody real.
#[derive(Clone)]
pub struct DemoPerson {
    /// The full name.
    pub name: String,
    /// The full ID number.
    pub id_number: String,
    /// The full mobile number: the account.
    pub mobile: String,
    /// What will happen.
    pub story: Story,
}

/// `/demo`: who can I be, what can I try.
#[derive(Clone, Template)]
#[template(path = "demo/people.html")]
pub struct PeoplePage {
    /// The page context.
    pub cx: Cx,
    /// The people, in the order of the list.
    pub people: Vec<DemoPerson>,
    /// The password all of them share.
    pub password: String,
}

/// One message of the simulated phone.
#[derive(Clone)]
pub struct DemoSms {
    /// The text.
    pub text: String,
    /// When it was sent, by `Lang::minute`.
    pub sent_at: String,
}

/// `/demo/phone`: the simulated phone.
#[derive(Clone, Template)]
#[template(path = "demo/phone.html")]
pub struct PhonePage {
    /// The page context.
    pub cx: Cx,
    /// The number asked for; empty before one is.
    pub number: String,
    /// Its messages, newest first.
    pub messages: Vec<DemoSms>,
}

/// `/demo/portrait`: make your own photo a demo person's portrait.
#[derive(Clone, Template)]
#[template(path = "demo/portrait.html")]
pub struct PortraitPage {
    /// The page context.
    pub cx: Cx,
    /// What to mend.
    pub problem: Option<Problem>,
    /// ID number and name of everybody whose portrait may be replaced; field `id_number`.
    pub people: Vec<(String, String)>,
    /// The name of the person whose portrait was just replaced.
    pub done_for: Option<String>,
}
