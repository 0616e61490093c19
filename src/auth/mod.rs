//! Who is calling: a browser's session, a client by its secret.

pub mod browser;
pub mod certificate;
pub mod client;
pub mod context;
pub mod credentials;
pub mod login;
pub mod throttle;
pub mod visitor;
