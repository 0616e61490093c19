//! A posted form, url-encoded or multipart, read within bounds.

use crate::error::AppError;
use axum::Form;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest as _, Request};
use axum::http::header::CONTENT_TYPE;

/// The most a form may weigh: a picture of 5 MB, its neighbours and the multipart frame.
pub const LARGEST_FORM: usize = 6 * 1024 * 1024;
/// The most a form without a picture may weigh.
pub const LARGEST_TEXT_FORM: usize = 64 * 1024;
/// The most fields a form may have.
const MOST_FIELDS: usize = 40;

/// The fields of a form, as sent.
#[derive(Default)]
pub struct FormData {
    fields: Vec<(String, String)>,
    files: Vec<(String, Vec<u8>)>,
}

impl FormData {
    /// Reads the request's body, whichever of the two encodings it has.
    ///
    /// # Errors
    /// [`AppError::TooLarge`], [`AppError::BadRequest`].
    pub async fn read(request: Request) -> Result<Self, AppError> {
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
        if content_type.is_some_and(|t| t.starts_with("multipart/form-data")) {
            let form = Multipart::from_request(request, &()).await;
            return Self::from_multipart(form.map_err(|_| AppError::BadRequest("multipart"))?)
                .await;
        }
        Self::from_text(request).await
    }

    /// Counts before it parses: a field costs an allocation, and a body of a few megabytes could
    /// name millions of them.
    async fn from_text(request: Request) -> Result<Self, AppError> {
        let (parts, body) = request.into_parts();
        let bytes = axum::body::to_bytes(body, LARGEST_TEXT_FORM).await;
        let bytes = bytes.map_err(|_| AppError::TooLarge)?;
        if bytes.iter().filter(|b| **b == b'&').count() >= MOST_FIELDS {
            return Err(AppError::BadRequest("too many fields"));
        }
        let request = Request::from_parts(parts, axum::body::Body::from(bytes));
        let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
        let Form(fields) = form.map_err(|_| AppError::BadRequest("form"))?;
        Ok(Self { fields, files: Vec::new() })
    }

    async fn from_multipart(mut parts: Multipart) -> Result<Self, AppError> {
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await.map_err(refuse)? {
            if form.fields.len() + form.files.len() >= MOST_FIELDS {
                return Err(AppError::BadRequest("too many fields"));
            }
            let name = part.name().unwrap_or_default().to_owned();
            if part.file_name().is_some() {
                let bytes = part.bytes().await.map_err(refuse)?;
                form.files.push((name, bytes.to_vec()));
            } else {
                form.fields.push((name, part.text().await.map_err(refuse)?));
            }
        }
        Ok(form)
    }

    /// A form made of these fields.
    pub fn of(fields: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { fields: fields.into_iter().collect(), files: Vec::new() }
    }

    /// The first field of that name; empty when there is none.
    pub fn text(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Every field of that name, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Whether a field of that name was sent, even empty: how buttons are told apart.
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(n, _)| n == name)
    }

    /// Every field, in the order they came.
    pub fn into_fields(self) -> Vec<(String, String)> {
        self.fields
    }

    /// Takes the file of that name out; none when nothing was chosen.
    pub fn take_file(&mut self, name: &str) -> Option<Vec<u8>> {
        let at = self.files.iter().position(|(n, bytes)| n == name && !bytes.is_empty())?;
        Some(self.files.swap_remove(at).1)
    }
}

fn refuse(error: MultipartError) -> AppError {
    match error.status().as_u16() {
        413 => AppError::TooLarge,
        _ => AppError::BadRequest("multipart"),
    }
}
