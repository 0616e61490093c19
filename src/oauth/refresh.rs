//! Makes and recognises refresh tokens: a keyed hash stands for what is stored nowhere.

use crate::app::App;
use crate::domain::ids::LineId;
use crate::storage::vault::{Purpose, mac_eq};
use crate::token::refresh::{RefreshToken, signed_text};

/// The token of a line's generation: the same text whenever it is made.
pub(super) fn make(app: &App, line: &LineId, generation: i64) -> RefreshToken {
    let mac = app.vault.index(Purpose::RefreshToken, &signed_text(line, generation));
    RefreshToken { line: line.clone(), generation, mac }
}

/// The token a text is, if this service made it. Whether its line lives is not looked at.
pub(super) fn read(app: &App, text: &str) -> Option<RefreshToken> {
    let token = RefreshToken::parse(text)?;
    let ours = make(app, &token.line, token.generation);
    mac_eq(&ours.mac, &token.mac).then_some(token)
}
