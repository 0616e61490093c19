//! The people file: JSON Lines that fill the simulated population registry, one person a line.
//!
//! A file is taken whole or not at all. [`prepare`] reads it once, checks every line and writes
//! the rows, already sealed, to a private spool; [`load`] puts the spool into the database in one
//! transaction. Only what tells duplicates apart stays in memory: some 60 bytes a person.

mod generate;
mod insurance;
mod line;
mod load;
mod portrait;
mod prepare;
mod spool;
mod unique;

pub use generate::Generator;
pub use line::{Checked, Line, Wrong};
pub use load::{Loaded, Prepared, load, person, save};
pub use prepare::{Outcome, PeopleFileError, prepare};
pub use spool::Spool;

/// Bytes of a line beyond which it is refused: a portrait of 5 MB in base64, and room beside it.
pub const MAX_LINE_BYTES: usize = 8 * 1024 * 1024;

/// How many bad lines are named; the others are counted.
pub const NAMED_LINES: usize = 100;
