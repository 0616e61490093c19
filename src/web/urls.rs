//! Addresses with parameters.

/// `base` with these parameters in its query; what is there already stays.
pub fn with_query<'a>(
    base: &str,
    parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut address = base.to_owned();
    for (name, value) in parameters {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(name);
        address.push('=');
        escape(value, &mut address);
    }
    address
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn escape(text: &str, into: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                into.push(char::from(byte));
            }
            _ => into.push_str(&format!("%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_stays_and_nothing_breaks_out() {
        let address = with_query("https://app.example/cb?x=1", [("state", "a b&c=d#\r\n中")]);
        assert_eq!(address, "https://app.example/cb?x=1&state=a%20b%26c%3Dd%23%0D%0A%E4%B8%AD");
        assert_eq!(with_query("/a", [("b", "c"), ("d", "e")]), "/a?b=c&d=e");
    }
}
