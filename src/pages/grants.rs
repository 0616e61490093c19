//! 授权管理: every partner, what it may see, and taking it back.

use super::partner::{AskedItem, Partner};
use crate::web::cx::Cx;
use askama::Template;

/// A partner that may see something now.
#[derive(Clone)]
pub struct LiveGrant {
    /// What the form sends back to end it.
    pub id: String,
    /// Who.
    pub partner: Partner,
    /// What it may see.
    pub items: Vec<AskedItem>,
    /// Since when, by `Lang::day`.
    pub since: String,
    /// The last day, by `Lang::day`.
    pub until: String,
    /// When it last looked, by `Lang::minute`; none when it never did.
    pub last_used: Option<String>,
}

/// A partner that may see nothing any more.
#[derive(Clone)]
pub struct EndedGrant {
    /// Who.
    pub partner: Partner,
    /// Since when it could, by `Lang::day`.
    pub since: String,
    /// When that ended, by `Lang::minute`.
    pub ended: String,
}

/// `/grants`
#[derive(Clone, Template)]
#[template(path = "holder/grants.html")]
pub struct GrantsPage {
    /// The page context.
    pub cx: Cx,
    /// The partner that was just taken back from.
    pub withdrawn: Option<String>,
    /// What is in force, the newest first.
    pub live: Vec<LiveGrant>,
    /// What has ended, the newest first.
    pub ended: Vec<EndedGrant>,
}
