//! Which attribute types have a name in distinguished names, and which object identifiers they
//! are.

/// Short name and object identifier: those of RFC 4514 (section 3), then others that certificates
/// of organizations hold. The first name of an identifier is the one written.
const NAMES: [(&str, &str); 19] = [
    ("CN", "2.5.4.3"),
    ("L", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("C", "2.5.4.6"),
    ("STREET", "2.5.4.9"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    ("serialNumber", "2.5.4.5"),
    ("SN", "2.5.4.4"),
    ("givenName", "2.5.4.42"),
    ("GN", "2.5.4.42"),
    ("title", "2.5.4.12"),
    ("businessCategory", "2.5.4.15"),
    ("postalCode", "2.5.4.17"),
    ("organizationIdentifier", "2.5.4.97"),
    ("emailAddress", "1.2.840.113549.1.9.1"),
    ("E", "1.2.840.113549.1.9.1"),
];

/// The identifier of a type as somebody wrote it, by name in any case or in dotted numbers.
pub(super) fn identifier(written: &str) -> Option<String> {
    let named = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(written));
    if let Some((_, identifier)) = named {
        return Some((*identifier).to_owned());
    }
    let dotted = written.contains('.')
        && written.split('.').all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    dotted.then(|| written.to_owned())
}

/// The name of an identifier, if it has one.
pub(super) fn name(identifier: &str) -> Option<&'static str> {
    NAMES.iter().find(|(_, known)| *known == identifier).map(|(name, _)| *name)
}
