//! The steps of a claim that ask for something, in their order; the face step stands beside.

use super::problem::{FieldMessages, Problem};
use crate::web::cx::Cx;
use askama::Template;

/// Whether this service may process what a claim needs.
#[derive(Clone, Template)]
#[template(path = "claim/consent.html")]
pub struct ConsentPage {
    /// The page context.
    pub cx: Cx,
    /// What to mend.
    pub problem: Option<Problem>,
}

/// Log in, within a claim or at `/login`.
#[derive(Clone, Template)]
#[template(path = "claim/login.html")]
pub struct LoginPage {
    /// The page context.
    pub cx: Cx,
    /// What to mend.
    pub problem: Option<Problem>,
    /// The account as it was typed.
    pub account: String,
    /// Where to go afterwards, sent back as the hidden field `next`.
    pub next: Option<String>,
    /// Whether a claim is under way: shows the progress and links to `/claim/register`.
    pub in_claim: bool,
    /// Where whoever has no card yet claims one.
    pub claim_href: String,
}

/// Make an account: mobile number and password.
#[derive(Clone, Template)]
#[template(path = "claim/register.html")]
pub struct RegisterPage {
    /// The page context.
    pub cx: Cx,
    /// What to mend.
    pub problem: Option<Problem>,
    /// The account as it was typed.
    pub account: String,
}

/// Prove the new account's mobile number by the code sent to it.
#[derive(Clone, Template)]
#[template(path = "claim/register_code.html")]
pub struct RegisterCodePage {
    /// The page context.
    pub cx: Cx,
    /// What to mend.
    pub problem: Option<Problem>,
    /// What is known of the code's way.
    pub code: CodeSent,
}

/// Name and ID number.
#[derive(Clone, Template)]
#[template(path = "claim/real_name.html")]
pub struct RealNamePage {
    /// The page context.
    pub cx: Cx,
    /// What to mend.
    pub problem: Option<Problem>,
    /// The name as it was typed.
    pub name: String,
    /// The ID number as it was typed.
    pub id_number: String,
    /// Tries left in this claim.
    pub attempts_left: u32,
}

/// A code sent by SMS, as far as a page tells of it.
#[derive(Clone)]
pub struct CodeSent {
    /// The number it goes to, masked.
    pub mobile: String,
    /// The same number in full, for the demo's link to the simulated phone; none otherwise.
    pub demo_number: Option<String>,
    /// Seconds until another may be sent; zero: now.
    pub resend_in: u32,
    /// Tries left for this code.
    pub attempts_left: u32,
    /// How long a code is valid (min).
    pub valid_min: u64,
    /// The gateway has not taken the message yet and it is being retried.
    pub retrying: bool,
}

impl CodeSent {
    /// Whether a code was sent and has no tries left: only another one helps.
    pub const fn is_void(&self) -> bool {
        self.attempts_left == 0 && !self.mobile.is_empty()
    }
}

/// The activation code.
#[derive(Clone, Template)]
#[template(path = "claim/activation.html")]
pub struct ActivationPage {
    /// The page context.
    pub cx: Cx,
    /// What to mend.
    pub problem: Option<Problem>,
    /// What is known of the code's way.
    pub code: CodeSent,
}

/// Choose the card PIN; the last step.
#[derive(Clone, Template)]
#[template(path = "claim/pin.html")]
pub struct PinPage {
    /// The page context.
    pub cx: Cx,
    /// What to mend.
    pub problem: Option<Problem>,
}

/// The other way than by face: a one-time code from a counter.
#[derive(Clone, Template)]
#[template(path = "claim/counter_code.html")]
pub struct CounterCodePage {
    /// The page context.
    pub cx: Cx,
    /// What to mend.
    pub problem: Option<Problem>,
    /// Tries left in this claim.
    pub attempts_left: u32,
    /// How long a counter's code is valid (h).
    pub valid_h: u64,
    /// The face may still be tried: links back to it.
    pub face_open: bool,
}
