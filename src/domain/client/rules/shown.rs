//! What citizens read of a client on the consent page, and the pages it is linked to.

use super::super::uri::Uri;
use super::super::{Client, Finding};
use super::Setting;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The longest `data:` URL of a logo (bytes).
const LARGEST_LOGO: usize = 64 * 1024;

pub(super) fn check(client: &Client, setting: &Setting<'_>, found: &mut Vec<Finding>) {
    text("client_name", Some(&client.client_name), 60, found);
    text("client_name#en", client.client_name_en.as_deref(), 60, found);
    text("legal_entity", client.legal_entity.as_deref(), 120, found);
    text("ecard_purpose", client.purpose.as_deref(), 200, found);
    text("ecard_purpose#en", client.purpose_en.as_deref(), 200, found);
    if let Some(url) = &client.logo_uri
        && let Err(why) = logo(url)
    {
        found.push(Finding::new("logo_uri", why));
    }
    for (member, uri) in [
        ("client_uri", &client.client_uri),
        ("initiate_login_uri", &client.initiate_login_uri),
        ("backchannel_logout_uri", &client.backchannel_logout_uri),
    ] {
        web("is", member, uri.as_deref(), setting, found);
    }
    if client.backchannel_logout_session_required && client.backchannel_logout_uri.is_none() {
        let text = "asks for logout tokens, but backchannel_logout_uri does not say where to";
        found.push(Finding::new("backchannel_logout_session_required", text));
    }
}

/// An https address of the client's; in the demo also http on this machine.
pub(super) fn web(
    verb: &str,
    member: &str,
    uri: Option<&str>,
    setting: &Setting<'_>,
    found: &mut Vec<Finding>,
) {
    let Some(text) = uri else { return };
    let why = match Uri::parse(text) {
        Err(bad) => format!("{bad}"),
        Ok(uri) if uri.has_fragment => "has a fragment; leave out `#` and what follows".to_owned(),
        Ok(uri) if uri.has_userinfo => "has a user's name before the host".to_owned(),
        Ok(uri) if uri.scheme == "https" || (setting.demo && uri.is_local_http()) => return,
        Ok(_) => format!("{verb} not https; use https"),
    };
    found.push(Finding::new(member, why));
}

fn text(member: &str, value: Option<&str>, most: usize, found: &mut Vec<Finding>) {
    let Some(value) = value else { return };
    let why = if value.trim().is_empty() {
        "is missing: citizens read it before they decide".to_owned()
    } else if value.trim() != value {
        "begins or ends with a space; leave it out".to_owned()
    } else if value.chars().count() > most {
        format!("is longer than {most} characters; shorten it")
    } else if value.chars().any(deceives) {
        "has characters that are not seen, or turn the reading direction; leave them out".to_owned()
    } else {
        return;
    };
    found.push(Finding::new(member, why));
}

/// Characters by which a name could look like another's: controls, marks of direction, blanks of
/// no width, and areas of private agreement.
fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFF}' | '\u{E000}'..='\u{F8FF}'
            | '\u{E0000}'..='\u{10FFFF}'
        )
}

/// A PNG or WebP picture as a `data:` URL. No SVG: it can carry script.
fn logo(url: &str) -> Result<(), String> {
    if url.len() > LARGEST_LOGO {
        return Err(format!("is larger than {} KiB; make it smaller", LARGEST_LOGO / 1024));
    }
    let picture = |kind: &str| {
        let encoded = url.strip_prefix("data:image/")?.strip_prefix(kind)?;
        STANDARD.decode(encoded.strip_prefix(";base64,")?).ok()
    };
    let png = picture("png").is_some_and(|bytes| bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
    let webp = picture("webp")
        .is_some_and(|bytes| bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"));
    if png || webp {
        return Ok(());
    }
    Err("is no PNG or WebP as data (data:image/png;base64,…): the consent page fetches nothing"
        .to_owned())
}
