mod names;
mod sources;
mod trust;

use super::*;
use rcgen::{Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair, PublicKeyData as _};

const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);

/// Parameters of a client's certificate.
fn params(common_name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "CN");
    params.distinguished_name.push(DnType::OrganizationName, "Example, Inc.");
    params.distinguished_name.push(DnType::CommonName, common_name);
    params
}

fn self_signed(common_name: &str) -> Certificate {
    params(common_name).self_signed(&KeyPair::generate().unwrap()).unwrap()
}

/// Somebody who issues certificates: the name, and what issues.
fn authority(name: &str) -> (Certificate, Issuer<'static, KeyPair>) {
    let key = KeyPair::generate().unwrap();
    let mut params = params(name);
    params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).unwrap();
    (certificate, Issuer::new(params, key))
}

fn read(certificate: &Certificate) -> ClientCertificate {
    ClientCertificate::from_der(certificate.der().to_vec()).unwrap()
}

#[test]
fn thumbprint_and_key_are_those_of_the_certificate() {
    let key = KeyPair::generate().unwrap();
    let certificate = params("pay.example").self_signed(&key).unwrap();
    let read = read(&certificate);
    assert_eq!(read.thumbprint(), URL_SAFE_NO_PAD.encode(sha256(certificate.der())));
    assert_eq!(read.thumbprint().len(), 43);
    assert_eq!(read.public_key_spki(), key.subject_public_key_info());
    assert_eq!(format!("{read:?}"), format!("ClientCertificate({})", read.thumbprint()));
}

#[test]
fn what_is_no_certificate_is_refused() {
    let mut longer = self_signed("a").der().to_vec();
    longer.push(0);
    for der in [Vec::new(), b"certificate".to_vec(), longer] {
        assert_eq!(ClientCertificate::from_der(der), Err(NotACertificate));
    }
}
