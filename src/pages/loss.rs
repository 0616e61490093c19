//! The holder's loss report.

use super::Problem;
use super::holder::{CardData, StateWords as _};
use crate::domain::ecard::ECardState;
use crate::web::cx::Cx;
use askama::Template;

/// What the page is for.
#[derive(Clone)]
pub enum LossStage {
    /// To report.
    Form,
    /// Reported.
    Reported {
        /// The receipt's number.
        receipt: String,
        /// When, by `Lang::minute`.
        at: String,
    },
    /// Out of use already, otherwise than by such a report.
    OutOfUse(ECardState),
    /// There is no card.
    NoCard,
}

/// `/card/loss`
#[derive(Clone, Template)]
#[template(path = "holder/loss.html")]
pub struct LossPage {
    /// The page context.
    pub cx: Cx,
    /// The card.
    pub card: Option<CardData>,
    /// What the page is for.
    pub stage: LossStage,
    /// What was wrong with the form.
    pub problem: Option<Problem>,
}
