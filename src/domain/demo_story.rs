//! The stories that the demo people tell: known to the simulators that play them and to the page
//! that lists them.

/// What a demo person is there to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Story {
    /// Claims, with a character in the name that many systems lose.
    RareCharacter,
    /// Claims.
    Adult,
    /// Claims, with `·` in the name.
    DottedName,
    /// Scores 74 at the face match.
    Face74,
    /// Fails the face match whatever is sent.
    FaceNeverMatches,
    /// Has no physical card.
    NoPhysicalCard,
    /// Has a physical card that is not activated.
    CardSealed,
    /// Has reported the physical card lost by phone.
    CardLostByPhone,
    /// Is ten years old; [`Story::Adult`] is the guardian.
    MinorWithGuardian,
    /// Holds a minor card that stops within 90 days.
    MinorCardEnding,
    /// Has the permanent residence of a foreigner.
    ForeignPermanentResident,
    /// Has a residence permit for Hong Kong residents.
    HongKongPermit,
    /// Has died.
    Deceased,
    /// Logs in with another mobile number than the registry holds.
    MovedPhone,
    /// Cannot be found while the registry is down.
    RegistryDown,
    /// Gets no messages while the SMS gateway is down.
    SmsDown,
}

impl Story {
    /// Every story, in the order of the accounts.
    pub const ALL: [Self; 16] = [
        Self::RareCharacter,
        Self::Adult,
        Self::DottedName,
        Self::Face74,
        Self::FaceNeverMatches,
        Self::NoPhysicalCard,
        Self::CardSealed,
        Self::CardLostByPhone,
        Self::MinorWithGuardian,
        Self::MinorCardEnding,
        Self::ForeignPermanentResident,
        Self::HongKongPermit,
        Self::Deceased,
        Self::MovedPhone,
        Self::RegistryDown,
        Self::SmsDown,
    ];

    /// The story's key in catalogues and templates.
    pub const fn key(self) -> &'static str {
        match self {
            Self::RareCharacter => "rare-character",
            Self::Adult => "adult",
            Self::DottedName => "dotted-name",
            Self::Face74 => "face-74",
            Self::FaceNeverMatches => "face-never-matches",
            Self::NoPhysicalCard => "no-physical-card",
            Self::CardSealed => "card-sealed",
            Self::CardLostByPhone => "card-lost-by-phone",
            Self::MinorWithGuardian => "minor-with-guardian",
            Self::MinorCardEnding => "minor-card-ending",
            Self::ForeignPermanentResident => "foreign-permanent-resident",
            Self::HongKongPermit => "hong-kong-permit",
            Self::Deceased => "deceased",
            Self::MovedPhone => "moved-phone",
            Self::RegistryDown => "registry-down",
            Self::SmsDown => "sms-down",
        }
    }
}

impl std::fmt::Display for Story {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}
