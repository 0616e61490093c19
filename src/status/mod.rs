//! The card-status lists: how entries are drawn and how a list is written.

mod board;
pub mod codec;
pub mod feistel;

pub use board::{Published, StatusBoard, StatusError};
