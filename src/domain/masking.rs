//! Masks: what a page may show of a personal value. Counted in code points, never in bytes.

/// What stands in for one hidden code point.
const STAR: char = '*';

/// Keeps the first `head` and the last `tail` code points and hides those between.
///
/// A text too short to leave anything hidden between them is hidden whole.
pub fn keep_ends(text: &str, head: usize, tail: usize) -> String {
    let length = text.chars().count();
    let shown = |at: usize| length > head + tail && (at < head || at >= length - tail);
    text.chars().enumerate().map(|(at, c)| if shown(at) { c } else { STAR }).collect()
}

/// Keeps the first code point and hides the rest, separators too: `张三丰` becomes `张**`.
pub fn keep_first(text: &str) -> String {
    text.chars().enumerate().map(|(at, c)| if at == 0 { c } else { STAR }).collect()
}

/// Masks the number printed on a physical card: its last four stay, and its first three
/// (one, for the short social-security numbers such as `A12345678`).
pub fn card_number(number: &str) -> String {
    const LONG: usize = 12;
    let head = if number.chars().count() < LONG { 1 } else { 3 };
    keep_ends(number, head, 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_card_number_keeps_its_letter_and_its_last_four() {
        assert_eq!(card_number("A12345678"), "A****5678");
        assert_eq!(card_number("6222021234567890123"), "622************0123");
    }

    #[test]
    fn a_text_shorter_than_its_ends_is_hidden_whole() {
        assert_eq!(card_number("1234"), "****");
        assert_eq!(keep_ends("1234567", 3, 4), "*******");
        assert_eq!(keep_ends("", 3, 4), "");
    }

    #[test]
    fn a_four_byte_character_is_one() {
        assert_eq!(keep_first("𠮷野家"), "𠮷**");
        assert_eq!(keep_ends("𠮷野家𬱖", 1, 1), "𠮷**𬱖");
    }

    proptest! {
        #[test]
        fn a_mask_keeps_the_length_and_hides_the_middle(text in any::<String>()) {
            let length = text.chars().count();
            let ends = keep_ends(&text, 3, 4);
            prop_assert_eq!(ends.chars().count(), length);
            prop_assert!(ends.chars().skip(3).take(length.saturating_sub(7)).all(|c| c == '*'));
            let first = keep_first(&text);
            prop_assert_eq!(first.chars().count(), length);
            prop_assert!(first.chars().skip(1).all(|c| c == '*'));
        }
    }
}
