//! Base45 (RFC 9285): bytes in the 45 letters a QR code packs into five and a half bits each.

const LETTERS: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Two bytes become three letters; a last single one becomes two.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(2).saturating_mul(3));
    for pair in bytes.chunks(2) {
        let (mut value, letters) = match pair {
            [high, low] => (u16::from_be_bytes([*high, *low]), 3),
            [low] => (u16::from(*low), 2),
            _ => continue,
        };
        for _ in 0..letters {
            let letter = LETTERS.get(usize::from(value % 45)).copied().unwrap_or(b'0');
            text.push(char::from(letter));
            value /= 45;
        }
    }
    text
}

/// The bytes; none for another letter, a lonely last letter, or a group beyond its bytes. Every
/// text that is read is the only one of its bytes.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len().div_ceil(3).saturating_mul(2));
    for group in text.as_bytes().chunks(3) {
        let mut value: u32 = 0;
        for letter in group.iter().rev() {
            let digit = LETTERS.iter().position(|l| l == letter)?;
            value = value.checked_mul(45)?.checked_add(u32::try_from(digit).ok()?)?;
        }
        match group.len() {
            3 => bytes.extend(u16::try_from(value).ok()?.to_be_bytes()),
            2 => bytes.push(u8::try_from(value).ok()?),
            _ => return None,
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9285, sections 4.3 and 4.4.
    #[test]
    fn the_examples_of_the_standard() {
        for (plain, text) in [("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581")]
        {
            assert_eq!(encode(plain.as_bytes()), text);
            assert_eq!(decode(text).unwrap(), plain.as_bytes());
        }
        assert_eq!(decode("QED8WEX0").unwrap(), b"ietf!");
    }

    #[test]
    fn what_stands_for_no_bytes_is_refused() {
        for bad in ["A", "BB8A", "GGW", ":::", "::", "bb8", "B_8", "BB8\n", "é"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
        assert_eq!(decode("").unwrap(), b"");
    }

    proptest::proptest! {
        #[test]
        fn bytes_and_text_are_one_to_one(bytes: Vec<u8>, text in "[0-9A-Z $%*+./:-]{0,40}") {
            proptest::prop_assert_eq!(decode(&encode(&bytes)).unwrap(), bytes);
            if let Some(bytes) = decode(&text) {
                proptest::prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
