//! Distinguished names as text (RFC 4514): how `tls_client_auth_subject_dn` is registered.

use super::names;
use std::fmt;
use std::fmt::Write as _;
use x509_parser::asn1_rs::{Any, FromDer as _, Tag, ToDer as _};
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

/// A text that is no distinguished name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a distinguished name: write it as RFC 4514 does, the most specific part first, such as `CN=pay.example,O=Example,C=CN`"
)]
pub struct NotAName;

/// A distinguished name, its most specific part first. Two are equal if they consist of the same
/// parts in the same order, whatever escapes, spaces and names of types they were written with;
/// letters' case matters in values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistinguishedName(Vec<Part>);

/// One or, rarely, several attributes: in no order of their own, so they are sorted.
type Part = Vec<(String, Value)>;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Text(String),
    /// A value that is no text, as DER.
    Other(Vec<u8>),
}

impl DistinguishedName {
    /// Reads what somebody wrote.
    ///
    /// # Errors
    /// [`NotAName`].
    pub fn parse(text: &str) -> Result<Self, NotAName> {
        let mut parts = Vec::new();
        let mut part = Part::new();
        let mut rest = text;
        loop {
            let (kind, after) = rest.split_once('=').ok_or(NotAName)?;
            let kind = names::identifier(kind.trim()).ok_or(NotAName)?;
            let end = end_of_value(after);
            let (value, tail) = after.split_at_checked(end).ok_or(NotAName)?;
            part.push((kind, Value::parse(value)?));
            let mut letters = tail.chars();
            let next = letters.next();
            if next != Some('+') {
                part.sort();
                parts.push(std::mem::take(&mut part));
            }
            if next.is_none() {
                return Ok(Self(parts));
            }
            rest = letters.as_str();
        }
    }

    /// The name in a certificate, which has its most specific part last.
    pub(super) fn of(name: &X509Name<'_>) -> Self {
        let part = |attributes: Vec<&AttributeTypeAndValue<'_>>| {
            let attribute = |a: &&AttributeTypeAndValue<'_>| {
                (a.attr_type().to_id_string(), Value::of(a.attr_value()))
            };
            let mut part: Part = attributes.iter().map(attribute).collect();
            part.sort();
            part
        };
        let mut parts: Vec<_> = name.iter_rdn().map(|rdn| part(rdn.iter().collect())).collect();
        parts.reverse();
        Self(parts)
    }
}

/// Where the value at the beginning of `text` ends: at a separator that is not escaped.
fn end_of_value(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ',' | '+' => return at,
            _ => {}
        }
    }
    text.len()
}

impl Value {
    fn of(value: &Any<'_>) -> Self {
        let is_text = matches!(
            value.tag(),
            Tag::Utf8String | Tag::PrintableString | Tag::Ia5String | Tag::NumericString
        );
        match str::from_utf8(value.data) {
            Ok(text) if is_text => Self::Text(text.to_owned()),
            _ => Self::Other(value.to_der_vec().unwrap_or_default()),
        }
    }

    fn parse(written: &str) -> Result<Self, NotAName> {
        let written = written.trim_start_matches(' ');
        if let Some(hex) = written.strip_prefix('#') {
            let der = from_hex(hex.trim_end_matches(' ')).ok_or(NotAName)?;
            let (_, value) = Any::from_der(&der).map_err(|_| NotAName)?;
            return Ok(Self::of(&value));
        }
        let mut bytes = Vec::new();
        let mut kept = 0;
        let mut rest = written.bytes();
        while let Some(byte) = rest.next() {
            if byte == b'\\' {
                let first = rest.next().ok_or(NotAName)?;
                if first.is_ascii_hexdigit() {
                    let second = rest.next().ok_or(NotAName)?;
                    bytes.push(octet(first, second).ok_or(NotAName)?);
                } else {
                    bytes.push(first);
                }
                kept = bytes.len();
            } else {
                bytes.push(byte);
                kept = if byte == b' ' { kept } else { bytes.len() };
            }
        }
        bytes.truncate(kept);
        if bytes.is_empty() {
            return Err(NotAName);
        }
        String::from_utf8(bytes).map(Self::Text).map_err(|_| NotAName)
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| octet(*pair.first()?, *pair.get(1)?)).collect()
}

fn octet(first: u8, second: u8) -> Option<u8> {
    let digit = |d: u8| char::from(d).to_digit(16);
    u8::try_from(digit(first)? * 16 + digit(second)?).ok()
}

impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.0.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { "," })?;
            for (at, (kind, value)) in part.iter().enumerate() {
                f.write_str(if at == 0 { "" } else { "+" })?;
                f.write_str(names::name(kind).unwrap_or(kind))?;
                f.write_char('=')?;
                value.fmt(f)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Text(text) => text,
            Self::Other(der) => {
                f.write_char('#')?;
                return der.iter().try_for_each(|byte| write!(f, "{byte:02x}"));
            }
        };
        let last = text.chars().count().saturating_sub(1);
        for (at, letter) in text.chars().enumerate() {
            let escaped = match letter {
                '\0' => {
                    f.write_str("\\00")?;
                    continue;
                }
                '"' | '+' | ',' | ';' | '<' | '>' | '\\' => true,
                '#' => at == 0,
                ' ' => at == 0 || at == last,
                _ => false,
            };
            f.write_str(if escaped { "\\" } else { "" })?;
            f.write_char(letter)?;
        }
        Ok(())
    }
}
