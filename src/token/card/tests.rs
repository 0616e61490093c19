use super::*;
use serde_json::json;

const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);

fn facts() -> CardFacts {
    CardFacts {
        card: CardClaim {
            no_masked: "E12******89".to_owned(),
            region: "110100".to_owned(),
            card_type: CardType::Adult,
        },
        functions: vec![CardFunction::MedicalSettle, CardFunction::TransitRide],
        status: StatusReference { idx: 7, uri: "https://i.example/status/1".to_owned() },
    }
}

fn authentication() -> Authentication {
    Authentication { acr: Acr::Face, amr: vec![Amr::Pwd, Amr::Face], auth_time: NOW }
}

#[test]
fn the_holders_token_holds_exactly_this() {
    let claims = holder_token("https://i.example", facts(), authentication(), [0; 32], NOW);
    let zeros = "AAAAAAAAAAAAAAAAAAAAAA";
    let expected = json!({
        "iss": "https://i.example", "sub": zeros, "aud": "https://i.example/verify",
        "iat": 1_800_000_000, "nbf": 1_800_000_000, "exp": 1_800_000_300, "jti": zeros,
        "card": {"no_masked": "E12******89", "region": "110100", "type": "adult"},
        "functions": ["medical.settle", "transit.ride"],
        "acr": "urn:ecard:acr:face", "amr": ["pwd", "face"], "auth_time": 1_800_000_000,
        "status": {"status_list": {"idx": 7, "uri": "https://i.example/status/1"}},
    });
    assert_eq!(serde_json::to_value(claims).unwrap(), expected);
}

#[test]
fn subject_and_token_id_are_drawn_apart() {
    let random: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).unwrap());
    let claims = holder_token("https://i.example", facts(), authentication(), random, NOW);
    assert_ne!(claims.sub, claims.jti);
}

#[test]
fn a_partner_gets_what_was_consented_and_the_proof_key() {
    let recipient = Recipient {
        audience: "partner".to_owned(),
        subject: "pairwise".to_owned(),
        lifetime: PARTNER_TOKEN_LIFETIME,
        confirmation: Some(Confirmation { jkt: Some("thumb".to_owned()), x5t: None }),
        person: PersonClaims { name_masked: Some("张*".to_owned()), ..PersonClaims::default() },
    };
    let claims = CardTokenClaims::new(
        "https://i.example",
        recipient,
        facts(),
        authentication(),
        [1; 16],
        NOW,
    );
    assert_eq!(claims.expires_at(), NOW + PARTNER_TOKEN_LIFETIME);
    let value = serde_json::to_value(claims).unwrap();
    assert_eq!((&value["aud"], &value["sub"]), (&"partner".into(), &"pairwise".into()));
    assert_eq!((&value["cnf"], &value["name_masked"]), (&json!({"jkt": "thumb"}), &"张*".into()));
    assert!(value.get("name").is_none() && value.get("id_number").is_none());
}

#[test]
fn debug_shows_no_value() {
    let claims = holder_token("https://i.example", facts(), authentication(), [0; 32], NOW);
    assert_eq!(format!("{claims:?}"), "CardTokenClaims(…)");
}
