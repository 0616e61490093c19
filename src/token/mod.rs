//! What this service signs: the ring of keys, and one file a kind of token.

pub mod access;
pub mod card;
pub mod id;
pub mod jwks;
pub mod keyring;
pub mod logout;
pub mod refresh;
pub mod signer;
pub mod status_list;
pub mod subject;
