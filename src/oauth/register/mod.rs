//! `POST /oauth/register`: clients that register themselves (RFC 7591, OpenID Connect
//! Registration), behind an initial access token; and look after themselves (RFC 7592).

mod answer;
mod error;
mod manage;
mod request;

use crate::app::App;
use crate::auth::registration::{self, new_secret, sector, software};
use crate::auth::throttle::{self, Limit};
use crate::config::hours;
use crate::domain::client::metadata::Sender;
use crate::web::paths;
use answer::Answer;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use error::RegistrationRefused;
use request::{bearer, members};

/// The most a registration may weigh (bytes): a logo as data, and keys.
const LARGEST: usize = 192 * 1024;

/// The routes of registration.
pub(super) fn routes() -> Router<App> {
    let one = get(manage::read).put(manage::replace).delete(manage::remove);
    Router::new()
        .route(paths::REGISTER, post(register))
        .route(paths::REGISTRATION, one)
        .layer(DefaultBodyLimit::max(LARGEST))
}

/// Registers a client. What is refused uses no token up.
async fn register(
    State(app): State<App>,
    request: Request,
) -> Result<Response, RegistrationRefused> {
    let now = app.clock.now();
    let token = bearer(request.headers()).ok_or(RegistrationRefused::NoToken)?;
    let permit = software::permit(&app, &token, now).await?;
    let permit = permit.ok_or(RegistrationRefused::Token)?;
    let members = members(request).await?;
    // The prefix tells an operator where a client came from.
    let id = format!("dyn-{}", URL_SAFE_NO_PAD.encode(app.random::<16>()));
    let sender = Sender::Software { scope: permit.scope.clone() };
    let client = registration::accept(&app, &id, &members, &sender)?;
    // What is refused above costs nothing but the reading of it, and is not counted.
    let most = app.config.limits.client_registrations_per_hour;
    let limit = Limit::new("client_registrations_per_hour", &permit.label, most, hours(1));
    throttle::reserve(&app, vec![limit], now).await?;
    sector::check_own(&app, &client, None).await?;
    let secret = client.token_endpoint_auth_method.has_secret().then(|| new_secret(&app));
    let own = software::register(&app, &client, secret.as_ref(), permit, now).await?;
    request::known_everywhere(&app).await;
    let answer = Answer { client: &client, created_at: now, secret: secret.as_ref(), own: &own };
    answer.respond(&app, StatusCode::CREATED)
}
