//! Log in and out outside a claim.

use crate::app::{App, Fault};
use crate::auth::browser::{self, Session, check_csrf};
use crate::auth::context::LoginContext;
use crate::auth::login::authenticate;
use crate::auth::visitor::Visitor;
use crate::claim::login::{Login, limited, wrong};
use crate::error::AppError;
use crate::storage::sessions;
use crate::web::cx::CSRF_FIELD;
use crate::web::forms::FormData;
use crate::web::paths;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
