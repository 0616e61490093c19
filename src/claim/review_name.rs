//! A name as a reviewer must see it.

/// A name with its private-use characters (Unicode 23.5) made visible: every machine draws them
/// differently or not at all.
pub(super) fn shown(name: &str) -> String {
    let private = |c: char| matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}');
    name.chars()
        .map(|c| if private(c) { format!("\\u{{{:X}}}", u32::from(c)) } else { c.to_string() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_character_no_font_shows_is_made_visible() {
        assert_eq!(shown("张\u{E000}三"), "张\\u{E000}三");
        assert_eq!(shown("\u{F0000}\u{10FFFD}"), "\\u{F0000}\\u{10FFFD}");
        assert_eq!(shown("阿依·古\u{20000}"), "阿依·古\u{20000}");
    }
}
