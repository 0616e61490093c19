//! What a partner is told by the issuer it registers with.

use openidconnect::url::{ParseError, Url};
use openidconnect::{ClientId, ClientSecret, IssuerUrl, PostLogoutRedirectUrl, RedirectUrl};

/// Issuer, credentials and the partner's own addresses.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) issuer: IssuerUrl,
    pub(super) client_id: ClientId,
    pub(super) client_secret: ClientSecret,
    pub(super) redirect_url: RedirectUrl,
    pub(super) post_logout_url: PostLogoutRedirectUrl,
}

/// Why a partner cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// An address is none.
    #[error("partner: {0}: {1}")]
    NoUrl(String, ParseError),
    /// TLS could not be set up.
    #[error("partner: the HTTP client cannot be built: {0}")]
    Http(#[from] reqwest::Error),
}

impl Settings {
    /// The settings of the partner at `url` (`http://localhost:8081`, without a slash at its end),
    /// registered with `issuer` as `client_id` with `client_secret`.
    ///
    /// # Errors
    /// [`SettingsError::NoUrl`].
    pub fn new(
        issuer: &str,
        url: &str,
        client_id: &str,
        client_secret: &str,
    ) -> Result<Self, SettingsError> {
        let wrong = |text: &str| {
            let text = text.to_owned();
            move |error| SettingsError::NoUrl(text, error)
        };
        let (callback, home) = (format!("{url}/callback"), format!("{url}/"));
        Ok(Self {
            issuer: IssuerUrl::new(issuer.to_owned()).map_err(wrong(issuer))?,
            client_id: ClientId::new(client_id.to_owned()),
            client_secret: ClientSecret::new(client_secret.to_owned()),
            redirect_url: RedirectUrl::new(callback.clone()).map_err(wrong(&callback))?,
            post_logout_url: PostLogoutRedirectUrl::new(home.clone()).map_err(wrong(&home))?,
        })
    }

    /// The issuer's origin, as a content security policy names it.
    pub(super) fn issuer_origin(&self) -> String {
        self.issuer.url().origin().ascii_serialization()
    }

    /// A page of the issuer.
    pub(super) fn at_issuer(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.as_str().trim_end_matches('/'))
    }

    /// Whether an address is the issuer's identifier.
    pub(super) fn is_issuer(&self, text: &str) -> bool {
        self.issuer.as_str() == text
    }

    /// The partner's own address of a path.
    pub(super) fn own(&self, path: &str) -> String {
        let own: &Url = self.post_logout_url.url();
        format!("{}{path}", own.as_str().trim_end_matches('/'))
    }
}
