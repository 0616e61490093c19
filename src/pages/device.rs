//! What a citizen sees of a device that asks by a code (RFC 8628).

use super::problem::{FieldMessages, Problem};
use crate::web::cx::Cx;
use askama::Template;

/// `/device`: type the code that the other screen shows.
#[derive(Clone, Template)]
#[template(path = "oauth/device.html")]
pub struct DeviceCodePage {
    /// The page context.
    pub cx: Cx,
    /// What to mend.
    pub problem: Option<Problem>,
    /// The code as it was typed, or as the address brought it.
    pub user_code: String,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceEnd {
    /// The device may go on.
    Allowed,
    /// The citizen refused.
    Refused,
    /// There is no card yet that anything could be allowed with.
    NoCard,
}

impl DeviceEnd {
    const fn title(self) -> &'static str {
        match self {
            Self::Allowed => "device-allowed-title",
            Self::Refused => "device-refused-title",
            Self::NoCard => "device-no-card-title",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Allowed => "device-allowed-text",
            Self::Refused => "device-refused-text",
            Self::NoCard => "device-no-card-text",
        }
    }

    const fn tone(self) -> &'static str {
        match self {
            Self::Allowed => "calm",
            Self::Refused | Self::NoCard => "wait",
        }
    }

    const fn symbol(self) -> &'static str {
        match self {
            Self::Allowed => "check",
            Self::Refused => "info",
            Self::NoCard => "wait",
        }
    }
}

/// Back to the device.
#[derive(Clone, Template)]
#[template(path = "oauth/device_end.html")]
pub struct DeviceEndPage {
    /// The page context.
    pub cx: Cx,
    /// How it ended.
    pub end: DeviceEnd,
    /// Whose device it is, in the page's language.
    pub partner: String,
    /// Where a card is claimed, and what leads back here.
    pub claim_href: String,
}
