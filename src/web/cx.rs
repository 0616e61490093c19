//! What every page needs besides its own content.

use super::assets;
use super::lang::Lang;
use super::translator::Translator;
use std::fmt;

/// The name of the hidden form field that carries [`Cx::csrf`].
pub const CSRF_FIELD: &str = "csrf";

/// A partner app that waits while a person does what it needs.
#[derive(Clone)]
pub struct PartnerWaiting {
    /// Its name in the page's language.
    pub name: String,
    /// Where a person stops and goes back to it.
    pub stop_href: String,
}

/// The context a page is rendered in. Handlers build it once a request and clone it into pages.
#[derive(Clone)]
pub struct Cx {
    /// Messages in the reader's language.
    pub t: Translator,
    /// The CSRF token of this browser's session.
    pub csrf: String,
    /// Path and query of the page as asked for; the language switch leads back to it.
    pub here: String,
    /// Whether simulators stand in: shows the banner and the demo's hints.
    pub demo: bool,
    /// The masked mobile number of the account that is logged in.
    pub signed_in_as: Option<String>,
    /// The application number (办理编号) of the claim under way, shown at the foot of the page; a
    /// request's own number (业务流水号) stands beside what it explains.
    pub reference: Option<String>,
    /// Whole minutes until the open claim expires.
    pub minutes_left: Option<u32>,
    /// The partner app that waits for the outcome, if one sent the person here.
    pub partner: Option<PartnerWaiting>,
    /// Seconds after which the browser's session ends if it is left alone; none without a session.
    pub idle_s: Option<u64>,
}

impl fmt::Debug for Cx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cx")
            .field("lang", &self.lang())
            .field("demo", &self.demo)
            .finish_non_exhaustive()
    }
}

impl Cx {
    /// The context of a page nobody is logged in to and no claim belongs to.
    pub fn new(lang: Lang, csrf: impl Into<String>, here: impl Into<String>, demo: bool) -> Self {
        Self {
            t: Translator::new(lang),
            csrf: csrf.into(),
            here: local(&here.into()),
            demo,
            signed_in_as: None,
            reference: None,
            minutes_left: None,
            partner: None,
            idle_s: None,
        }
    }

    /// The language of the page.
    pub const fn lang(&self) -> Lang {
        self.t.lang()
    }

    /// The address of this same page in the other language.
    pub fn switch_href(&self) -> String {
        let (path, query) = self.here.split_once('?').unwrap_or((&self.here, ""));
        let mut pairs: Vec<&str> =
            query.split('&').filter(|p| !p.is_empty() && !p.starts_with("lang=")).collect();
        let lang = format!("lang={}", self.lang().other().tag());
        pairs.push(&lang);
        format!("{path}?{}", pairs.join("&"))
    }

    /// The address of an embedded file, carrying a hash of its content.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::href(name)
    }
}

/// A path that leads nowhere else: `//host/…` and `/\\host/…` name another host to a browser.
fn local(here: &str) -> String {
    format!("/{}", here.trim_start_matches(['/', '\\']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_switch_keeps_the_page_and_replaces_the_language() {
        let at = |here| Cx::new(Lang::ZhCn, "t", here, false).switch_href();
        assert_eq!(at("/claim"), "/claim?lang=en");
        assert_eq!(at("/login?next=%2Fcard&lang=zh-CN&x=1"), "/login?next=%2Fcard&x=1&lang=en");
        assert_eq!(Cx::new(Lang::En, "t", "/?lang=en", false).switch_href(), "/?lang=zh-CN");
    }

    #[test]
    fn the_switch_never_leads_to_another_host() {
        let at = |here| Cx::new(Lang::ZhCn, "t", here, false).switch_href();
        assert_eq!(at("//evil.example/claim"), "/evil.example/claim?lang=en");
        assert_eq!(at("/\\evil.example"), "/evil.example?lang=en");
    }

    #[test]
    fn debug_shows_no_token() {
        let shown = format!("{:?}", Cx::new(Lang::En, "secret-token", "/card", true));
        assert!(!shown.contains("secret-token"), "{shown}");
    }
}
