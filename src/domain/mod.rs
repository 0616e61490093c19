//! What the service knows: values that cannot hold a bad content, and the state machines.
//!
//! Pure: no HTTP, no database, no templates, no clock and no randomness. Time is an argument.

pub mod assurance;
pub mod citizen;
pub mod function;
pub mod id_number;
pub mod ids;
pub mod mobile_number;
pub mod person_name;
pub mod secret;
pub mod status;
pub mod status_bits;
pub mod time;
