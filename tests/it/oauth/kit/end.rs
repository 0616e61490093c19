//! A citizen in a dull browser, from the authorization request to where it ends.

use super::World;
use crate::common::house::answer::Answer;
use crate::common::house::browser::{Browser, Field, escape};
use crate::common::house::walk::Step;
use axum::http::Method;
use ecard::domain::demo_story::Story;
use std::collections::BTreeMap;

/// Where an answer went that left the service for a partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Back {
    /// The redirect URI, as it was addressed.
    pub(crate) uri: String,
    /// The answer's parameters.
    pub(crate) params: BTreeMap<String, String>,
    /// Whether a form carried them.
    pub(crate) by_form: bool,
}

/// Where a walk ended.
pub(crate) struct End {
    /// `data-step` of the pages that were filled in on the way.
    pub(crate) steps: Vec<String>,
    /// The answer to the partner; none when the walk ended on a page of the service.
    back: Option<Back>,
    /// The last answer of the service.
    pub(crate) last: Answer,
}

impl End {
    /// The answer to the partner.
    #[track_caller]
    pub(crate) fn back(&self) -> &Back {
        let Answer { at, status, .. } = &self.last;
        let page = self.last.main();
        self.back.as_ref().unwrap_or_else(|| panic!("ended at {at} ({status}): {page}"))
    }

    /// A parameter of the answer; empty when it is not there.
    #[track_caller]
    pub(crate) fn param(&self, name: &str) -> &str {
        self.back().params.get(name).map_or("", String::as_str)
    }

    /// The code.
    #[track_caller]
    pub(crate) fn code(&self) -> String {
        let code = self.param("code");
        assert!(!code.is_empty(), "no code came: {:?}", self.back());
        code.to_owned()
    }

    /// The error the partner is told; empty when there is none.
    #[track_caller]
    pub(crate) fn error(&self) -> &str {
        assert!(self.param("code").is_empty(), "a code came: {:?}", self.back());
        self.param("error")
    }

    /// Whether the service kept the citizen and showed what is wrong.
    pub(crate) fn is_shown(&self) -> bool {
        let is_problem = (400..500).contains(&self.last.status) || self.last.step() == "expired";
        self.back.is_none() && is_problem && self.last.body.contains("<html")
    }
}

/// What the citizen does on the way.
#[derive(Clone, Copy)]
pub(crate) struct Walk {
    /// Who logs in when asked; nobody: the walk stops there.
    pub(crate) login: Option<Story>,
    /// What is decided when asked for consent; nothing: the walk stops there.
    pub(crate) decision: Option<&'static str>,
}

impl Walk {
    /// The plain adult, who allows everything.
    pub(crate) const ALLOW: Self = Self { login: Some(Story::Adult), decision: Some("allow") };
    /// The plain adult, who refuses.
    pub(crate) const REFUSE: Self = Self { login: Some(Story::Adult), decision: Some("refuse") };
    /// Opens the first page that has a form, and looks at it.
    pub(crate) const LOOK: Self = Self { login: None, decision: None };
    /// Logs in, and looks at what comes then.
    pub(crate) const LOGIN: Self = Self { login: Some(Story::Adult), decision: None };
    /// Somebody else, who allows everything.
    pub(crate) const fn by(story: Story) -> Self {
        Self { login: Some(story), decision: Some("allow") }
    }

    fn fields(self, world: &World, step: &str) -> Option<Vec<Field>> {
        match step {
            "login" => Some(world.house.right(Step::Login, self.login?)),
            "consent" => Some(vec![("decision", self.decision?.to_owned())]),
            "face-consent" | "face" if self.decision? == "refuse" => {
                Some(vec![("decision", "refuse".to_owned())])
            }
            "face-consent" => Some(Vec::new()),
            "face" => Some(vec![("sample", "same".to_owned())]),
            _ => None,
        }
    }

    /// Goes on from an answer to the end.
    pub(crate) async fn on(self, world: &World, browser: &mut Browser, from: Answer) -> End {
        let (mut last, mut steps) = (from, Vec::new());
        for _ in 0..16 {
            if let Some(back) = leaving(world, &last) {
                return End { steps, back: Some(back), last };
            }
            if matches!(last.status, 302 | 303) {
                let to = last.location().trim_start_matches(world.issuer()).to_owned();
                last = browser.get(&to).await;
                continue;
            }
            let step = last.step().to_owned();
            let Some(fields) = self.fields(world, &step).filter(|_| last.status == 200) else {
                return End { steps, back: None, last };
            };
            steps.push(step);
            last = send_form(browser, &last, &fields).await;
        }
        panic!("the walk has no end: {steps:?}, {} {}", last.at, last.main());
    }
}

/// What stands in the boxes of a page: whoever allows everything ticks them all.
fn boxes(page: &Answer) -> Vec<(String, String)> {
    let inputs = page.main().split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    let attribute = |input: &str, name: &str| {
        let after = input.split(&format!(" {name}=\"")).nth(1).unwrap_or_default();
        after.split('"').next().unwrap_or_default().to_owned()
    };
    inputs
        .filter(|input| input.contains("type=\"checkbox\""))
        .map(|input| (attribute(input, "name"), attribute(input, "value")))
        .collect()
}

/// Sends the form of a page, its boxes ticked, where its `action` says, or back to the page.
pub(crate) async fn send_form(browser: &mut Browser, page: &Answer, fields: &[Field]) -> Answer {
    let action = action(page).unwrap_or_else(|| page.at.clone());
    let hidden = page.hidden().into_iter().chain(boxes(page));
    let all = hidden.chain(fields.iter().map(|(n, v)| ((*n).to_owned(), v.clone())));
    let pairs: Vec<_> = all.map(|(n, v)| format!("{}={}", escape(&n), escape(&v))).collect();
    let kind = "application/x-www-form-urlencoded";
    browser.send(Method::POST, &action, kind, pairs.join("&").into_bytes()).await
}

fn action(page: &Answer) -> Option<String> {
    let form = page.main().split("<form").nth(1)?.split('>').next()?;
    let raw = form.split(" action=\"").nth(1)?.split('"').next()?;
    Some(raw.replace("&#38;", "&").replace("&amp;", "&"))
}

/// The answer to a partner, if this is one: by redirect, or by a form for another origin.
fn leaving(world: &World, answer: &Answer) -> Option<Back> {
    let inside =
        |uri: &str| uri.starts_with('/') || uri.starts_with(&format!("{}/", world.issuer()));
    if matches!(answer.status, 302 | 303) {
        let to = answer.location();
        assert!(!to.is_empty(), "a redirect without a place: {}", answer.at);
        if inside(to) {
            return None;
        }
        let (uri, query) = to.split_once('?').unwrap_or((to, ""));
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let mut params = BTreeMap::new();
        for (name, value) in pairs {
            let before = params.insert(name.clone().into_owned(), value.into_owned());
            assert!(before.is_none(), "{name} came twice: {to}");
        }
        return Some(Back { uri: uri.to_owned(), params, by_form: false });
    }
    let uri = action(answer).filter(|uri| uri.contains("://") && !inside(uri))?;
    Some(Back { uri, params: answer.hidden().into_iter().collect(), by_form: true })
}
