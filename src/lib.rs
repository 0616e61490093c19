//! `ecard` issues China's electronic social-security card (电子社保卡) and lets others verify it.
//!
//! Three people walk through this house: a citizen who claims a card in a browser, a partner app
//! that sends the citizen here to press "allow", and a relying service that must know whether a
//! card is good now. `ARCHITECTURE.md` is the map.

#[cfg(feature = "server")]
pub mod app;
#[cfg(feature = "server")]
pub mod assembly;
#[cfg(feature = "server")]
pub mod auth;
#[cfg(feature = "server")]
pub mod claim;
#[cfg(feature = "server")]
pub mod cli;
#[cfg(feature = "server")]
pub mod config;
#[cfg(feature = "verifier")]
pub mod crypto;
#[cfg(feature = "server")]
pub mod demo_data;
pub mod domain;
#[cfg(feature = "server")]
pub mod error;
#[cfg(feature = "server")]
pub mod holder;
#[cfg(feature = "server")]
pub mod jobs;
#[cfg(feature = "server")]
pub mod keyfile;
#[cfg(feature = "server")]
pub mod oauth;
#[cfg(feature = "server")]
pub mod pages;
#[cfg(feature = "server")]
pub mod partner;
#[cfg(feature = "server")]
pub mod people_file;
#[cfg(feature = "server")]
pub mod ports;
#[cfg(feature = "server")]
pub mod relying;
#[cfg(feature = "server")]
pub mod simulator;
#[cfg(feature = "server")]
pub mod site;
#[cfg(feature = "server")]
pub mod status;
#[cfg(feature = "server")]
pub mod storage;
#[cfg(feature = "server")]
pub mod terminal;
#[cfg(feature = "server")]
pub mod token;
#[cfg(feature = "verifier")]
pub mod verifier;
#[cfg(feature = "server")]
pub mod web;

#[cfg(feature = "server")]
pub use site::router;
