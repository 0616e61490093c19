//! The toolbox of the pages: language, messages, page context, embedded files.

mod answer;
pub mod assets;
pub mod cookies;
pub mod cx;
pub mod forms;
pub mod headers;
pub mod lang;
pub mod next;
pub mod paths;
pub mod qr_code;
pub mod translator;
pub mod urls;
