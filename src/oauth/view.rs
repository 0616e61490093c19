//! What a partner asks for, turned into what the pages show.

use crate::domain::client::Client;
use crate::domain::ecard::CardFace;
use crate::domain::field::Field;
use crate::domain::grant::Allowed;
use crate::domain::masking;
use crate::domain::region::RegionCode;
use crate::domain::scope::{Scope, ScopeSet};
use crate::pages::partner::{Asked, AskedItem, Partner, Told};
use crate::web::forms::FormData;
use crate::web::lang::Lang;

/// The partner, as pages speak of it.
pub(super) fn partner(client: &Client, lang: Lang) -> Partner {
    Partner {
        name: client.name(lang == Lang::En).to_owned(),
        legal_entity: client.legal_entity.clone(),
        logo: client.logo_uri.clone(),
    }
}

/// Scopes without which nothing works: they have no checkbox.
const REQUIRED: [Scope; 2] = [Scope::Openid, Scope::Ecard];

/// What is allowed or asked, line by line, with the citizen's own values, masked.
pub(super) fn items(
    allowed: &Allowed,
    face: &CardFace,
    lang: Lang,
    to_choose: bool,
) -> Vec<AskedItem> {
    let scopes = allowed.scope.iter().map(|scope| AskedItem {
        what: Asked::Scope(scope),
        told: told(scope, face, lang),
        optional: to_choose && !REQUIRED.contains(&scope),
        ticked: true,
    });
    let fields = loose(allowed).map(|field| AskedItem {
        what: Asked::Field(field),
        told: vec![(Told::Field(field), value(field, face, lang))],
        optional: to_choose,
        ticked: true,
    });
    scopes.chain(fields).collect()
}

/// Fields that no scope of the same request brings.
fn loose(allowed: &Allowed) -> impl Iterator<Item = Field> + '_ {
    allowed.fields.iter().filter(|field| !allowed.scope.contains(field.scope()))
}

fn told(scope: Scope, face: &CardFace, lang: Lang) -> Vec<(Told, Option<String>)> {
    if scope == Scope::Ecard {
        return vec![(Told::CardNumber, Some(masking::card_number(&face.card_number)))];
    }
    let fields = scope.fields().iter().copied();
    fields.map(|field| (Told::Field(field), value(field, face, lang))).collect()
}

/// The citizen's own value, masked: the page says where the partner gets it in full.
fn value(field: Field, face: &CardFace, lang: Lang) -> Option<String> {
    match field {
        Field::NameMasked | Field::Name => Some(face.name.masked()),
        Field::Region => Some(match RegionCode::parse(&face.region) {
            Ok(code) if lang == Lang::ZhCn => code.province_name_zh().to_owned(),
            Ok(code) => code.province_name_en().to_owned(),
            Err(_) => face.region.clone(),
        }),
        Field::PhoneNumber => Some(face.mobile.masked()),
        Field::IdNumber => Some(face.id_number.masked()),
        Field::PhoneNumberVerified | Field::VerifiedClaims => None,
    }
}

/// What was left ticked. A form without the page's own mark never showed the boxes (a program that
/// sends the decision alone): then everything that was put to the citizen is meant.
pub(super) fn chosen(form: &FormData, asked: &Allowed) -> Allowed {
    if !form.has("chosen") {
        return asked.clone();
    }
    let ticked = |name: &str, value: &str| form.all(name).any(|sent| sent == value);
    let scope: ScopeSet = asked
        .scope
        .iter()
        .filter(|s| REQUIRED.contains(s) || ticked("scope", s.as_str()))
        .collect();
    let fields = asked.fields.iter().filter(|field| {
        let by_scope = asked.scope.contains(field.scope());
        if by_scope { scope.contains(field.scope()) } else { ticked("field", field.as_str()) }
    });
    Allowed { fields: fields.collect(), scope }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::FieldSet;

    fn asked() -> Allowed {
        let scope = ScopeSet::parse("openid ecard profile phone");
        let fields: FieldSet = scope.fields().chain([Field::Name]).collect();
        Allowed { scope, fields }
    }

    fn form(pairs: &[(&str, &str)]) -> FormData {
        FormData::of(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn what_was_unticked_is_not_allowed() {
        let allowed = chosen(&form(&[("chosen", "yes"), ("scope", "profile")]), &asked());
        assert_eq!(allowed.scope.to_string(), "openid profile ecard");
        assert!(
            !allowed.fields.contains(Field::PhoneNumber) && !allowed.fields.contains(Field::Name)
        );
        assert!(allowed.fields.contains(Field::NameMasked));
    }

    #[test]
    fn nothing_beyond_what_was_asked_can_be_ticked() {
        let allowed = chosen(&form(&[("chosen", "yes"), ("scope", "identity")]), &asked());
        assert_eq!(allowed.scope.to_string(), "openid ecard");
    }

    #[test]
    fn a_decision_alone_means_what_was_put() {
        assert_eq!(chosen(&form(&[("decision", "allow")]), &asked()), asked());
    }
}
