//! Whether a request came the way the operator laid: without TLS of our own, what a proxy did not
//! hand on came over the network in the clear.

use crate::app::App;
use crate::auth::certificate::Peer;
use crate::config::Config;
use crate::web::paths;
use axum::extract::Request;

/// Whether a request went around the proxy. What watches over the service asks it directly, and is
/// told nothing about anybody.
pub(super) fn is_around_the_proxy(app: &App, request: &Request) -> bool {
    let watched = [paths::HEALTH, paths::READY].contains(&request.uri().path());
    let peer = request.extensions().get::<Peer>();
    !watched && peer.is_some_and(|peer| must_not_come_directly(&app.config, peer))
}

fn must_not_come_directly(config: &Config, peer: &Peer) -> bool {
    let by_proxy = !config.is_demo() && !config.has_own_tls() && !config.trusted_proxies.is_empty();
    by_proxy && !peer.is_on_this_machine() && !peer.is_one_of(&config.trusted_proxies)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Profile;

    fn refused(config: &Config, from: [u8; 4]) -> bool {
        must_not_come_directly(config, &Peer::at(from.into()))
    }

    #[test]
    fn in_the_clear_only_the_proxy_and_this_machine_are_answered() {
        let proxies = vec![[10, 0, 0, 1].into()];
        let behind =
            Config { profile: Profile::Production, trusted_proxies: proxies, ..Config::default() };
        assert!(refused(&behind, [192, 0, 2, 7]));
        assert!(!refused(&behind, [10, 0, 0, 1]) && !refused(&behind, [127, 0, 0, 1]));
        let own_tls = Config {
            tls_cert: Some("c.pem".into()),
            tls_key: Some("k.pem".into()),
            ..behind.clone()
        };
        assert!(!refused(&own_tls, [192, 0, 2, 7]), "with TLS of its own it may be asked");
        let alone = Config { trusted_proxies: Vec::new(), ..behind };
        assert!(!refused(&alone, [192, 0, 2, 7]), "it listens on loopback alone");
    }
}
