use super::*;
use proptest::prelude::*;
use serde::Deserialize;
use time::macros::date;

const TODAY: Date = date!(2026 - 03 - 01);

#[derive(Deserialize)]
struct Vectors {
    today: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    input: String,
    expect: String,
}

fn verdict(input: &str) -> &'static str {
    IdNumber::parse(input, TODAY).map_or_else(IdNumberError::code, |_| "OK")
}

/// The region, date and sequence with the check character that belongs to them.
fn complete(body: &str) -> String {
    let matching = |check: &char| check::sum(&format!("{body}{check}")).is_ok();
    let check = "0123456789X".chars().find(matching).unwrap();
    format!("{body}{check}")
}

#[test]
fn every_vector_gets_the_verdict_it_names() {
    let text = include_str!("../../../tests/vectors/id_numbers.json");
    let vectors: Vectors = serde_json::from_str(text).unwrap();
    assert_eq!(vectors.today, TODAY.to_string());
    for case in vectors.cases {
        assert_eq!(verdict(&case.input), case.expect, "{}", case.input);
    }
}

#[test]
fn separators_and_invisible_characters_do_not_matter() {
    for typed in [
        "\u{FEFF}110105-19491231-002x",
        "110105\u{3000}19491231\u{3000}002ｘ",
        "110105\u{2212}19491231\u{2014}002X",
        "1101051949\u{200B}1231\u{2060}002\u{AD}X\n",
        "\u{202D}11010519491231002X\u{202C}",
    ] {
        let number = IdNumber::parse(typed, TODAY).unwrap();
        assert_eq!(number.as_str(), "11010519491231002X");
    }
}

#[test]
fn a_number_of_another_make_is_no_number() {
    for typed in ["", "X", "11010519491231002XX", "1101051949123100X2", "11010519491231002Х"] {
        assert_eq!(verdict(typed), "ID_FORMAT", "{typed}");
    }
    assert_eq!(verdict("١١٠١٠١١٩٩٠٠٣٠٧٠٠١١"), "ID_FORMAT");
    assert_eq!(verdict("010105491231002"), "ID_FORMAT");
    assert_eq!(verdict("11010549123100X"), "ID_FORMAT");
}

#[test]
fn the_first_failing_check_is_named() {
    assert_eq!(verdict("9999991990130100YY"), "ID_FORMAT");
    assert_eq!(verdict("999999199013010012"), "ID_REGION");
    assert_eq!(verdict("110101199013010019"), "ID_BIRTHDATE");
    assert_eq!(verdict("110101209902300010"), "ID_BIRTHDATE");
}

#[test]
fn a_region_must_be_known() {
    for region in ["160101", "710101", "660101", "810001", "840000", "911000", "911999", "981840"] {
        assert_eq!(verdict(&complete(&format!("{region}19900307001"))), "ID_REGION", "{region}");
    }
    assert_eq!(verdict(&complete("11999919900307001")), "OK", "an old county");
}

#[test]
fn birth_today_is_possible_and_tomorrow_is_not() {
    assert_eq!(verdict(&complete("11010120260301001")), "OK");
    assert_eq!(verdict(&complete("11010120260302001")), "ID_BIRTH_FUTURE");
}

#[test]
fn nobody_is_older_than_130_years() {
    assert_eq!(verdict(&complete("11010118960301001")), "OK");
    assert_eq!(verdict(&complete("11010118960228001")), "ID_BIRTHDATE");
}

#[test]
fn a_century_is_a_leap_year_only_every_fourth_time() {
    assert_eq!(verdict(&complete("11010120000229001")), "OK");
    assert_eq!(verdict(&complete("11010119000229001")), "ID_BIRTHDATE");
}

#[test]
fn a_number_tells_birth_sex_age_and_document() {
    let number = IdNumber::parse("11010519491231002X", TODAY).unwrap();
    assert_eq!(number.birth_date(), date!(1949 - 12 - 31));
    assert_eq!(number.sex(), Sex::Female);
    assert_eq!(number.age_on(TODAY), 76);
    assert_eq!(number.kind(), IdKind::ResidentIdentity);
    let male = IdNumber::parse("110101199003070011", TODAY).unwrap();
    assert_eq!(male.sex(), Sex::Male);
    let kind = |text| IdNumber::parse(text, TODAY).unwrap().kind();
    assert_eq!(kind("830000199201300022"), IdKind::HkMoTwPermit);
    assert_eq!(kind("931840197912240038"), IdKind::ForeignPermanentResident);
}

#[test]
fn a_number_shows_itself_only_masked() {
    let number = IdNumber::parse("11010519491231002x", TODAY).unwrap();
    assert_eq!(number.masked(), "110***********002X");
    assert_eq!(format!("{number:?}"), "IdNumber(…)");
}

#[test]
fn a_stored_number_comes_back_and_a_damaged_one_does_not() {
    let number = IdNumber::parse("110101199003070011", TODAY).unwrap();
    let json = serde_json::to_string(&number).unwrap();
    assert_eq!(json, r#""110101199003070011""#);
    assert_eq!(serde_json::from_str::<IdNumber>(&json).unwrap(), number);
    let damaged = serde_json::from_str::<IdNumber>(r#""110101199003070012""#).unwrap_err();
    assert!(!damaged.to_string().contains("110101"));
    assert_eq!(IdNumber::from_stored("x".to_owned()), Err(IdNumberError::Format));
}

prop_compose! {
    fn body()(
        region in prop::sample::select(vec!["110105", "650102", "810000", "931840"]),
        year in 1897..2026i32, month in 1..=12u8, day in 1..=28u8, sequence in 0..1000u16,
    ) -> String {
        format!("{region}{year:04}{month:02}{day:02}{sequence:03}")
    }
}

proptest! {
    #[test]
    fn exactly_one_check_character_passes(body in body()) {
        let verdicts: Vec<_> =
            "0123456789X".chars().map(|check| verdict(&format!("{body}{check}"))).collect();
        prop_assert_eq!(verdicts.iter().filter(|v| **v == "OK").count(), 1);
        prop_assert_eq!(verdicts.iter().filter(|v| **v == "ID_CHECKSUM").count(), 10);
    }

    #[test]
    fn one_mistyped_digit_of_the_sequence_is_noticed(body in body(), at in 14..17usize, by in 1..10u8) {
        let mut typed = complete(&body).into_bytes();
        typed[at] = b'0' + (typed[at] - b'0' + by) % 10;
        prop_assert_eq!(verdict(&String::from_utf8(typed).unwrap()), "ID_CHECKSUM");
    }

    #[test]
    fn a_printed_number_reads_as_itself(body in body()) {
        let number = IdNumber::parse(&complete(&body), TODAY).unwrap();
        prop_assert_eq!(&IdNumber::parse(number.as_str(), TODAY).unwrap(), &number);
        prop_assert_eq!(&IdNumber::from_stored(number.as_str().to_owned()).unwrap(), &number);
        prop_assert_eq!(number.masked().chars().filter(|c| *c == '*').count(), 11);
    }

    #[test]
    fn no_input_panics(input in any::<String>(), near in "[0-9xX１９ -]{14,20}") {
        let _ = (verdict(&input), verdict(&near));
        let _ = (IdNumber::from_stored(input), IdNumber::from_stored(near));
    }
}
