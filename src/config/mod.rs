//! Typed configuration, a file a section.

pub mod providers;
