//! How fast one core verifies: raw signatures by ring, whole card tokens by the library, offline
//! codes. One run, so that the ratio counts and the machine does not.
//!
//!     cargo bench --bench verifier

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ecard::crypto::Es256Key;
use ecard::domain::function::CardFunction;
use ecard::domain::time::Timestamp;
use ecard::verifier::offline::{Presentation, Ticket, open_presentation};
use ecard::verifier::{
    Expectation, ListExpectation, TrustedKeys, Verdict, check_status, verify_card_token,
    verify_status_list,
};
use serde_json::json;
use std::io::Write as _;
use std::time::Duration;
use tokio::time::Instant;

const NOW: Timestamp = Timestamp::from_epoch_seconds(1_800_000_000);
const ISSUER: &str = "https://i.example";
const LIST: &str = "https://i.example/status/1";
const ROUNDS: usize = 3;
const LASTS: Duration = Duration::from_secs(3);

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let (issuer, device) = (key()?, key()?);
    let kid = issuer.public().thumbprint();
    let public = issuer.public();
    let jwk = json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": public.x(), "y": public.y()});
    let keys = TrustedKeys::from_jwks(json!({ "keys": [jwk] }).to_string().as_bytes())?;
    let sign = |typ: &str, claims: serde_json::Value| -> Result<String, Failure> {
        let header = json!({"alg": "ES256", "typ": typ, "kid": kid}).to_string();
        let part = |text: String| URL_SAFE_NO_PAD.encode(text);
        let message = format!("{}.{}", part(header), part(claims.to_string()));
        Ok(format!("{message}.{}", issuer.sign(message.as_bytes())?))
    };
    let token = sign("ecard+jwt", claims())?;
    let list = sign("statuslist+jwt", list_claims()?)?;
    let expect = Expectation { issuer: ISSUER, audiences: &["https://i.example/verify"] };
    let of = ListExpectation { issuer: ISSUER, uri: LIST, known: None };
    let list = verify_status_list(&list, &keys, &of, NOW)?;
    let code = code(&issuer, &device, &kid)?;
    let (message, signature) = token.rsplit_once('.').ok_or("three parts")?;

    let raw = rate(|| assert!(public.verifies(message.as_bytes(), signature)));
    let whole = rate(|| {
        let verdict = verify_card_token(&token, &keys, &expect, NOW)
            .map(|verified| check_status(&verified, Ok(&list), NOW));
        assert!(matches!(verdict, Ok(Verdict::Valid { .. })));
    });
    let offline = rate(|| assert!(open_presentation(&code, &keys, ISSUER, NOW).is_ok()));
    println!("one core, median of {ROUNDS} runs of {} s", LASTS.as_secs());
    println!("{raw:>9.0} /s  a signature (ring, key parsed)");
    println!(
        "{whole:>9.0} /s  a card token with its status  ({:.2} of the signature)",
        whole / raw
    );
    println!("{offline:>9.0} /s  an offline code, two signatures ({:.2})", offline / raw);
    Ok(())
}

fn key() -> Result<Es256Key, Failure> {
    Ok(Es256Key::generate()?.1)
}

/// How often a second.
fn rate(mut work: impl FnMut()) -> f64 {
    let mut rates: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let (begun, mut count) = (Instant::now(), 0_u32);
            while begun.elapsed() < LASTS {
                (0..100).for_each(|_| work());
                count += 100;
            }
            f64::from(count) / begun.elapsed().as_secs_f64()
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    rates.get(ROUNDS / 2).copied().unwrap_or_default()
}

fn claims() -> serde_json::Value {
    let now = NOW.epoch_seconds();
    json!({
        "iss": ISSUER, "sub": "s", "aud": "https://i.example/verify", "jti": "j",
        "iat": now, "nbf": now, "exp": now + 300,
        "card": {"no_masked": "E12******89", "region": "110100", "type": "adult"},
        "functions": ["medical.settle", "pharmacy.pay", "transit.ride"],
        "acr": "urn:ecard:acr:face", "amr": ["face"], "auth_time": now - 60,
        "status": {"status_list": {"idx": 5, "uri": LIST}},
    })
}

fn list_claims() -> Result<serde_json::Value, Failure> {
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    zlib.write_all(&[0; 64])?;
    let (now, lst) = (NOW.epoch_seconds(), URL_SAFE_NO_PAD.encode(zlib.finish()?));
    Ok(json!({"sub": LIST, "iat": now, "exp": now + 86_400, "ttl": 300,
        "status_list": {"bits": 2, "lst": lst}}))
}

fn code(issuer: &Es256Key, device: &Es256Key, kid: &str) -> Result<String, Failure> {
    let raw = |key: &Es256Key, message: &[u8]| -> Result<[u8; 64], Failure> {
        let bytes = URL_SAFE_NO_PAD.decode(key.sign(message)?)?;
        Ok(bytes.as_slice().try_into()?)
    };
    let ticket = Ticket {
        expires_at: NOW + Duration::from_secs(3600),
        card_ref: [9; 16],
        device: device.public().clone(),
        list: 1,
        index: 5,
        functions: vec![CardFunction::MedicalSettle],
        name_masked: None,
    };
    let ticket = ticket.assemble(kid, &raw(issuer, &ticket.to_be_signed(kid))?);
    let shown = Presentation { ticket, shown_at: NOW, nonce: [3; 8] };
    Ok(shown.assemble(&raw(device, &shown.to_be_signed())?))
}
