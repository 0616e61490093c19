//! Ending the session at a partner's wish (OpenID Connect RP-Initiated Logout 1.0).

use crate::web::cx::Cx;
use askama::Template;

/// Log out here as well?
#[derive(Clone, Template)]
#[template(path = "oauth/logout.html")]
pub struct LogoutPage {
    /// The page context.
    pub cx: Cx,
    /// Who wishes it, in the page's language; none when nobody vouches for that.
    pub partner: Option<String>,
}

/// Logged out.
#[derive(Clone, Template)]
#[template(path = "oauth/logged_out.html")]
pub struct LoggedOutPage {
    /// The page context.
    pub cx: Cx,
}
