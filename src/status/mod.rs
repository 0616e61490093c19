//! The card-status lists: where an entry is placed, the map in memory that follows the log, and
//! how a list is written and published.

mod board;
pub mod codec;
pub mod feistel;
mod follow;
mod load;
mod map;
mod places;
mod published;
mod publisher;
mod shelf;

pub use board::{StatusBoard, StatusError};
pub use published::{NotWritten, Published};
pub use publisher::Round;
