//! Who is calling: a browser's session, a client by its secret.

pub mod access;
pub mod bearer;
pub mod browser;
pub mod certificate;
pub mod client;
pub mod code;
pub mod context;
pub mod credentials;
pub mod device;
pub mod dpop;
pub mod ending;
pub mod face;
pub mod face_match;
pub mod farewell;
mod issued;
pub mod login;
mod numeric_date;
pub mod over;
pub mod pending;
pub mod posted;
pub mod registration;
pub mod subject;
pub mod throttle;
pub mod visitor;
