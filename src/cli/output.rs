//! What a command prints: a table for people, JSON for scripts.

use super::Failure;
use super::serve::unavailable;
use crate::domain::time::Timestamp;
use serde::Serialize;
use std::io::Write as _;

/// Prints a value as JSON, indented.
pub(super) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(unavailable)?;
    line(&text)
}

/// Prints a line to standard output; a reader that went away is no fault.
pub(super) fn line(text: &str) -> Result<(), Failure> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(unavailable(e)),
        _ => Ok(()),
    }
}

/// Says a line on standard error. A reader that went away is no fault, and there is nobody left to
/// tell of any other.
pub(super) fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A moment as an operator reads it, with its zone.
pub(super) fn moment(at: Timestamp) -> String {
    format!("{} UTC+8", at.shanghai_minute())
}

/// Prints rows under a heading, columns as wide as their widest entry.
pub(super) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> Result<(), Failure> {
    let mut widths = head.map(|name| name.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let shown = |cells: Vec<&str>| {
        let cells = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    line(&shown(head.to_vec()))?;
    for row in rows {
        line(&shown(row.iter().map(String::as_str).collect()))?;
    }
    Ok(())
}
