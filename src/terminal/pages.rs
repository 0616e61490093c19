//! The terminal's one page.

use super::answer::{Answer, Light};
use crate::domain::function::CardFunction;
use crate::web::cx::Cx;
use askama::Template;
use std::time::Duration;

/// `/`: ready for the next card, under the answer for the last one.
#[derive(Template)]
#[template(path = "terminal/scan.html")]
pub(super) struct ScanPage {
    pub(super) cx: Cx,
    pub(super) answer: Option<Answer>,
    pub(super) function: Option<CardFunction>,
    /// How old the oldest status is; none before all lists were had.
    pub(super) oldest: Option<Duration>,
    pub(super) max_age: Duration,
    pub(super) waiting: usize,
    /// The message that says how it stands with the issuer.
    pub(super) link: &'static str,
    /// Whether the issuer may be asked of single cards at all.
    pub(super) asks: bool,
}

impl ScanPage {
    fn light(answer: &Answer) -> &'static str {
        match answer.light {
            Light::Green => "green",
            Light::Amber => "amber",
            Light::Red => "red",
        }
    }

    fn icon(answer: &Answer) -> &'static str {
        match answer.light {
            Light::Green => "check",
            Light::Amber => "warn",
            Light::Red => "stop",
        }
    }

    fn clock(answer: &Answer) -> String {
        let text = answer.at.shanghai_second();
        text.rsplit(' ').next().unwrap_or_default().to_owned()
    }

    fn seconds(age: &Duration) -> u32 {
        u32::try_from(age.as_secs()).unwrap_or(u32::MAX)
    }

    fn waiting(&self) -> u32 {
        u32::try_from(self.waiting).unwrap_or(u32::MAX)
    }

    /// Whether a card shown now without network would be amber.
    fn too_old(&self) -> bool {
        self.oldest.is_none_or(|age| age > self.max_age)
    }

    /// Whether that is because what is known has aged.
    fn has_aged(&self) -> bool {
        self.oldest.is_some_and(|age| age > self.max_age)
    }

    fn purpose(&self) -> &'static str {
        match self.function {
            Some(CardFunction::MedicalSettle) => "function-medical-settle",
            Some(CardFunction::PharmacyPay) => "function-pharmacy-pay",
            Some(CardFunction::BenefitReceive) => "function-benefit-receive",
            Some(CardFunction::EmploymentService) => "function-employment-service",
            Some(CardFunction::TransitRide) => "function-transit-ride",
            Some(CardFunction::UtilityPay) => "function-utility-pay",
            Some(CardFunction::AccountBank) => "function-account-bank",
            None => "terminal-any-function",
        }
    }
}
