//! The toolbox of the pages: language, messages, page context, embedded files.

pub mod assets;
pub mod cx;
pub mod lang;
pub mod translator;
