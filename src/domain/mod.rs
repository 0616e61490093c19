//! What the service knows: values that cannot hold a bad content, and the state machines.
//!
//! Pure: no HTTP, no database, no templates, no clock and no randomness. Time is an argument.

pub mod activation_code;
pub mod assurance;
pub mod authorization;
mod calendar;
pub mod card_change;
pub mod citizen;
pub mod claim;
pub mod client;
mod country;
pub mod demo_story;
pub mod ecard;
pub mod eligibility;
pub mod field;
pub mod function;
pub mod grant;
pub mod id_number;
pub mod ids;
pub mod liveness;
pub mod masking;
pub mod minor_rule;
pub mod mobile_number;
pub mod online_code;
pub mod password;
pub mod pension;
pub mod person_name;
pub mod pin;
pub mod region;
pub mod scope;
pub mod secret;
pub mod sms_text;
pub mod status;
pub mod status_bits;
pub mod time;
pub mod told_offline;
mod typed;
