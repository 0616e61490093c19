//! `tls_client_auth` and `self_signed_tls_client_auth` (RFC 8705 §2): the key of a connection.

use super::{ClientAuthError, keys};
use crate::app::App;
use crate::app::directory::KnownClient;
use crate::auth::certificate::{ClientCertificate, DistinguishedName};
use crate::crypto::jwk::PublicJwkSet;
use crate::domain::client::ClientAuth;
use crate::domain::time::Timestamp;

/// Refuses a certificate that is not the client's.
pub(super) async fn check(
    app: &App,
    known: &KnownClient,
    shown: Option<&ClientCertificate>,
    now: Timestamp,
) -> Result<(), ClientAuthError> {
    let Some(shown) = shown else {
        return Err(ClientAuthError::failed("there is no client certificate"));
    };
    if known.client.token_endpoint_auth_method == ClientAuth::TlsClientAuth {
        return by_authority(app, known, shown, now);
    }
    let registered = |keys: &PublicJwkSet| is_registered(keys, shown);
    if registered(&*keys::of(app, known, registered, now).await) {
        return Ok(());
    }
    Err(ClientAuthError::failed("the certificate is none that this client has registered"))
}

/// A trusted authority vouches for the name (§2.1).
fn by_authority(
    app: &App,
    known: &KnownClient,
    shown: &ClientCertificate,
    now: Timestamp,
) -> Result<(), ClientAuthError> {
    let named = known.client.tls_client_auth_subject_dn.as_deref();
    let named = named.and_then(|text| DistinguishedName::parse(text).ok());
    if named.as_ref() != Some(shown.subject()) {
        return Err(ClientAuthError::failed("the certificate's subject is not this client's"));
    }
    if !shown.is_trusted(app.client_ca.as_ref(), now) {
        return Err(ClientAuthError::failed("the certificate is from no trusted authority"));
    }
    Ok(())
}

/// The certificate itself is registered, or its key (§2.2). Its times do not count: nobody vouches
/// for them.
fn is_registered(keys: &PublicJwkSet, shown: &ClientCertificate) -> bool {
    let thumbprint = shown.thumbprint();
    keys.keys().iter().any(|key| match key.certificate() {
        Some(certificate) => certificate == thumbprint,
        None => key.spki() == shown.public_key_spki(),
    })
}
