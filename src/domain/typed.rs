//! What people and keyboards put into a number that does not belong to it.

use unicode_normalization::UnicodeNormalization as _;

/// The input in NFKC (full-width digits become ASCII) without spaces, dashes and characters of no
/// width: the group separators people type and the marks that copying leaves behind.
pub(super) fn compact(input: &str) -> impl Iterator<Item = char> + '_ {
    input.nfkc().filter(|c| !(c.is_whitespace() || is_dash(*c) || is_zero_width(*c)))
}

/// Hyphens, dashes and the minus sign; the full-width and small forms are gone after NFKC.
fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{2E3A}' | '\u{2E3B}')
}

/// Soft hyphen, joiners, byte order mark, and the direction marks that address books copy along.
fn is_zero_width(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn compacted(input: &str) -> String {
        compact(input).collect()
    }

    #[test]
    fn every_kind_of_space_dash_and_zero_width_character_is_dropped() {
        let separators = " \t\n\u{A0}\u{2003}\u{202F}\u{3000}-\u{2010}\u{2011}\u{2013}\u{2014}\
            \u{2212}\u{FE63}\u{FF0D}\u{AD}\u{200B}\u{200D}\u{200E}\u{202D}\u{202C}\u{2060}\u{FEFF}";
        for separator in separators.chars() {
            assert_eq!(compacted(&format!("{separator}1{separator}2{separator}")), "12");
        }
    }

    #[test]
    fn other_characters_stay() {
        assert_eq!(compacted("1_2.3~4/5"), "1_2.3~4/5");
    }

    #[test]
    fn full_width_characters_become_ascii() {
        assert_eq!(compacted("１２ｘ（＋）"), "12x(+)");
    }

    proptest! {
        #[test]
        fn compacting_twice_changes_nothing(
            input in "[0-9xX０-９ｘ+() \u{3000}\u{200B}\u{2212}\u{FEFF}-]{0,40}"
        ) {
            let once = compacted(&input);
            prop_assert!(once.is_ascii());
            prop_assert_eq!(compacted(&once), once);
        }
    }
}
