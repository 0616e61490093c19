//! The demo's partner app, beside the service and on an origin of its own.

use super::Failure;
use super::listen::{self, Limits};
use super::serve::{seeding_failed, unavailable};
use crate::app::App;
use crate::config::Config;
use crate::demo_data;
use crate::partner::{Partner, Settings, router};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Takes the partner's address, and says in the configuration which it is; none in production, and
/// none when another program has it: the service goes on without its demo partner.
pub(super) async fn listen(config: &mut Config) -> Option<TcpListener> {
    let wanted = config.partner();
    config.partner_listen = None;
    let wanted = wanted?;
    let taken = match TcpListener::bind(wanted).await {
        Ok(listener) => listener.local_addr().map(|address| (listener, address)),
        Err(error) => Err(error),
    };
    match taken {
        Ok((listener, address)) => {
            config.partner_listen = Some(address);
            Some(listener)
        }
        Err(error) => {
            tracing::warn!(
                %error,
                "partner_listen: {wanted} cannot be taken; the demo goes on without its partner app"
            );
            None
        }
    }
}

/// Serves the partner app until told to stop. All it is told of the service is what every partner
/// is told: the issuer's address, and its own credentials.
pub(super) fn serve(
    listener: TcpListener,
    app: &App,
    stopped: watch::Receiver<bool>,
) -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    let id = demo_data::PARTNER;
    let secret = demo_data::secret(app, id).map_err(seeding_failed)?;
    let url = app.config.partner_url();
    let settings = Settings::new(&app.issuer, &url, id, secret.expose()).map_err(unavailable)?;
    let clock = Arc::clone(&app.clock);
    let now = Box::new(move || clock.now().epoch_seconds());
    let site = router(Partner::new(settings, now).map_err(unavailable)?);
    Ok(listen::serve(listener, None, site, stopped, Limits::SERVICE))
}
