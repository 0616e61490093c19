//! What the vault promises, without a database.

use super::*;
use crate::ports::entropy::SeededEntropy;

fn vault(folder: &Path, seed: u64) -> Vault {
    Vault::open_or_create(folder, &SeededEntropy::new(seed)).unwrap()
}

fn place(row: &str) -> Place<'_> {
    Place { table: "people", column: "name", row }
}

#[test]
fn a_sealed_value_opens_in_its_own_place_only() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path(), 1);
    let sealed = vault.seal(place("1"), "王䶮".as_bytes());
    assert_eq!(&*vault.unseal_text(place("1"), sealed.as_str()).unwrap(), "王䶮");
    for other in [
        place("2"),
        Place { column: "nam", row: "e1", ..place("") },
        Place { table: "peoplename", column: "", row: "1" },
    ] {
        assert_eq!(vault.unseal(other, sealed.as_str()).unwrap_err(), VaultError::Refused);
    }
}

#[test]
fn a_changed_sealed_value_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path(), 1);
    let sealed = vault.seal(place("1"), b"secret").into_string();
    let flipped = if sealed.ends_with('A') { "E" } else { "A" };
    let changed = format!("{}{flipped}", &sealed[..sealed.len() - 1]);
    assert_ne!(vault.unseal(place("1"), &changed).err(), None);
    assert_eq!(vault.unseal(place("1"), "no dot").unwrap_err(), VaultError::Malformed);
    assert_eq!(vault.unseal(place("1"), "zz.AAAA").unwrap_err(), VaultError::UnknownKey);
    let (id, _) = sealed.split_once('.').unwrap();
    assert_eq!(vault.unseal(place("1"), &format!("{id}.")).unwrap_err(), VaultError::Malformed);
}

#[test]
fn the_same_value_never_seals_alike() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path(), 1);
    assert_ne!(vault.seal(place("1"), b"x"), vault.seal(place("1"), b"x"));
}

#[test]
fn keys_survive_a_restart_and_differ_between_installations() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = vault(one.path(), 1);
    let sealed = first.seal(place("1"), b"x");
    let again = vault(one.path(), 2);
    assert_eq!(again.unseal(place("1"), sealed.as_str()).unwrap().as_slice(), b"x");
    assert_eq!(first.index(Purpose::Mobile, "1"), again.index(Purpose::Mobile, "1"));
    let stranger = vault(two.path(), 3);
    assert_eq!(stranger.unseal(place("1"), sealed.as_str()).unwrap_err(), VaultError::UnknownKey);
    assert_ne!(first.index(Purpose::Mobile, "1"), stranger.index(Purpose::Mobile, "1"));
}

#[test]
fn each_purpose_has_an_index_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path(), 1);
    assert_ne!(vault.index(Purpose::Mobile, "1"), vault.index(Purpose::Account, "1"));
    assert!(mac_eq(&vault.index(Purpose::Pin, "1"), &vault.index(Purpose::Pin, "1")));
    assert!(!mac_eq(&vault.index(Purpose::Pin, "1"), &vault.index(Purpose::Pin, "2")));
}

#[test]
fn old_values_open_after_a_rotation_in_another_process_and_not_after_retirement() {
    let folder = tempfile::tempdir().unwrap();
    let (service, tool) = (vault(folder.path(), 1), vault(folder.path(), 2));
    let old = service.seal(place("1"), b"x");
    let old_index = service.index(Purpose::Mobile, "1");
    tool.rotate_sealing(&SeededEntropy::new(3)).unwrap();
    tool.rotate_lookup(&SeededEntropy::new(4)).unwrap();
    assert!(tool.rotate_lookup(&SeededEntropy::new(5)).is_err());
    let new = tool.seal(place("1"), b"x");
    assert!(service.unseal(place("1"), new.as_str()).is_ok());
    assert!(service.unseal(place("1"), old.as_str()).is_ok());
    assert!(service.is_current(new.as_str()) && !service.is_current(old.as_str()));
    let indexes = service.indexes(Purpose::Mobile, "1");
    assert_eq!(indexes.len(), 2);
    assert_eq!(indexes[1], old_index);
    service.retire_old_keys().unwrap();
    assert_eq!(service.unseal(place("1"), old.as_str()).unwrap_err(), VaultError::UnknownKey);
    assert_eq!(service.indexes(Purpose::Mobile, "1").len(), 1);
}

#[test]
fn a_key_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    drop(vault(folder.path(), 1));
    let path = folder.path().join("lookup.json");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = Vault::open_or_create(folder.path(), &SeededEntropy::new(1));
    assert!(matches!(refused, Err(KeyFileError::Readable { .. })));
}

#[test]
fn a_lost_key_file_is_not_replaced_by_new_keys() {
    for lost in ["sealing.json", "lookup.json"] {
        let folder = tempfile::tempdir().unwrap();
        drop(vault(folder.path(), 1));
        std::fs::remove_file(folder.path().join(lost)).unwrap();
        let refused = Vault::open_or_create(folder.path(), &SeededEntropy::new(1));
        assert!(matches!(refused, Err(KeyFileError::Content { .. })));
        assert!(!folder.path().join(lost).exists());
    }
}

#[test]
fn a_damaged_key_file_is_refused_without_being_quoted() {
    let folder = tempfile::tempdir().unwrap();
    drop(vault(folder.path(), 1));
    let path = folder.path().join("sealing.json");
    crate::keyfile::replace(&path, b"{\"current\":\"hunter2\",\"keys\":[]}").unwrap();
    let refused = Vault::open_or_create(folder.path(), &SeededEntropy::new(1)).unwrap_err();
    assert!(refused.to_string().contains("sealing.json"));
    assert!(!refused.to_string().contains("hunter2"));
}

#[test]
fn rotating_the_lookup_key_leaves_peppers_subjects_and_codes_alone() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path(), 1);
    let permanent = [
        Purpose::Session,
        Purpose::Csrf,
        Purpose::ActivationCode,
        Purpose::CounterCode,
        Purpose::ClientSecret,
        Purpose::PairwiseSubject,
        Purpose::Pin,
        Purpose::StatusIndex,
    ];
    let before = permanent.map(|purpose| vault.index(purpose, "1"));
    let mobile = vault.index(Purpose::Mobile, "1");
    vault.rotate_lookup(&SeededEntropy::new(2)).unwrap();
    vault.rotate_sealing(&SeededEntropy::new(3)).unwrap();
    vault.retire_old_keys().unwrap();
    assert_eq!(permanent.map(|purpose| vault.index(purpose, "1")), before);
    assert_eq!(permanent.map(|purpose| vault.indexes(purpose, "1").len()), [1; 8]);
    assert_ne!(vault.index(Purpose::Mobile, "1"), mobile);
}

#[test]
fn a_rotation_by_another_process_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (vault(folder.path(), 1), vault(folder.path(), 2));
    assert!(!one.reload_if_changed().unwrap());
    other.rotate_lookup(&SeededEntropy::new(3)).unwrap();
    assert!(one.reload_if_changed().unwrap());
    assert_eq!(one.index(Purpose::Mobile, "1"), other.index(Purpose::Mobile, "1"));
    assert_eq!(one.superseded_keys(), 1);
}

#[test]
fn a_lost_pepper_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    vault(folder.path(), 1);
    std::fs::remove_file(folder.path().join("pepper.json")).unwrap();
    assert!(Vault::open_or_create(folder.path(), &SeededEntropy::new(2)).is_err());
}
