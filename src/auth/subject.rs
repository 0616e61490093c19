//! What a citizen is called towards a client.

use crate::app::App;
use crate::crypto::sha256;
use crate::domain::client::Client;
use crate::domain::ids::CitizenId;
use crate::storage::vault::Purpose;
use crate::token::subject::pairwise_subject;

/// The pairwise subject (OpenID Connect Core §8.1): the same for all clients of a sector, and
/// telling nothing to any other.
pub fn subject(app: &App, client: &Client, citizen: &CitizenId) -> String {
    let key = app.vault.index(Purpose::PairwiseSubject, "subject");
    pairwise_subject(&sha256(key.as_bytes()), client.sector(), citizen)
}
