//! The demonstration's own pages; none of them exists in production.

use super::problem::{FieldMessages, Problem};
use crate::domain::demo_story::Story;
use crate::web::cx::Cx;
use askama::Template;

/// How the pages speak of a [`Story`].
trait StoryWords {
    fn title(self) -> &'static str;
    fn ending(self) -> &'static str;
}

impl StoryWords for Story {
    fn title(self) -> &'static str {
        match self {
            Self::Adult => "story-adult",
            Self::RareCharacter => "story-rare-character",
            Self::DottedName => "story-dotted-name",
            Self::Face74 => "story-dim-face",
            Self::FaceNeverMatches => "story-other-face",
            Self::NoPhysicalCard => "story-no-card",
            Self::CardSealed => "story-sealed-card",
            Self::CardLostByPhone => "story-lost-card",
            Self::MinorWithGuardian => "story-minor",
            Self::MinorCardEnding => "story-minor-stopping",
            Self::ForeignPermanentResident => "story-foreigner",
            Self::HongKongPermit => "story-hong-kong",
            Self::Deceased => "story-deceased",
            Self::MovedPhone => "story-moved-phone",
            Self::RegistryDown => "story-registry-down",
            Self::SmsDown => "story-sms-down",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Adult | Self::RareCharacter | Self::DottedName => "story-ends-card",
            Self::ForeignPermanentResident | Self::HongKongPermit => "story-ends-card",
            Self::Face74 => "story-ends-dim-face",
            Self::FaceNeverMatches => "story-ends-other-face",
            Self::NoPhysicalCard => "story-ends-no-card",
            Self::CardSealed => "story-ends-sealed-card",
            Self::CardLostByPhone => "story-ends-lost-card",
            Self::MinorWithGuardian => "story-ends-minor",
            Self::MinorCardEnding => "story-ends-minor-stopping",
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
    /// The registered mobile number: where the activation code goes.
    pub inbox: String,
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
    /// The demo's partner app, where it runs.
    pub partner: Option<String>,
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
