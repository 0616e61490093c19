//! What a folder of keys must be for the service to start on it.

use super::*;

#[test]
fn a_broken_folder_leaves_the_running_keys_in_service() {
    let b = bench();
    b.ring.rotate(Es256, NOW, false).unwrap();
    let server = b.reopen().unwrap();
    fs::write(b.folder.path().join("signing.json"), b"{").unwrap();
    assert!(server.reload_if_changed().is_err());
    assert_eq!(signer_of(&server, NOW), b.first());
}

#[test]
fn a_key_readable_by_others_stops_the_start() {
    let b = bench();
    for path in [b.key_file(&b.first()), b.folder.path().join("signing.json")] {
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(b.reopen(), Err(KeyFileError::Readable { mode: 0o644, .. })));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    assert!(b.reopen().is_ok());
}

#[test]
fn a_key_of_another_user_stops_the_start() {
    let b = bench();
    let path = b.key_file(&b.first());
    if std::os::unix::fs::chown(&path, Some(65_534), None).is_err() {
        return; // Only root can give a file away.
    }
    assert!(matches!(b.reopen(), Err(KeyFileError::Foreign { owner: 65_534, .. })));
}

#[test]
fn a_key_nobody_listed_stops_the_start() {
    let b = bench();
    let stranger = b.key_file("stranger");
    fs::copy(b.key_file(&b.first()), &stranger).unwrap();
    assert!(matches!(b.reopen(), Err(KeyFileError::Content { path, .. }) if path == stranger));
}

#[test]
fn a_key_without_any_list_stops_the_first_start() {
    let b = bench();
    let list = b.folder.path().join("signing.json");
    fs::remove_file(&list).unwrap();
    assert!(matches!(b.reopen(), Err(KeyFileError::Content { .. })));
    assert!(!list.exists(), "no new ring is begun beside a key nobody knows");
}

#[test]
fn an_exchanged_key_stops_the_start() {
    let (b, other) = (bench(), bench());
    fs::copy(other.key_file(&other.first()), b.key_file(&b.first())).unwrap();
    let Err(KeyFileError::Content { reason, .. }) = b.reopen() else { panic!("accepted") };
    assert!(reason.contains(&other.first()), "{reason}");
}

#[test]
fn a_listed_key_that_is_missing_stops_the_start() {
    let b = bench();
    fs::remove_file(b.key_file(&b.first())).unwrap();
    assert!(matches!(b.reopen(), Err(KeyFileError::Content { .. })));
}

#[test]
fn a_ring_whose_list_lost_the_card_key_stops_the_start() {
    let b = bench();
    b.ring.complete(NOW).unwrap();
    fs::remove_file(b.key_file(&b.first())).unwrap();
    let schedule = Schedule(b.ring.snapshot().schedule.0[1..].to_vec());
    b.ring.folder.write_schedule(&schedule).unwrap();
    let Err(KeyFileError::Content { reason, .. }) = b.reopen() else { panic!("accepted") };
    assert!(reason.contains("ES256"), "{reason}");
}

#[test]
fn an_unknown_algorithm_in_the_list_stops_the_start() {
    let b = bench();
    let list = b.folder.path().join("signing.json");
    let text = fs::read_to_string(&list).unwrap().replace("ES256", "none");
    fs::write(&list, text).unwrap();
    assert!(matches!(b.reopen(), Err(KeyFileError::Content { .. })));
}
