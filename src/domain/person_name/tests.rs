use super::*;
use proptest::prelude::*;

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    input: String,
    expect: String,
    masked: Option<String>,
    code_points: usize,
}

fn verdict(typed: &str) -> &'static str {
    PersonName::parse(typed).map_or_else(PersonNameError::code, |_| "OK")
}

fn name(typed: &str) -> PersonName {
    PersonName::parse(typed).unwrap()
}

#[test]
fn every_vector_reads_as_it_says() {
    let text = include_str!("../../../tests/vectors/names.json");
    let vectors: Vectors = serde_json::from_str(text).unwrap();
    assert!(!vectors.cases.is_empty());
    for Case { input, expect, masked, code_points } in vectors.cases {
        let name = PersonName::parse(&input);
        assert_eq!(verdict(&input), expect, "{input}");
        assert_eq!(name.as_ref().ok().map(PersonName::masked), masked, "{input}");
        let counted = name.map_or_else(|_| input.chars().count(), |name| name.code_points());
        assert_eq!(counted, code_points, "{input}");
    }
}

#[test]
fn every_dot_between_han_is_the_middle_dot() {
    let registered = name("迪丽热巴·迪力木拉提");
    for dot in "•‧∙・･．.⋅․⸱·".chars() {
        let typed = format!("迪丽热巴{dot}迪力木拉提");
        assert!(name(&typed).same_as(&registered), "{dot}");
        assert_eq!(name(&typed), registered, "{dot}");
        assert_eq!(name(&typed).as_typed(), typed);
    }
}

#[test]
fn a_separator_is_never_first_last_or_doubled() {
    for typed in ["·", ".", "张三·", "．张三", "张•.三", "张···三"] {
        assert_eq!(verdict(typed), "SEPARATOR", "{typed}");
    }
    for typed in ["Smith-", "-Smith", "Anne  Marie", "Anne--Marie", "Smith,", "A.,B", "A '' B"] {
        assert_eq!(verdict(typed), "SEPARATOR", "{typed}");
    }
}

#[test]
fn characters_that_names_do_not_have_are_refused() {
    for typed in ["张 三", "张\u{200B}三", "张\u{2066}三", "张\u{0}", "张三\n", "张Smith", "张-三"]
    {
        assert_eq!(verdict(typed), "CHARACTER", "{typed:?}");
    }
    for typed in ["张々", "はな", "김", "Иван", "😀", "张\u{FFFD}", "J0hn", "A·B", "<b>", "A×B"]
    {
        assert_eq!(verdict(typed), "CHARACTER", "{typed:?}");
    }
}

#[test]
fn spaces_around_a_name_are_not_part_of_it() {
    assert_eq!(name(" 张三\u{3000}").as_typed(), "张三");
    assert_eq!(verdict(" \u{3000}\u{A0}"), "EMPTY");
}

#[test]
fn han_of_every_block_is_one_code_point() {
    for han in "〇㐀一𠀀𪜀𫝀𫠠𬺰\u{2EBF0}𰀀\u{31350}\u{323B0}﨎".chars() {
        assert_eq!(name(&format!("王{han}")).code_points(), 2, "{han}");
        assert_eq!(name(&format!("王{han}")).masked(), "王*");
    }
    assert_eq!(name("\u{2F800}").as_str(), "丽", "a compatibility ideograph, in NFC");
    assert_eq!(name("\u{2F800}").as_typed(), "\u{2F800}");
}

#[test]
fn a_name_is_at_most_50_han_or_120_latin_characters_long() {
    assert_eq!(verdict(&"𠮷".repeat(50)), "OK");
    assert_eq!(verdict(&"𠮷".repeat(51)), "TOO_LONG");
    assert_eq!(verdict(&"𠮷".repeat(5000)), "TOO_LONG");
    assert_eq!(verdict(&"é".repeat(120)), "OK");
    assert_eq!(verdict(&"é".repeat(121)), "TOO_LONG");
}

#[test]
fn latin_names_of_foreigners_pass() {
    let names = ["SMITH, JOHN", "O’Neill", "Jean-Paul J. Ångström", "J.-P. Noël", "van 't Hof"];
    for typed in names.into_iter().chain(["Nguyễn Thị Minh", "M\u{304}ei", "Sammy Davis Jr."]) {
        assert_eq!(verdict(typed), "OK", "{typed}");
    }
    assert!(name("Jose\u{301} O’Neill").same_as(&name("JOSÉ O'NEILL")));
    assert!(!name("JOSE").same_as(&name("JOSÉ")));
    assert!(!name("张三").same_as(&name("张三丰")));
}

#[test]
fn a_private_use_character_is_kept_for_review() {
    let name = PersonName::parse_for_review("张\u{E000}").unwrap();
    assert!(name.needs_review());
    assert_eq!(name.as_typed(), "张\u{E000}");
    assert_eq!(verdict("\u{F0000}\u{10FFFD}"), "PRIVATE_USE");
    assert_eq!(verdict("张\u{E000}1"), "CHARACTER");
    assert!(!PersonName::parse_for_review("张三").unwrap().needs_review());
}

#[test]
fn a_stored_name_comes_back_as_typed() {
    let typed = PersonName::parse_for_review("阿依•古\u{E000}").unwrap();
    let json = serde_json::to_string(&typed).unwrap();
    assert_eq!(json, "\"阿依•古\u{E000}\"");
    assert_eq!(serde_json::from_str::<PersonName>(&json).unwrap().as_typed(), "阿依•古\u{E000}");
    assert!(serde_json::from_str::<PersonName>(r#""张三1""#).is_err());
    assert_eq!(format!("{typed:?}"), "PersonName(…)");
}

proptest! {
    #[test]
    fn a_normalised_name_reads_as_itself(
        typed in "[一-龥𠀀-𠃿豈-龎]{1,12}([·•‧∙・･．.][一-龥]{1,12}){0,2}"
    ) {
        let once = name(&typed);
        let twice = name(once.as_str());
        prop_assert_eq!(twice.as_str(), once.as_str());
        prop_assert!(once.same_as(&twice));
        prop_assert_eq!(once.masked().chars().count(), once.code_points());
        prop_assert!(once.masked().chars().skip(1).all(|c| c == '*'));
    }

    #[test]
    fn no_input_panics_and_what_passes_reads_again(
        input in any::<String>(), near in "[张𠮷A-zÀ-ž·. ,'\u{300}\u{E000}-]{0,20}"
    ) {
        for typed in [input, near] {
            if let Ok(once) = PersonName::parse_for_review(&typed) {
                let twice = PersonName::parse_for_review(once.as_str()).unwrap();
                prop_assert_eq!(twice.as_str(), once.as_str());
            }
        }
    }
}
