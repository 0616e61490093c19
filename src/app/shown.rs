//! Partners and what they may see, turned into what pages show.

use crate::domain::client::Client;
use crate::domain::ecard::CardFace;
use crate::domain::field::Field;
use crate::domain::grant::Allowed;
use crate::domain::masking;
use crate::domain::region::RegionCode;
use crate::domain::scope::Scope;
use crate::pages::partner::{Asked, AskedItem, Partner, Told};
use crate::web::lang::Lang;

/// Scopes without which nothing works: they have no checkbox.
pub const REQUIRED: [Scope; 2] = [Scope::Openid, Scope::Ecard];

/// The partner, as pages speak of it.
pub fn partner(client: &Client, lang: Lang) -> Partner {
    Partner {
        name: client.name(lang == Lang::En).to_owned(),
        legal_entity: client.legal_entity.clone(),
        is_self_named: client.is_self_named(),
        logo: client.logo_uri.clone(),
    }
}

/// What is allowed or asked, line by line, with the citizen's own values, masked.
pub fn items(allowed: &Allowed, face: &CardFace, lang: Lang, to_choose: bool) -> Vec<AskedItem> {
    let scopes = allowed.scope.iter().map(|scope| AskedItem {
        what: Asked::Scope(scope),
        told: told(scope, face, lang),
        optional: to_choose && !REQUIRED.contains(&scope),
        ticked: true,
    });
    // Fields that no scope beside them brings.
    let loose = allowed.fields.iter().filter(|field| !allowed.scope.contains(field.scope()));
    let fields = loose.map(|field| AskedItem {
        what: Asked::Field(field),
        told: vec![(Told::Field(field), value(field, face, lang))],
        optional: to_choose,
        ticked: true,
    });
    scopes.chain(fields).collect()
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
