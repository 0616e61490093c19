//! The code a holder shows.

use crate::web::cx::Cx;
use crate::web::qr_code::QrPicture;
use askama::Template;

/// A code on the screen.
#[derive(Clone)]
pub struct Shown {
    /// The code, drawn.
    pub picture: QrPicture,
    /// Its digits in groups, for whoever types them.
    pub groups: Vec<String>,
    /// How long it holds (s).
    pub seconds: u64,
    /// Where the next one comes from.
    pub next: String,
    /// What this browser keeps tickets for another holder apart by.
    pub holder: String,
}

/// `/card/qr`
#[derive(Clone, Template)]
#[template(path = "holder/qr.html")]
pub struct QrPage {
    /// The page context.
    pub cx: Cx,
    /// The holder's name, masked.
    pub name: String,
    /// The code; none when nobody has touched the page for long.
    pub shown: Option<Shown>,
}

/// `/card/qr/offline`: the phone keeps it, and draws the codes itself.
#[derive(Clone, Template)]
#[template(path = "holder/offline.html")]
pub struct OfflinePage {
    /// The page context, without anything of a session.
    pub cx: Cx,
    /// The holder's name, masked.
    pub name: String,
}
