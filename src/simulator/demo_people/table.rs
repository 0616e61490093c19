//! The table of demo people, a line each; what most of them share is in [`USUAL`].

use super::Story;
use crate::domain::citizen::{PhysicalCardState, VitalState};

/// The registry still holds this number for the person who changed theirs.
pub(super) const OLD_MOBILE: &str = "13900000014";

pub(super) enum Born {
    /// `YYYYMMDD`.
    On(&'static str),
    TenYearsAgo,
    /// The 19th birthday is one or two months away.
    NineteenSoon,
}

pub(super) struct Row {
    pub(super) story: Story,
    pub(super) name: &'static str,
    /// The first six digits of the ID number.
    pub(super) region: &'static str,
    pub(super) born: Born,
    /// Digits 15 to 17; the last is odd for men.
    pub(super) serial: &'static str,
    pub(super) hukou: Option<&'static str>,
    pub(super) ethnicity: Option<&'static str>,
    pub(super) vital: VitalState,
    pub(super) card: Option<PhysicalCardState>,
    pub(super) pension_since: Option<&'static str>,
    pub(super) medical_since: Option<&'static str>,
    pub(super) portrait_seed: u64,
}

const USUAL: Row = Row {
    story: Story::Adult,
    name: "",
    region: "110101",
    born: Born::TenYearsAgo,
    serial: "",
    hukou: Some("110101"),
    ethnicity: Some("01"),
    vital: VitalState::Alive,
    card: Some(PhysicalCardState::Normal),
    pension_since: Some("2015-07"),
    medical_since: Some("2015-07"),
    portrait_seed: 0,
};

pub(super) static ROWS: [Row; 16] = [
    Row {
        story: Story::RareCharacter,
        name: "王䶮",
        region: "110101",
        born: Born::On("19900307"),
        serial: "002",
        pension_since: Some("2010-07"),
        medical_since: Some("2024-01"),
        portrait_seed: 19,
        ..USUAL
    },
    Row {
        story: Story::Adult,
        name: "李明",
        region: "110105",
        born: Born::On("19850615"),
        serial: "003",
        hukou: Some("110105"),
        pension_since: Some("2008-03"),
        medical_since: Some("2008-03"),
        portrait_seed: 4,
        ..USUAL
    },
    Row {
        story: Story::DottedName,
        name: "阿依古丽·买买提",
        region: "650102",
        born: Born::On("19920408"),
        serial: "002",
        hukou: Some("650102"),
        ethnicity: Some("05"),
        portrait_seed: 8,
        ..USUAL
    },
    Row {
        story: Story::Face74,
        name: "赵志强",
        region: "110101",
        born: Born::On("19880811"),
        serial: "071",
        portrait_seed: 6,
        ..USUAL
    },
    Row {
        story: Story::FaceNeverMatches,
        name: "孙丽",
        region: "110102",
        born: Born::On("19910923"),
        serial: "072",
        portrait_seed: 9,
        ..USUAL
    },
    Row {
        story: Story::NoPhysicalCard,
        name: "周建国",
        region: "110106",
        born: Born::On("19791105"),
        serial: "013",
        card: None,
        portrait_seed: 12,
        ..USUAL
    },
    Row {
        story: Story::CardSealed,
        name: "吴秀英",
        region: "110108",
        born: Born::On("19830214"),
        serial: "026",
        card: Some(PhysicalCardState::Sealed),
        portrait_seed: 2,
        ..USUAL
    },
    Row {
        story: Story::CardLostByPhone,
        name: "郑浩",
        region: "110105",
        born: Born::On("19950519"),
        serial: "031",
        card: Some(PhysicalCardState::TemporarilyLost),
        portrait_seed: 15,
        ..USUAL
    },
    Row {
        story: Story::MinorWithGuardian,
        name: "李小宝",
        region: "110105",
        born: Born::TenYearsAgo,
        serial: "015",
        hukou: Some("110105"),
        pension_since: None,
        medical_since: Some("2020-09"),
        portrait_seed: 16,
        ..USUAL
    },
    Row {
        story: Story::MinorCardEnding,
        name: "冯雨桐",
        region: "110102",
        born: Born::NineteenSoon,
        serial: "024",
        pension_since: None,
        medical_since: Some("2014-09"),
        portrait_seed: 10,
        ..USUAL
    },
    Row {
        story: Story::ForeignPermanentResident,
        name: "SERIKOVA AIGERIM",
        region: "911398",
        born: Born::On("19901231"),
        serial: "002",
        hukou: None,
        ethnicity: None,
        pension_since: Some("2019-05"),
        medical_since: Some("2019-05"),
        portrait_seed: 24,
        ..USUAL
    },
    Row {
        story: Story::HongKongPermit,
        name: "陈嘉欣",
        region: "810000",
        born: Born::On("19940823"),
        serial: "002",
        hukou: None,
        pension_since: Some("2020-02"),
        medical_since: Some("2020-02"),
        portrait_seed: 21,
        ..USUAL
    },
    Row {
        story: Story::Deceased,
        name: "蒋德福",
        region: "110101",
        born: Born::On("19401001"),
        serial: "011",
        vital: VitalState::Deceased,
        pension_since: None,
        medical_since: None,
        portrait_seed: 14,
        ..USUAL
    },
    Row {
        story: Story::MovedPhone,
        name: "沈静",
        region: "110106",
        born: Born::On("19620330"),
        serial: "022",
        pension_since: Some("1992-10"),
        medical_since: Some("2001-04"),
        portrait_seed: 13,
        ..USUAL
    },
    Row {
        story: Story::RegistryDown,
        name: "韩磊",
        region: "110101",
        born: Born::On("19870707"),
        serial: "091",
        portrait_seed: 5,
        ..USUAL
    },
    Row {
        story: Story::SmsDown,
        name: "杨帆",
        region: "110108",
        born: Born::On("19960616"),
        serial: "092",
        portrait_seed: 1,
        ..USUAL
    },
];
