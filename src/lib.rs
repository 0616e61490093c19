//! `ecard` issues China's electronic social-security card (电子社保卡) and lets others verify it.
//!
//! Three people walk through this house: a citizen who claims a card in a browser, a partner app
//! that sends the citizen here to press "allow", and a relying service that must know whether a
//! card is good now. `ARCHITECTURE.md` is the map.

#[cfg(feature = "server")]
pub mod config;
pub mod domain;
#[cfg(feature = "server")]
pub mod keyfile;
#[cfg(feature = "server")]
pub mod ports;
#[cfg(feature = "server")]
pub mod simulator;
