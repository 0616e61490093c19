//! The card-status lists: how entries are drawn and how a list is written.

pub mod codec;
pub mod feistel;
