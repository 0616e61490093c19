//! What a client is told of the citizen, claim by claim: never more than was allowed.

use crate::domain::claim::Proof;
use crate::domain::ecard::CardFace;
use crate::domain::field::{Field, FieldSet};
use serde_json::{Map, Value, json};

/// The trust framework this service verifies people under.
const TRUST_FRAMEWORK: &str = "cn_ecard";

/// The claims of these fields.
pub(in crate::oauth) fn claims(face: &CardFace, fields: &FieldSet) -> Map<String, Value> {
    fields.iter().map(|field| (field.as_str().to_owned(), value(face, field))).collect()
}

fn value(face: &CardFace, field: Field) -> Value {
    match field {
        Field::NameMasked => face.name.masked().into(),
        Field::Region => face.region.as_str().into(),
        Field::PhoneNumber => face.mobile.e164().into(),
        // The card was activated by a code sent there.
        Field::PhoneNumberVerified => true.into(),
        Field::Name => face.name.as_str().into(),
        Field::IdNumber => face.id_number.as_str().into(),
        Field::VerifiedClaims => verified(face),
    }
}

/// How, when and by what evidence name and number were verified (OpenID Connect for Identity
/// Assurance 1.0).
fn verified(face: &CardFace) -> Value {
    json!({
        "verification": {
            "trust_framework": TRUST_FRAMEWORK,
            "time": verified_at(&face.proof),
            "evidence": evidence(&face.proof),
        },
        "claims": { "name": face.name.as_str(), "id_number": face.id_number.as_str() },
    })
}

fn verified_at(proof: &Proof) -> String {
    match proof {
        Proof::Face { at, .. } | Proof::Counter { at } => at.rfc3339(),
    }
}

/// The registry confirmed name and number in either case (`data`); who the person is was seen by
/// a face match (`bvr`: biometric, remote) or by a clerk (`pvp`: the person in presence, `vpip`:
/// the document in presence).
fn evidence(proof: &Proof) -> Value {
    let time = verified_at(proof);
    let by = |methods: &[&str]| -> Vec<Value> {
        methods.iter().map(|method| json!({ "check_method": method, "time": time })).collect()
    };
    let record = |methods: &[&str]| {
        json!({
            "type": "electronic_record",
            "check_details": by(methods),
            "record": {
                "type": "population_register",
                "source": { "country_code": "CHN", "jurisdiction": "CN" },
            },
        })
    };
    match proof {
        Proof::Face { .. } => json!([record(&["data", "bvr"])]),
        Proof::Counter { .. } => json!([
            record(&["data"]),
            {
                "type": "document",
                "check_details": by(&["vpip", "pvp"]),
                "document_details": { "type": "idcard" },
            },
        ]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::citizen::CardType;
    use crate::domain::id_number::IdNumber;
    use crate::domain::mobile_number::MobileNumber;
    use crate::domain::person_name::PersonName;
    use crate::domain::time::Timestamp;

    fn face(proof: Proof) -> CardFace {
        CardFace {
            name: PersonName::parse("张三").unwrap(),
            id_number: IdNumber::from_stored("11010119900307002X".to_owned()).unwrap(),
            mobile: MobileNumber::parse("13800000001").unwrap(),
            card_number: "A12345678".to_owned(),
            region: "110100".to_owned(),
            bank: "ICBC".to_owned(),
            card_type: CardType::Adult,
            proof,
        }
    }

    const AT: Timestamp = Timestamp::from_epoch_seconds(1_795_399_200);

    #[test]
    fn only_the_fields_asked_for_are_told() {
        let face = face(Proof::Face { score: 91, at: AT });
        assert!(claims(&face, &FieldSet::default()).is_empty());
        let told = claims(&face, &[Field::NameMasked, Field::PhoneNumber].into_iter().collect());
        assert_eq!(
            Value::Object(told),
            json!({"name_masked": "张*", "phone_number": "+8613800000001"})
        );
    }

    #[test]
    fn a_verified_person_comes_with_the_evidence_and_without_the_score() {
        let told = |proof| value(&face(proof), Field::VerifiedClaims);
        let by_face = told(Proof::Face { score: 91, at: AT });
        assert_eq!(by_face["claims"], json!({"name": "张三", "id_number": "11010119900307002X"}));
        assert_eq!(by_face["verification"]["trust_framework"], "cn_ecard");
        assert_eq!(by_face["verification"]["time"], "2026-11-23T02:00:00Z");
        assert_eq!(
            by_face["verification"]["evidence"][0]["check_details"][1]["check_method"],
            "bvr"
        );
        assert!(!by_face.to_string().contains("91"), "{by_face}");
        let at_counter = told(Proof::Counter { at: AT });
        assert_eq!(at_counter["verification"]["evidence"][1]["type"], "document");
    }
}
