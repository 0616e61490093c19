//! Which characters a name is made of, and where its separators may stand.

use super::PersonNameError;

/// The dot between the parts of a Han name (GB 18030 0xA1A4).
const MIDDLE_DOT: char = '\u{B7}';
/// The one apostrophe that the others become.
const APOSTROPHE: char = '\'';

const HAN_LIMIT: usize = 50;
const LATIN_LIMIT: usize = 120;

/// The normalised name from its characters in NFC.
pub(super) fn normalise(nfc: impl Iterator<Item = char>) -> Result<String, PersonNameError> {
    // Beyond the longer limit nothing is looked at: the name is too long whatever follows.
    let characters: Vec<char> = nfc.take(LATIN_LIMIT + 1).collect();
    if characters.is_empty() {
        return Err(PersonNameError::Empty);
    }
    let latin = characters.iter().any(|c| is_latin_letter(*c));
    let (normal, fits): (Vec<char>, bool) = if latin {
        (latin_name(&characters)?, characters.len() <= LATIN_LIMIT)
    } else {
        (han_name(&characters)?, characters.len() <= HAN_LIMIT)
    };
    if fits { Ok(normal.into_iter().collect()) } else { Err(PersonNameError::TooLong) }
}

/// Whether a character is of the areas that Unicode leaves to private agreement.
pub(super) const fn is_private_use(c: char) -> bool {
    matches!(
        c,
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}'
    )
}

fn han_name(characters: &[char]) -> Result<Vec<char>, PersonNameError> {
    let unified = |c: &char| if is_dot(*c) { MIDDLE_DOT } else { *c };
    let name: Vec<char> = characters.iter().map(unified).collect();
    if !name.iter().all(|c| is_han(*c) || is_private_use(*c) || *c == MIDDLE_DOT) {
        return Err(PersonNameError::Character);
    }
    let at_an_end = name.first() == Some(&MIDDLE_DOT) || name.last() == Some(&MIDDLE_DOT);
    if at_an_end || name.windows(2).any(|pair| pair == [MIDDLE_DOT, MIDDLE_DOT]) {
        return Err(PersonNameError::Separator);
    }
    Ok(name)
}

fn latin_name(characters: &[char]) -> Result<Vec<char>, PersonNameError> {
    let name: Vec<char> = characters.iter().map(|c| plain_latin(*c)).collect();
    let known = |c: &char| is_latin_letter(*c) || is_mark(*c) || is_latin_separator(*c);
    if !name.iter().all(known) {
        return Err(PersonNameError::Character);
    }
    let starts = name.first().is_some_and(|c| is_latin_letter(*c) || *c == APOSTROPHE);
    let ends = name.last().is_some_and(|c| !is_latin_separator(*c) || *c == '.');
    if starts && ends && name.windows(2).all(may_follow) {
        Ok(name)
    } else {
        Err(PersonNameError::Separator)
    }
}

/// Separators stand alone, but for `J. R.`, `J.-P.`, `Doe, J`, `D' A` and `van 't Hof`; a
/// combining mark needs a letter to sit on.
fn may_follow(pair: &[char]) -> bool {
    match *pair {
        ['.', '-'] | ['.' | ',' | APOSTROPHE, ' '] | [' ', APOSTROPHE] => true,
        [before, after] => {
            !is_latin_separator(before) || !(is_latin_separator(after) || is_mark(after))
        }
        _ => true,
    }
}

/// One space and one apostrophe in place of their variants.
const fn plain_latin(c: char) -> char {
    match c {
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{3000}' => ' ',
        '\u{2018}' | '\u{2019}' | '\u{2BB}' | '\u{2BC}' => APOSTROPHE,
        '\u{2010}' | '\u{2011}' => '-',
        other => other,
    }
}

const fn is_latin_separator(c: char) -> bool {
    matches!(c, ' ' | '-' | '.' | ',' | APOSTROPHE)
}

const fn is_latin_letter(c: char) -> bool {
    match c {
        '\u{D7}' | '\u{F7}' => false,
        'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => true,
        _ => false,
    }
}

/// A combining diacritic for which NFC has no composed letter.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' if c != '\u{34F}')
}

/// The dots that keyboards and old systems put between the parts of a Han name.
const fn is_dot(c: char) -> bool {
    matches!(
        c,
        MIDDLE_DOT
            | '.'
            | '\u{2022}'
            | '\u{2024}'
            | '\u{2027}'
            | '\u{2219}'
            | '\u{22C5}'
            | '\u{2E31}'
            | '\u{2E33}'
            | '\u{30FB}'
            | '\u{FE52}'
            | '\u{FF0E}'
            | '\u{FF65}'
    )
}

/// Unified ideographs with their extensions A to J, compatibility ideographs, and 〇.
const fn is_han(c: char) -> bool {
    matches!(
        c,
        '\u{3007}'
            | '\u{3400}'..='\u{4DBF}'
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{20000}'..='\u{2A6DF}'
            | '\u{2A700}'..='\u{2EE5D}'
            | '\u{2F800}'..='\u{2FA1F}'
            | '\u{30000}'..='\u{33479}'
    )
}
