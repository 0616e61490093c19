use super::*;
use proptest::prelude::*;

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    input: String,
    normal: Option<String>,
    masked: Option<String>,
}

#[test]
fn every_vector_reads_as_it_says() {
    let text = include_str!("../../../tests/vectors/mobile_numbers.json");
    let vectors: Vectors = serde_json::from_str(text).unwrap();
    assert!(!vectors.cases.is_empty());
    for case in vectors.cases {
        let number = MobileNumber::parse(&case.input).ok();
        assert_eq!(number.as_ref().map(|n| n.as_str().to_owned()), case.normal, "{}", case.input);
        assert_eq!(number.as_ref().map(MobileNumber::masked), case.masked, "{}", case.input);
    }
}

#[test]
fn separators_and_the_calling_code_do_not_matter() {
    for typed in [
        "(+86) 138 0000 1234",
        "（＋８６）１３８－００００－１２３４",
        "86-138\u{2011}0000\u{2212}1234",
        "\u{202D}+86\u{A0}13800001234\u{202C}",
        "0086\u{3000}138\u{200B}00001234\u{FEFF}",
    ] {
        assert_eq!(MobileNumber::parse(typed).unwrap().e164(), "+8613800001234", "{typed}");
    }
}

#[test]
fn each_refusal_says_why() {
    let code = |typed| MobileNumber::parse(typed).unwrap_err().code();
    assert_eq!(code(" \u{3000}-"), "MOBILE_EMPTY");
    for typed in ["+85261234567", "0085261234567", "+13800001234"] {
        assert_eq!(code(typed), "MOBILE_NOT_MAINLAND", "{typed}");
    }
    for typed in ["+86", "+86+8613800001234", "868613800001234", "1380000123４５", "138.0000.1234"]
    {
        assert_eq!(code(typed), "MOBILE_FORMAT", "{typed}");
    }
    assert_eq!(code("13800001234 ext. 12345678"), "MOBILE_FORMAT");
    assert_eq!(code("١٣٨٠٠٠٠١٢٣٤"), "MOBILE_FORMAT");
}

#[test]
fn a_number_prints_as_an_ellipsis() {
    let number = MobileNumber::parse("13800001234").unwrap();
    assert_eq!(format!("{number:?}"), "MobileNumber(…)");
}

#[test]
fn a_stored_number_comes_back_and_a_damaged_one_does_not() {
    let number = MobileNumber::parse("13800001234").unwrap();
    let json = serde_json::to_string(&number).unwrap();
    assert_eq!(json, r#""13800001234""#);
    assert_eq!(serde_json::from_str::<MobileNumber>(&json).unwrap(), number);
    assert!(serde_json::from_str::<MobileNumber>(r#""12000001234""#).is_err());
    assert!(serde_json::from_str::<MobileNumber>(r#""+8613800001234""#).is_err());
}

proptest! {
    #[test]
    fn a_printed_number_reads_as_itself(typed in "(\\+86|0086|86)?1[3-9][0-9]{9}") {
        let number = MobileNumber::parse(&typed).unwrap();
        prop_assert_eq!(&MobileNumber::parse(number.as_str()).unwrap(), &number);
        prop_assert_eq!(&MobileNumber::parse(&number.e164()).unwrap(), &number);
        prop_assert_eq!(number.masked().chars().filter(|c| *c == '*').count(), 4);
    }

    #[test]
    fn no_input_panics(input in any::<String>(), near in "[+0-9１８ ()-]{0,20}") {
        let _ = (MobileNumber::parse(&input), MobileNumber::parse(&near));
        let _ = MobileNumber::from_stored(input);
    }
}
