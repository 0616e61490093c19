use super::*;
use rcgen::{ExtendedKeyUsagePurpose, date_time_ymd};
use std::time::Duration;

/// The authority's certificate as `client_ca`.
fn trusted(authority: &Certificate) -> ClientCa {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, authority.pem()).unwrap();
    ClientCa::read(&path).unwrap()
}

/// A certificate for clients, from 2026 to the end of 2027; `NOW` is 2027-01-15.
fn for_clients() -> CertificateParams {
    let mut params = params("pay.example");
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2027, 12, 31);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
}

fn issued(params: &CertificateParams, by: &Issuer<'static, KeyPair>) -> ClientCertificate {
    read(&params.signed_by(&KeyPair::generate().unwrap(), by).unwrap())
}

#[test]
fn what_a_trusted_authority_issued_is_trusted_in_its_time() {
    let (root, issuer) = authority("root");
    let certificate = issued(&for_clients(), &issuer);
    let ca = trusted(&root);
    assert!(certificate.is_trusted(Some(&ca), NOW));
    let year = Duration::from_secs(366 * 24 * 3600);
    assert!(!certificate.is_trusted(Some(&ca), NOW + year), "expired");
    assert!(!certificate.is_trusted(Some(&ca), NOW - year - year), "not begun");
}

#[test]
fn another_authority_of_the_same_name_is_not_trusted() {
    let (root, _) = authority("root");
    let (_, impostor) = authority("root");
    assert!(!issued(&for_clients(), &impostor).is_trusted(Some(&trusted(&root)), NOW));
}

#[test]
fn a_self_signed_certificate_is_nobodys() {
    let (root, _) = authority("root");
    let certificate = read(&for_clients().self_signed(&KeyPair::generate().unwrap()).unwrap());
    assert!(!certificate.is_trusted(Some(&trusted(&root)), NOW));
}

#[test]
fn without_an_authority_nobody_is_trusted() {
    let (_, issuer) = authority("root");
    assert!(!issued(&for_clients(), &issuer).is_trusted(None, NOW));
}

#[test]
fn a_certificate_for_servers_is_none_for_clients() {
    let (root, issuer) = authority("root");
    let mut params = for_clients();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    assert!(!issued(&params, &issuer).is_trusted(Some(&trusted(&root)), NOW));
}

#[test]
fn a_chain_needs_its_middle() {
    let (root, by_root) = authority("root");
    let key = KeyPair::generate().unwrap();
    let mut middle = params("middle");
    middle.is_ca = IsCa::Ca(rcgen::BasicConstraints::Constrained(0));
    let between = middle.signed_by(&key, &by_root).unwrap();
    let mut certificate = issued(&for_clients(), &Issuer::new(middle, key));
    let ca = trusted(&root);
    assert!(!certificate.is_trusted(Some(&ca), NOW));
    certificate.intermediates = vec![between.der().to_vec()];
    assert!(certificate.is_trusted(Some(&ca), NOW));
}

#[test]
fn a_bundle_that_holds_none_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    assert!(ClientCa::read(&path).unwrap_err().to_string().contains("ca.pem: not there"));
    std::fs::write(&path, "nothing").unwrap();
    assert!(ClientCa::read(&path).unwrap_err().to_string().contains("no certificate in PEM"));
}
