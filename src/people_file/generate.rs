//! Made-up people, as many as wanted: the same ones for the same seed.

use super::insurance::{Kinds, Months};
use super::line::{Account, Card, Line, Wrong};
use crate::domain::citizen::{CardType, PhysicalCardState, VitalState};
use crate::simulator::demo_people::check_character;
use time::{Date, Duration, Month};

/// One district of every province (GB/T 2260).
const REGIONS: [&str; 31] = [
    "110101", "120101", "130102", "140105", "150102", "210102", "220102", "230102", "310101",
    "320102", "330102", "340102", "350102", "360102", "370102", "410102", "420102", "430102",
    "440103", "450102", "460105", "500101", "510104", "520102", "530102", "540102", "610102",
    "620102", "630102", "640104", "650102",
];
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈";
const GIVEN: &str = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国文辉玉梅红春燕玲宇浩然子涵欣怡梓萱雨桐佳琪博思远晨曦";
/// Characters beyond the everyday sets: two of extension A and B, and others seldom met.
const RARE: [&str; 6] = ["䶮", "𠮷", "喆", "淼", "㛃", "堃"];
const DOTTED: [&str; 4] = ["买买提·吐尔逊", "阿依古丽·艾合买提", "扎西·多吉", "迪丽热巴·库尔班"];
const BANKS: [&str; 6] = ["ICBC", "CCB", "ABC", "BOC", "BCM", "PSBC"];

/// Days of birth from 1945 on.
const DAYS: u64 = 27_000;
/// Serials 100 to 999: those below belong to hand-made people.
const SERIALS: u64 = 900;
const NUMBERS: u64 = DAYS * 31 * SERIALS;
const MOBILES: u64 = 1_000_000_000;
/// A prime, so that multiples of it meet every residue once.
const STRIDE: u64 = 2_654_435_761;

/// Makes people.
#[derive(Clone, Debug)]
pub struct Generator {
    seed: u64,
    today: Date,
    password_hash: String,
}

/// Well-mixed bits (SplitMix64).
fn mixed(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = mixed(self.0);
        self.0 % bound.max(1)
    }

    fn character(&mut self, of: &str) -> char {
        let count = of.chars().count() as u64;
        of.chars().nth(self.below(count) as usize).unwrap_or('王')
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of.get(self.below(of.len() as u64) as usize).copied().unwrap_or_default()
    }
}

impl Generator {
    /// The most people one seed gives: each has an identity number of their own.
    pub const MOST: u64 = NUMBERS;

    /// People as of `today`; every account opens with the password of `password_hash`.
    pub fn new(seed: u64, today: Date, password_hash: String) -> Self {
        Self { seed, today, password_hash }
    }

    /// The person of that number: no two numbers below [`Self::MOST`] share an identity
    /// number, a mobile or a card.
    ///
    /// # Errors
    /// [`Wrong`] when the calendar has no such day.
    pub fn line(&self, number: u64) -> Result<Line, Wrong> {
        let mut dice = Dice(mixed(self.seed) ^ number);
        let place =
            (number.wrapping_mul(STRIDE).wrapping_add(mixed(self.seed) % NUMBERS)) % NUMBERS;
        let (id_number, birth, region) = identity(place)?;
        let minor = (self.today - birth).whole_days() < 16 * 365 + 4;
        let mobile = (number.wrapping_mul(STRIDE) + mixed(!self.seed) % MOBILES) % MOBILES;
        let state = match dice.below(200) {
            0 => VitalState::Deceased,
            1 => VitalState::Emigrated,
            _ => VitalState::Alive,
        };
        Ok(Line {
            sex: Some(if place % 2 == 1 { "1" } else { "2" }.to_owned()),
            id_number,
            name: name(&mut dice),
            ethnicity: Some(if dice.below(12) == 0 { "03" } else { "01" }.to_owned()),
            hukou: Some(region.to_owned()),
            mobile: Some(format!("19{mobile:09}")),
            portrait: Some(format!("drawn:{}", self.seed.wrapping_add(number))),
            state: Some(state),
            account: Some(Account {
                password: None,
                password_hash: Some(self.password_hash.clone()),
            }),
            physical_card: card(&mut dice, number, region, minor),
            insurance: Some(self.insurance(&mut dice, birth, minor)),
        })
    }

    fn insurance(&self, dice: &mut Dice, birth: Date, minor: bool) -> Kinds {
        let until = format!("{}-{:02}", self.today.year(), u8::from(self.today.month()));
        let since = |year: i32| {
            let year = year.clamp(1995, self.today.year() - 1);
            Months { months: vec![format!("{year}-07/{until}")] }
        };
        let working = birth.year() + 18 + i32::try_from(dice.below(8)).unwrap_or(0);
        Kinds {
            pension: (!minor && working < self.today.year()).then(|| since(working)),
            medical: Some(since(birth.year())),
            ..Kinds::default()
        }
    }
}

fn identity(place: u64) -> Result<(String, Date, &'static str), Wrong> {
    let (serial, rest) = (100 + place % SERIALS, place / SERIALS);
    let (region, day) = (rest % 31, rest / 31);
    let region = REGIONS.get(region as usize).copied().unwrap_or("110101");
    let first = Date::from_calendar_date(1945, Month::January, 1);
    let days = Duration::days(i64::try_from(day).unwrap_or(0));
    let birth = first
        .ok()
        .and_then(|first| first.checked_add(days))
        .ok_or_else(|| Wrong::new("no such day"))?;
    let (year, month, day) = (birth.year(), u8::from(birth.month()), birth.day());
    let digits = format!("{region}{year:04}{month:02}{day:02}{serial:03}");
    let check = check_character(&digits);
    Ok((format!("{digits}{check}"), birth, region))
}

fn name(dice: &mut Dice) -> String {
    match dice.below(100) {
        0 => dice.one(&DOTTED).to_owned(),
        1 => format!("{}{}", dice.character(SURNAMES), dice.one(&RARE)),
        n if n < 30 => format!("{}{}", dice.character(SURNAMES), dice.character(GIVEN)),
        _ => {
            let surname = dice.character(SURNAMES);
            format!("{surname}{}{}", dice.character(GIVEN), dice.character(GIVEN))
        }
    }
}

fn card(dice: &mut Dice, number: u64, region: &str, minor: bool) -> Option<Card> {
    let state = match dice.below(100) {
        0..=3 => return None,
        4..=5 => PhysicalCardState::Sealed,
        6 => PhysicalCardState::Applied,
        7 => PhysicalCardState::TemporarilyLost,
        8 => PhysicalCardState::Lost,
        9 => PhysicalCardState::Cancelled,
        _ => PhysicalCardState::Normal,
    };
    Some(Card {
        number: format!("G{number:09}"),
        region: format!("{}00", region.get(..4).unwrap_or("1101")),
        bank: dice.one(&BANKS).to_owned(),
        card_type: if minor { CardType::Minor } else { CardType::Adult },
        state,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::path::Path;

    const HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng";

    fn generator(seed: u64) -> Generator {
        let today = Date::from_calendar_date(2026, Month::November, 23).unwrap();
        Generator::new(seed, today, HASH.to_owned())
    }

    #[test]
    fn everybody_is_valid_and_nobody_is_twice() {
        let generator = generator(7);
        let (mut ids, mut mobiles) = (HashSet::new(), HashSet::new());
        for number in 0..20_000 {
            let line = generator.line(number).unwrap();
            assert!(ids.insert(line.id_number.clone()));
            assert!(mobiles.insert(line.mobile.clone()));
            let checked = line.check(Path::new("."), generator.today);
            assert!(checked.is_ok(), "{number}: {:?}", checked.err());
        }
    }

    #[test]
    fn a_seed_decides_everything() {
        let text = |seed| serde_json::to_string(&generator(seed).line(3).unwrap()).unwrap();
        assert_eq!(text(1), text(1));
        assert_ne!(text(1), text(2));
    }

    #[test]
    fn rare_and_dotted_names_are_among_them() {
        let generator = generator(1);
        let names: Vec<String> = (0..2_000).map(|n| generator.line(n).unwrap().name).collect();
        assert!(names.iter().any(|name| name.contains('·')));
        assert!(names.iter().any(|name| name.contains('𠮷')));
    }
}
