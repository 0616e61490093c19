//! The holder's name towards others: another one for every sector, so that two partners cannot
//! find out that they serve the same person.

use crate::domain::ids::CitizenId;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

/// The pairwise subject (OpenID Connect Core, section 8.1): HMAC-SHA256 of sector, a zero byte
/// and citizen, base64url. Neither the citizen nor another sector's name follows from it.
pub fn pairwise_subject(key: &[u8; 32], sector: &str, citizen: &CitizenId) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let mut input = hmac::Context::with_key(&key);
    input.update(sector.as_bytes());
    input.update(&[0]);
    input.update(citizen.as_str().as_bytes());
    URL_SAFE_NO_PAD.encode(input.sign())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_a_sector_and_none_follows_from_another() {
        let citizen = CitizenId::from_random([7; 16]);
        let one = pairwise_subject(&[1; 32], "a.example", &citizen);
        assert_eq!(one, pairwise_subject(&[1; 32], "a.example", &citizen));
        assert_ne!(one, pairwise_subject(&[1; 32], "b.example", &citizen));
        assert_ne!(one, pairwise_subject(&[2; 32], "a.example", &citizen));
        assert_ne!(one, pairwise_subject(&[1; 32], "a.example", &CitizenId::from_random([8; 16])));
        assert_eq!(one.len(), 43);
    }

    #[test]
    fn sector_and_citizen_cannot_run_into_each_other() {
        let one = pairwise_subject(&[1; 32], "ab", &CitizenId::from_stored("c"));
        assert_ne!(one, pairwise_subject(&[1; 32], "a", &CitizenId::from_stored("bc")));
    }
}
