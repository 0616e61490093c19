//! What hostile input meets first: every parser of the verifier as a plain function of bytes. Each
//! asserts more than that nothing panics: what is accepted is what was honestly made, or keeps the
//! rules that a second look can check.

use super::world::{self, EXPECT, EXPECT_LIST, NOW, World};
use ecard::domain::status_bits::EntryBits;
use ecard::verifier::offline::{is_online_code, open_presentation};
use ecard::verifier::{
    TrustedKeys, UnknownReason, Verdict, check_status, decode_list, verify_card_token,
    verify_status_list,
};
use serde_json::Value;
use std::borrow::Cow;

/// A target: its name, honest input to begin with, and what is done with input.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) seed: fn(&World) -> Vec<u8>,
    pub(crate) run: fn(&World, &[u8]),
}

/// Every target.
pub(crate) const TARGETS: [Target; 12] = [
    Target { name: "card_token", seed: |w| w.card.clone().into_bytes(), run: card_token },
    Target { name: "card_header", seed: |w| w.header("ecard+jwt"), run: card_header },
    Target { name: "card_claims", seed: |_| world::claims(), run: card_claims },
    Target { name: "status_token", seed: |w| w.list.clone().into_bytes(), run: status_token },
    Target { name: "status_claims", seed: |_| world::list_claims(), run: status_claims },
    Target { name: "status_bits", seed: |_| world::packed().into_bytes(), run: status_bits },
    Target { name: "zlib", seed: zlib_seed, run: zlib },
    Target { name: "offline_text", seed: |w| w.code.clone().into_bytes(), run: offline_text },
    Target { name: "offline_ticket", seed: World::ticket_payload, run: offline_ticket },
    Target { name: "offline_payload", seed: World::presentation_payload, run: offline_payload },
    Target {
        name: "online_code",
        seed: |_| b"012345678901234567890123".to_vec(),
        run: online_code,
    },
    Target { name: "jwks", seed: |w| w.jwks.clone(), run: jwks },
];

fn text(input: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(input)
}

fn card_token(world: &World, input: &[u8]) {
    let token = text(input);
    if verify_card_token(&token, &world.keys, &EXPECT, NOW).is_ok() {
        assert_eq!(token, world.card, "a changed token was believed");
    }
}

fn card_header(world: &World, input: &[u8]) {
    let token = world.signed(input, &world::claims());
    if verify_card_token(&token, &world.keys, &EXPECT, NOW).is_ok() {
        let header: Value = serde_json::from_slice(input).expect("what was believed is JSON");
        assert_eq!(header["alg"], "ES256");
        // Media types know no case, and may be written in full (RFC 7515 §4.1.9).
        let typ = header["typ"].as_str().expect("a text").to_ascii_lowercase();
        assert_eq!(typ.strip_prefix("application/").unwrap_or(&typ), "ecard+jwt");
        for forbidden in ["jku", "jwk", "x5u", "crit"] {
            assert!(header.get(forbidden).is_none(), "{forbidden} was believed");
        }
    }
}

fn card_claims(world: &World, input: &[u8]) {
    let token = world.signed(&world.header("ecard+jwt"), input);
    let Ok(verified) = verify_card_token(&token, &world.keys, &EXPECT, NOW) else { return };
    assert_eq!(verified.issuer, EXPECT.issuer);
    assert!(verified.audiences.iter().any(|aud| EXPECT.audiences.contains(&aud.as_str())));
    assert!(verified.expires_at > NOW);
    let list = verify_status_list(&world.list, &world.keys, &EXPECT_LIST, NOW).expect("honest");
    if verified.status.uri != world::LIST || verified.status.idx >= 256 {
        assert!(matches!(check_status(&verified, Ok(&list), NOW), Verdict::Unknown(_)));
    }
    let none = check_status(&verified, Err(UnknownReason::ListUnavailable), NOW);
    assert!(matches!(none, Verdict::Unknown(_)), "no list is never a valid card");
}

fn status_token(world: &World, input: &[u8]) {
    let token = text(input);
    if verify_status_list(&token, &world.keys, &EXPECT_LIST, NOW).is_ok() {
        assert_eq!(token, world.list, "a changed list was believed");
    }
}

fn status_claims(world: &World, input: &[u8]) {
    let token = world.signed(&world.header("statuslist+jwt"), input);
    if let Ok(list) = verify_status_list(&token, &world.keys, &EXPECT_LIST, NOW) {
        assert_eq!(list.uri, world::LIST);
        assert!(list.expires_at > NOW && list.value(u32::MAX).is_none());
    }
}

fn status_bits(_: &World, input: &[u8]) {
    for bits in [EntryBits::One, EntryBits::Two, EntryBits::Four, EntryBits::Eight] {
        if let Ok(list) = decode_list(bits, &text(input)) {
            assert!(list.get(u32::MAX).is_none(), "no list is that long");
        }
    }
}

fn zlib_seed(_: &World) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(world::packed()).expect("ours")
}

/// The compressed stream itself: deflate's own traps, bombs among them.
fn zlib(world: &World, input: &[u8]) {
    use base64::Engine as _;
    status_bits(world, base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(input).as_bytes());
}

fn offline_text(world: &World, input: &[u8]) {
    let code = text(input);
    if open_presentation(&code, &world.keys, world::ISSUER, NOW).is_ok() {
        assert_eq!(code, world.code, "a changed code was believed");
    }
}

fn offline_ticket(world: &World, input: &[u8]) {
    let code = world.code_with_ticket(input);
    if let Ok(code) = open_presentation(&code, &world.keys, world::ISSUER, NOW) {
        let left = code.expires_at.epoch_seconds() - NOW.epoch_seconds();
        assert!((1..=24 * 3600 + 30).contains(&left), "ends in {left} s");
        assert!(code.status.uri.starts_with("https://i.example/status/"));
    }
}

fn offline_payload(world: &World, input: &[u8]) {
    let code = world.code_with(input);
    if let Ok(code) = open_presentation(&code, &world.keys, world::ISSUER, NOW) {
        let apart = code.shown_at.epoch_seconds().abs_diff(NOW.epoch_seconds());
        assert!(apart <= 90, "shown {apart} s apart");
    }
}

fn online_code(_: &World, input: &[u8]) {
    if is_online_code(&text(input)) {
        assert!(input.len() == 24 && input.iter().all(u8::is_ascii_digit));
    }
}

fn jwks(_: &World, input: &[u8]) {
    if TrustedKeys::from_jwks(input).is_ok() {
        let set: Value = serde_json::from_slice(input).expect("what was read is JSON");
        assert!(set["keys"].as_array().is_some_and(|keys| !keys.is_empty()));
    }
}
