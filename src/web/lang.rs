//! The language of a page, and how it is chosen.

use crate::domain::time::Timestamp;
use time::Date;

/// The cookie that remembers the language a person switched to.
pub const LANG_COOKIE: &str = "lang";

/// A language the pages are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Simplified Chinese, mainland usage: the language of the service.
    #[default]
    ZhCn,
    /// English.
    En,
}

impl Lang {
    /// Every language, the service's own first.
    pub const ALL: [Self; 2] = [Self::ZhCn, Self::En];

    /// The tag of BCP 47, as `<html lang>` and `?lang=` write it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language the switch link leads to.
    pub const fn other(self) -> Self {
        match self {
            Self::ZhCn => Self::En,
            Self::En => Self::ZhCn,
        }
    }

    /// The language a tag means, by its primary subtag alone (`zh-Hant-HK` reads Chinese).
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.trim().to_ascii_lowercase().as_str() {
            "zh" => Some(Self::ZhCn),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// Chooses from what was asked by `?lang=`, remembered by cookie, and sent as
    /// `Accept-Language` (RFC 9110 §12.5.4), in this order.
    pub fn choose(query: Option<&str>, cookie: Option<&str>, accept: Option<&str>) -> Self {
        query
            .and_then(Self::from_tag)
            .or_else(|| cookie.and_then(Self::from_tag))
            .or_else(|| accept.and_then(Self::preferred))
            .unwrap_or_default()
    }

    fn preferred(accept: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in accept.split(',') {
            let mut parts = range.split(';');
            let Some(lang) = parts.next().and_then(Self::from_tag) else { continue };
            let quality = parts
                .find_map(|p| p.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            if quality > best.map_or(0.0, |(q, _)| q) {
                best = Some((quality, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }

    /// A calendar day for people: `2026年11月23日`, `23 November 2026`.
    pub fn day(self, day: Date) -> String {
        match self {
            Self::ZhCn => format!("{}年{}月{}日", day.year(), u8::from(day.month()), day.day()),
            Self::En => format!("{} {} {}", day.day(), day.month(), day.year()),
        }
    }

    /// A minute in Asia/Shanghai for people: `2026年11月23日 15:04`, `15:04, 23 November 2026`.
    pub fn minute(self, at: Timestamp) -> String {
        let day = self.day(at.shanghai_date());
        let text = at.shanghai_minute();
        let clock = text.split_once(' ').map_or("", |(_, clock)| clock);
        match self {
            Self::ZhCn => format!("{day} {clock}"),
            Self::En => format!("{clock}, {day}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_beats_what_was_remembered_beats_what_the_browser_sends() {
        assert_eq!(Lang::choose(Some("en"), Some("zh-CN"), Some("zh")), Lang::En);
        assert_eq!(Lang::choose(Some("xx"), Some("en"), Some("zh")), Lang::En);
        assert_eq!(Lang::choose(None, None, Some("fr, en;q=0.8, zh;q=0.4")), Lang::En);
        assert_eq!(Lang::choose(None, None, Some("zh-Hant-HK,en;q=0.9")), Lang::ZhCn);
    }

    #[test]
    fn an_unknown_or_refused_language_gives_chinese() {
        assert_eq!(Lang::choose(None, None, None), Lang::ZhCn);
        assert_eq!(Lang::choose(Some(""), Some("?"), Some("fr;q=1, en;q=0, de")), Lang::ZhCn);
        assert_eq!(Lang::choose(None, None, Some("en;q=nonsense")), Lang::ZhCn);
    }

    #[test]
    fn dates_read_as_people_write_them() {
        let at = Timestamp::from_epoch_seconds(1_772_294_400);
        assert_eq!(Lang::ZhCn.minute(at), "2026年3月1日 00:00");
        assert_eq!(Lang::En.minute(at), "00:00, 1 March 2026");
    }
}
