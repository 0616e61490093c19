//! The card as a token for one client: with its grant's own status entry.

use super::line::Line;
use crate::app::{App, Fault, internal};
use crate::domain::ecard::{CardFace, ECardState};
use crate::domain::field::{Field, FieldSet};
use crate::domain::masking;
use crate::domain::status::StatusReference;
use crate::domain::time::Timestamp;
use crate::token::access::Confirmation;
use crate::token::card::{
    Authentication, CARD_TOKEN_TYPE, CardClaim, CardFacts, CardTokenClaims, PARTNER_TOKEN_LIFETIME,
    PersonClaims, Recipient,
};

/// Whom a card token is for.
pub(super) struct For<'a> {
    /// `client_id`.
    pub client: &'a str,
    /// The citizen as the client knows them.
    pub subject: String,
    /// What its presenter must prove.
    pub confirmation: Option<Confirmation>,
    /// What the client may know of the person.
    pub fields: FieldSet,
}

/// Signs the card token of an active card.
pub(super) fn token(
    app: &App,
    line: &Line,
    face: &CardFace,
    to: For<'_>,
    now: Timestamp,
) -> Result<String, Fault> {
    let facts = CardFacts {
        card: CardClaim {
            no_masked: masking::card_number(&face.card_number),
            region: face.region.clone(),
            card_type: face.card_type,
        },
        functions: face.functions(ECardState::Active),
        status: StatusReference {
            idx: u32::try_from(line.grant.place.index).map_err(internal)?,
            uri: app.status.uri(line.grant.place.list),
        },
    };
    let recipient = Recipient {
        audience: to.client.to_owned(),
        subject: to.subject,
        lifetime: PARTNER_TOKEN_LIFETIME,
        confirmation: to.confirmation,
        person: person(face, &to.fields),
    };
    let context = &line.body.context;
    let authentication =
        Authentication { acr: context.acr, amr: context.amr.clone(), auth_time: context.auth_time };
    let jti = app.random();
    let claims = CardTokenClaims::new(&app.issuer, recipient, facts, authentication, jti, now);
    app.keys.sign(CARD_TOKEN_TYPE, &claims, now).map_err(internal)
}

fn person(face: &CardFace, fields: &FieldSet) -> PersonClaims {
    let told = |field, value: String| fields.contains(field).then_some(value);
    PersonClaims {
        name_masked: told(Field::NameMasked, face.name.masked()),
        name: told(Field::Name, face.name.as_str().to_owned()),
        id_number: told(Field::IdNumber, face.id_number.as_str().to_owned()),
    }
}
