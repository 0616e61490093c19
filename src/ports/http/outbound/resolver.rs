//! Names become addresses here and nowhere else: what is checked is what is connected to, so a
//! name that answers differently a moment later wins nothing.

use super::address::is_public;
use super::target::Network;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};

/// A name that leads where nobody may go.
#[derive(Debug, thiserror::Error)]
#[error("the name resolves to no address that may be called")]
pub(super) struct LeadsNowhere;

/// Resolves names to addresses of one network.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guarded(pub(super) Network);

impl Guarded {
    fn keep(
        self,
        found: impl Iterator<Item = SocketAddr>,
    ) -> Result<Vec<SocketAddr>, LeadsNowhere> {
        let kept: Vec<_> = found.filter(|address| self.allows(address.ip())).collect();
        if kept.is_empty() { Err(LeadsNowhere) } else { Ok(kept) }
    }

    fn allows(self, address: IpAddr) -> bool {
        match self.0 {
            Network::Public => is_public(address),
            Network::Loopback => address.to_canonical().is_loopback(),
        }
    }
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let guarded = *self;
        Box::pin(async move {
            // Port 0 stands for the URL's own.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(Box::new(guarded.keep(found)?.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(network: Network, found: &[&str]) -> Option<Vec<String>> {
        let found = found.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 0));
        let kept = Guarded(network).keep(found).ok()?;
        Some(kept.iter().map(|address| address.ip().to_string()).collect())
    }

    #[test]
    fn a_name_leads_to_its_public_addresses_alone() {
        let both = ["10.0.0.1", "1.1.1.1", "::1"];
        assert_eq!(kept(Network::Public, &both).unwrap(), ["1.1.1.1"]);
        assert_eq!(kept(Network::Public, &["10.0.0.1", "::1"]), None);
        assert_eq!(kept(Network::Public, &[]), None);
    }

    #[test]
    fn a_name_of_this_machine_leads_nowhere_else() {
        assert_eq!(kept(Network::Loopback, &both_families()).unwrap(), both_families());
        assert_eq!(kept(Network::Loopback, &["1.1.1.1", "10.0.0.1"]), None);
    }

    fn both_families() -> [&'static str; 2] {
        ["127.0.0.1", "::1"]
    }
}
