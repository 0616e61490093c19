//! Where a login may lead: pages of this service that ask for one, and nowhere else.

use super::paths;

/// More than any such address has.
const LONGEST: usize = 200;

/// The address, if a login may lead there.
pub fn safe(next: &str) -> Option<&str> {
    let (path, query) = next.split_once('?').unwrap_or((next, ""));
    let plain = |extra: &'static [u8]| {
        move |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_') || extra.contains(&b)
    };
    let pages = [
        paths::DEVICE,
        paths::GRANTS,
        paths::CARD_QR,
        paths::CARD_LOSS,
        paths::CARD_RECORDS,
        paths::CARD_TOKEN,
    ];
    let known = pages.contains(&path)
        || path
            .strip_prefix("/authorize/")
            .is_some_and(|id| !id.is_empty() && id.bytes().all(plain(b"")));
    let fits = next.len() <= LONGEST && query.bytes().all(plain(b"=&%"));
    (known && fits).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_to_pages_that_ask_for_one() {
        for next in [
            "/grants",
            "/card/token",
            "/device",
            "/device?user_code=WDJB-MJHT",
            "/authorize/aB3-_x",
            "/card/loss",
        ] {
            assert_eq!(safe(next), Some(next));
        }
    }

    #[test]
    fn a_login_leads_nowhere_else() {
        for next in [
            "",
            "/",
            "/card",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/grants/../logout",
            "/devices",
            "/authorize/",
            "/authorize/x/../y",
            "/authorize//evil",
            "/device?x=\r\nSet-Cookie:a",
            "/grants#x",
            "/grants?next=//evil.example",
        ] {
            assert_eq!(safe(next), None, "{next}");
        }
        assert_eq!(safe(&format!("/device?user_code={}", "x".repeat(300))), None);
    }
}
