//! The citizen centre: 市民中心 → 社保 → 社保线上服务.

use super::Shared;
use super::visit::Visit;
use crate::partner::pages::{HomePage, MissingPage, Notice, OnlinePage, SocialPage};
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

/// What the issuer sends a browser back with, after logging out.
#[derive(Deserialize)]
pub(super) struct Back {
    state: Option<String>,
}

/// `/`
pub(super) async fn home(Query(back): Query<Back>, visit: Visit) -> Response {
    let notice = Notice::of(visit.session.farewell.clone(), back.state.as_deref());
    visit.page(200, &HomePage { cx: visit.cx.clone(), notice })
}

/// `/social`
pub(super) async fn social(visit: Visit) -> Response {
    visit.page(200, &SocialPage { cx: visit.cx.clone() })
}

/// `/social/online`
pub(super) async fn online(State(partner): Shared, visit: Visit) -> Response {
    let page = OnlinePage {
        cx: visit.cx.clone(),
        notice: Notice::of(visit.session.farewell.clone(), None),
        signed_in: visit.session.signed_in.is_some(),
        issuer: partner.settings.at_issuer("/"),
    };
    visit.page(200, &page)
}

/// What is not there.
pub(super) async fn missing(visit: Visit) -> Response {
    visit.page(404, &MissingPage { cx: visit.cx.clone(), forbidden: false })
}
