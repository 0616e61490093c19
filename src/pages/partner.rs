//! What a partner app asks for, told so that a person can decide.

use super::holder::FunctionWords as _;
use super::problem::{FieldMessages, Problem};
use crate::domain::field::Field;
use crate::domain::scope::Scope;
use crate::web::cx::Cx;
use askama::Template;

/// A partner app, as pages speak of it.
#[derive(Clone)]
pub struct Partner {
    /// Its name in the page's language.
    pub name: String,
    /// The legal entity behind it.
    pub legal_entity: Option<String>,
    /// Whether nobody but itself says who it is.
    pub is_self_named: bool,
    /// Its logo, as a `data:` URL; anything else is not shown.
    pub logo: Option<String>,
}

impl Partner {
    /// The logo, if the page may show it without asking anybody else.
    pub(super) fn logo(&self) -> Option<&str> {
        self.logo.as_deref().filter(|url| url.starts_with("data:image/"))
    }

    /// What stands in for a logo.
    pub(super) fn initial(&self) -> String {
        self.name.chars().take(1).collect()
    }
}

/// What a checkbox stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A scope.
    Scope(Scope),
    /// One field, asked for by itself.
    Field(Field),
}

impl Asked {
    /// The form field that brings it back.
    pub const fn input(self) -> &'static str {
        match self {
            Self::Scope(_) => "scope",
            Self::Field(_) => "field",
        }
    }

    /// Its value there: the registered name.
    pub const fn value(self) -> &'static str {
        match self {
            Self::Scope(scope) => scope.as_str(),
            Self::Field(field) => field.as_str(),
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Scope(Scope::Openid) => "asked-openid",
            Self::Scope(Scope::Profile) => "asked-profile",
            Self::Scope(Scope::Phone) => "asked-phone",
            Self::Scope(Scope::Identity) => "asked-identity",
            Self::Scope(Scope::Ecard) => "asked-ecard",
            Self::Scope(Scope::InsuranceRead) => "asked-insurance",
            Self::Scope(Scope::OfflineAccess) => "asked-offline",
            Self::Scope(Scope::Function(function)) => function.label(),
            Self::Field(field) => Told::Field(field).label(),
        }
    }

    /// What it means, where its name does not say so.
    pub(super) const fn note(self) -> Option<&'static str> {
        match self {
            Self::Scope(Scope::Openid) => Some("asked-openid-note"),
            Self::Scope(Scope::Ecard) => Some("asked-ecard-note"),
            Self::Scope(Scope::InsuranceRead) => Some("asked-insurance-note"),
            Self::Scope(Scope::OfflineAccess) => Some("asked-offline-note"),
            _ => None,
        }
    }
}

/// Something a partner is told of the citizen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// A field.
    Field(Field),
    /// The card's number, masked for the partner too.
    CardNumber,
}

impl Told {
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Field(Field::NameMasked) => "told-name-masked",
            Self::Field(Field::Region) => "told-region",
            Self::Field(Field::PhoneNumber) => "told-phone",
            Self::Field(Field::PhoneNumberVerified) => "told-phone-verified",
            Self::Field(Field::Name) => "told-name",
            Self::Field(Field::IdNumber) => "told-id-number",
            Self::Field(Field::VerifiedClaims) => "told-verified",
            Self::CardNumber => "told-card-number",
        }
    }

    /// Whether the partner gets it in full although the page shows it masked.
    pub(super) const fn in_full(self) -> bool {
        matches!(self, Self::Field(Field::PhoneNumber | Field::Name | Field::IdNumber))
    }
}

/// One thing that is asked for, or was allowed before.
#[derive(Clone)]
pub struct AskedItem {
    /// What.
    pub what: Asked,
    /// What the partner will be told, with the citizen's own value, masked; none where a value
    /// would say nothing.
    pub told: Vec<(Told, Option<String>)>,
    /// Whether the citizen may leave it out: then it has a checkbox.
    pub optional: bool,
    /// Whether the checkbox is ticked.
    pub ticked: bool,
}

/// Whether a partner may have what it asks for, with the citizen's actual values.
#[derive(Clone, Template)]
#[template(path = "oauth/consent.html")]
pub struct PartnerConsentPage {
    /// The page context.
    pub cx: Cx,
    /// What to mend.
    pub problem: Option<Problem>,
    /// Who asks.
    pub partner: Partner,
    /// Where the answer goes: host (and port) of the redirect URI; none for another device.
    pub host: Option<String>,
    /// What it asks for and may not do yet.
    pub asked: Vec<AskedItem>,
    /// What was allowed before and goes on.
    pub already: Vec<AskedItem>,
    /// What for, in the page's language.
    pub purpose: Option<String>,
    /// The last day, by `Lang::day`.
    pub until: String,
    /// The code on the other device's screen, to be compared (RFC 8628 §3.3.1).
    pub device_code: Option<String>,
}
