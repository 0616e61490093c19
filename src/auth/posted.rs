//! A form that a page of ours posted: read once, and known to come from the browser it was shown to.

use super::browser::check_csrf;
use super::visitor::Visitor;
use crate::app::App;
use crate::error::AppError;
use crate::web::cx::CSRF_FIELD;
use crate::web::forms::FormData;
use axum::extract::{FromRequest, FromRequestParts as _, Request};

/// The form and who posted it. Its token belongs to the cookie that came along.
pub struct Posted {
    /// The fields.
    pub form: FormData,
    /// Who posted it.
    pub visitor: Visitor,
}

impl FromRequest<App> for Posted {
    type Rejection = AppError;

    async fn from_request(request: Request, app: &App) -> Result<Self, AppError> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, app).await?;
        let form = FormData::read(Request::from_parts(parts, body)).await?;
        check_csrf(app, &visitor.browser, form.text(CSRF_FIELD))?;
        Ok(Self { form, visitor })
    }
}
