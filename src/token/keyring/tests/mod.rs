mod folder;

use super::SigningAlgorithm::{Es256, Rs256};
use super::*;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);

struct Bench {
    folder: tempfile::TempDir,
    ring: KeyRing,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let ring = KeyRing::open_or_create(folder.path(), NOW).unwrap();
    Bench { folder, ring }
}

impl Bench {
    fn reopen(&self) -> Result<KeyRing, KeyFileError> {
        KeyRing::open_or_create(self.folder.path(), NOW)
    }
    fn key_file(&self, kid: &str) -> PathBuf {
        self.folder.path().join(format!("signing-{kid}.pem"))
    }
    fn first(&self) -> String {
        self.ring.keys_table(NOW)[0].kid.clone()
    }
    fn states(&self, now: Timestamp) -> Vec<KeyState> {
        self.ring.keys_table(now).iter().map(|row| row.state).collect()
    }
}

fn signer_of(ring: &KeyRing, now: Timestamp) -> String {
    let token = ring.sign("test", &serde_json::json!({"a": 1}), now).unwrap();
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    assert_eq!((&header["alg"], &header["typ"]), (&"ES256".into(), &"test".into()));
    header["kid"].as_str().unwrap().to_owned()
}

#[test]
fn the_same_key_signs_after_a_restart() {
    let b = bench();
    assert_eq!(signer_of(&b.ring, NOW), b.first());
    assert_eq!(signer_of(&b.reopen().unwrap(), NOW), b.first());
}

#[test]
fn a_new_key_is_published_before_it_signs() {
    let b = bench();
    let made = b.ring.rotate(Es256, NOW, false).unwrap();
    assert_eq!(made.activates_at, NOW + PUBLICATION_LEAD);
    assert!(PUBLICATION_LEAD.as_secs() >= 2 * crate::token::jwks::JWKS_MAX_AGE_SECONDS);
    let published: Vec<_> = b.ring.jwks().keys.iter().map(|k| k.kid().to_owned()).collect();
    assert!(published.contains(&made.kid) && published.contains(&b.first()));
    let before = made.activates_at - Duration::from_secs(1);
    assert_eq!(signer_of(&b.ring, before), b.first());
    assert_eq!(b.states(before), [KeyState::Active, KeyState::Next]);
    assert_eq!(signer_of(&b.ring, made.activates_at), made.kid);
    assert_eq!(b.states(made.activates_at), [KeyState::Retiring, KeyState::Active]);
}

#[test]
fn no_second_key_waits_at_a_time() {
    let b = bench();
    let made = b.ring.rotate(Es256, NOW, false).unwrap();
    let refused = b.ring.rotate(Es256, NOW + Duration::from_secs(599), false);
    let Err(RotationError::Pending { kid, activates_at }) = refused else { panic!("not refused") };
    assert_eq!((kid, activates_at), (made.kid, made.activates_at));
    assert!(b.ring.rotate(Es256, NOW + PUBLICATION_LEAD, false).is_ok());
}

#[test]
fn an_emergency_signs_at_once_and_throws_the_waiting_key_away() {
    let b = bench();
    let waiting = b.ring.rotate(Es256, NOW, false).unwrap();
    let made = b.ring.rotate(Es256, NOW, true).unwrap();
    assert_eq!(made.discarded.as_ref(), Some(&waiting.kid));
    assert_eq!(signer_of(&b.ring, NOW), made.kid);
    assert_eq!(signer_of(&b.ring, NOW + PUBLICATION_LEAD), made.kid);
    assert!(!b.key_file(&waiting.kid).exists());
    assert!(b.ring.retire(&b.first(), NOW, true).is_ok());
    assert_eq!(b.states(NOW), [KeyState::Retired, KeyState::Retired, KeyState::Active]);
}

#[test]
fn a_key_stays_published_while_its_tokens_live() {
    let b = bench();
    let made = b.ring.rotate(Es256, NOW, false).unwrap();
    let over = made.activates_at + RETIREMENT_DELAY;
    let early = b.ring.retire(&b.first(), over - Duration::from_secs(1), false);
    assert!(matches!(early, Err(RotationError::TokensAlive { until, .. }) if until == over));
    b.ring.retire(&b.first(), over, false).unwrap();
    assert!(!b.key_file(&b.first()).exists());
    assert_eq!(b.ring.jwks().keys.len(), 1);
    assert!(matches!(
        b.ring.retire(&b.first(), over, false),
        Err(RotationError::AlreadyRetired(_))
    ));
    assert_eq!(signer_of(&b.reopen().unwrap(), over), made.kid);
}

#[test]
fn the_active_and_the_waiting_key_cannot_be_retired_even_by_force() {
    let b = bench();
    let made = b.ring.rotate(Es256, NOW, false).unwrap();
    for kid in [b.first(), made.kid] {
        assert!(matches!(b.ring.retire(&kid, NOW, true), Err(RotationError::InUse(_))));
    }
    assert!(matches!(b.ring.retire("nobody", NOW, true), Err(RotationError::Unknown(_))));
}

#[test]
fn a_running_server_takes_a_rotation_over() {
    let b = bench();
    let server = b.reopen().unwrap();
    assert!(!server.reload_if_changed().unwrap());
    let made = b.ring.rotate(Es256, NOW, true).unwrap();
    assert!(server.reload_if_changed().unwrap());
    assert_eq!(signer_of(&server, NOW), made.kid);
    assert!(!server.reload_if_changed().unwrap());
}

#[test]
fn an_imported_key_waits_its_turn_and_comes_in_once() {
    let (b, elsewhere) = (bench(), bench());
    let pem = fs::read(elsewhere.key_file(&elsewhere.first())).unwrap();
    let made = b.ring.import(&pem, NOW).unwrap();
    assert_eq!((made.kid, made.activates_at), (elsewhere.first(), NOW + PUBLICATION_LEAD));
    assert!(matches!(b.ring.import(&pem, NOW), Err(RotationError::Known(_))));
    assert!(matches!(b.ring.import(b"no key", NOW), Err(RotationError::NotAKey(_))));
}

#[test]
fn the_key_set_holds_public_members_only() {
    let b = bench();
    b.ring.complete(NOW).unwrap();
    let set = serde_json::to_value(b.ring.jwks()).unwrap();
    for key in set["keys"].as_array().unwrap() {
        let members: Vec<_> = key.as_object().unwrap().keys().cloned().collect();
        if key["alg"] == "ES256" {
            assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
        } else {
            assert_eq!((&key["kty"], &key["alg"]), (&"RSA".into(), &"RS256".into()));
            assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]);
        }
    }
}

#[test]
fn the_first_key_of_an_algorithm_is_made_once_and_signs_at_once() {
    let b = bench();
    let claims = serde_json::json!({});
    let signed = b.ring.sign_with(Rs256, None, &claims, NOW);
    assert!(matches!(signed, Err(TokenError::NoKey(Rs256))));
    b.ring.complete(NOW).unwrap();
    b.ring.complete(NOW).unwrap();
    assert_eq!(b.states(NOW), [KeyState::Active, KeyState::Active]);
    let token = b.ring.sign_with(Rs256, None, &claims, NOW).unwrap();
    let mut parts = token.rsplitn(2, '.');
    let (signature, signed) = (parts.next().unwrap(), parts.next().unwrap());
    let header = URL_SAFE_NO_PAD.decode(signed.split('.').next().unwrap()).unwrap();
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    let kid = &b.ring.keys_table(NOW)[1].kid;
    assert_eq!(header, serde_json::json!({"alg": "RS256", "kid": kid}));
    let set = serde_json::to_value(b.ring.jwks()).unwrap();
    let key = set["keys"].as_array().unwrap().iter().find(|k| k["kid"] == **kid).unwrap();
    let member = |name: &str| key[name].as_str().unwrap();
    let public = jsonwebtoken::DecodingKey::from_rsa_components(member("n"), member("e")).unwrap();
    let alg = jsonwebtoken::Algorithm::RS256;
    assert!(jsonwebtoken::crypto::verify(signature, signed.as_bytes(), &public, alg).unwrap());
}

#[test]
fn one_algorithm_changes_keys_without_the_other() {
    let b = bench();
    b.ring.complete(NOW).unwrap();
    let made = b.ring.rotate(Rs256, NOW, false).unwrap();
    assert_eq!(made.activates_at, NOW + PUBLICATION_LEAD);
    assert_eq!(signer_of(&b.ring, made.activates_at), b.first());
    assert_eq!(b.states(NOW), [KeyState::Active, KeyState::Active, KeyState::Next]);
    let another = b.ring.rotate(Es256, NOW, true).unwrap();
    assert_eq!((&another.discarded, another.supersedes), (&None, Some(b.first())));
    let later = made.activates_at;
    use KeyState::{Active, Retiring};
    assert_eq!(b.states(later), [Retiring, Retiring, Active, Active]);
    let rows = b.ring.keys_table(later);
    assert_eq!((rows[0].superseded_at, rows[1].superseded_at), (Some(NOW), Some(later)));
}

#[test]
fn an_rsa_key_is_imported_as_what_it_is() {
    let b = bench();
    let pem = pem::encode(&Rs256.generate().unwrap());
    let first = b.ring.import(pem.as_bytes(), NOW).unwrap();
    assert_eq!((first.alg, first.activates_at), (Rs256, NOW), "nobody waits for it");
    let pem = pem::encode(&Rs256.generate().unwrap());
    let second = b.ring.import(pem.as_bytes(), NOW).unwrap();
    assert_eq!((second.alg, second.activates_at), (Rs256, NOW + PUBLICATION_LEAD));
    assert_eq!(b.reopen().unwrap().jwks().keys.len(), 3);
}

#[test]
fn a_clock_set_back_does_not_stop_signing() {
    let b = bench();
    assert_eq!(signer_of(&b.ring, NOW - Duration::from_secs(3600)), b.first());
}
