//! Who is at the other end of the connection a request came by.

use std::net::IpAddr;
use std::sync::Arc;

/// The other end of a connection: an extension of every request that came by one.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its address: the client's, or that of a proxy in front.
    pub address: IpAddr,
    /// The certificate it proved to hold the key of, and those that came with it, as DER. Empty
    /// without own TLS, or if it has none.
    pub certificates: Arc<[Vec<u8>]>,
}

impl Peer {
    /// A peer that has shown no certificate.
    pub fn at(address: IpAddr) -> Self {
        Self::with_certificates(address, [])
    }

    /// A peer that has proved the key of the first of these certificates (DER).
    pub fn with_certificates(
        address: IpAddr,
        certificates: impl IntoIterator<Item = Vec<u8>>,
    ) -> Self {
        // An address of IPv4 is the same one whichever socket it came through.
        Self { address: address.to_canonical(), certificates: certificates.into_iter().collect() }
    }

    /// Whether it is one of these addresses.
    pub fn is_one_of(&self, addresses: &[IpAddr]) -> bool {
        addresses.iter().any(|address| address.to_canonical() == self.address)
    }

    /// Whether it is a program of this machine.
    pub fn is_on_this_machine(&self) -> bool {
        self.address.is_loopback()
    }
}
