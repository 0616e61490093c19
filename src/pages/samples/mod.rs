//! Every page in every state, with made-up content: what the render test goes through.

mod asking;
mod closing;
mod holding;
mod partners;
mod showing;

use super::Problem;
use super::landing::LandingPage;
use crate::domain::time::Timestamp;
use crate::web::cx::{Cx, PartnerWaiting};
use crate::web::translator::Message;
use askama::Template;

/// A rendered page: its file name, its `data-step`, its HTML.
pub(super) type Sample = (String, &'static str, String);

const REF: &str = "EC20261123-7F3K9Q";
/// 2026-11-23 15:04 in Shanghai.
const AT: Timestamp = Timestamp::from_epoch_seconds(1_795_417_440);

fn sample(name: impl Into<String>, step: &'static str, page: &impl Template) -> Sample {
    (name.into(), step, page.render().expect("a page renders"))
}

/// A form that was sent with mistakes.
fn mistakes<const N: usize>(fields: [(&'static str, Message); N]) -> Option<Problem> {
    let problem = Problem::of_fields("FORM_INVALID", REF);
    Some(fields.into_iter().fold(problem, |problem, (field, message)| problem.on(field, message)))
}

fn signed_in(cx: &Cx) -> Cx {
    Cx { signed_in_as: Some("138****0001".into()), minutes_left: Some(28), ..cx.clone() }
}

/// Every page in every state, in the context given.
pub(super) fn all(cx: &Cx) -> Vec<Sample> {
    let partner = cx.demo.then(|| "http://localhost:8081/".to_owned());
    let landing = LandingPage { cx: cx.clone(), resume_h: 24, partner };
    let waiting = PartnerWaiting { name: "City Hall".into(), stop_href: "/stop".into() };
    let sent = Cx { partner: Some(waiting), ..signed_in(cx) };
    let mut all = vec![sample("landing", "landing", &landing)];
    all.extend(asking::consent(cx));
    all.extend(asking::account(cx));
    all.extend(asking::real_name(&signed_in(cx)));
    all.extend(asking::face_consent(&signed_in(cx)));
    all.extend(asking::face(&signed_in(cx)));
    all.extend(asking::counter_code(&signed_in(cx)));
    all.extend(asking::codes(&signed_in(cx)));
    all.extend(asking::pin(&sent));
    all.extend(closing::ends(cx));
    all.extend(closing::no_card(cx));
    all.extend(closing::errors(cx));
    all.extend(holding::cards(&signed_in(cx)));
    all.extend(showing::loss(&signed_in(cx)));
    all.extend(showing::codes(&signed_in(cx)));
    all.extend(showing::records(&signed_in(cx)));
    all.extend(partners::consent(&signed_in(cx)));
    all.extend(partners::around(cx));
    all.extend(partners::grants(&signed_in(cx)));
    all.extend(partners::devices(&signed_in(cx)));
    all.extend(partners::logout(&signed_in(cx)));
    if cx.demo {
        all.extend(holding::demo(cx));
    }
    all
}
