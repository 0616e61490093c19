//! Registers clients and speaks for them.

use crate::common::house::House;
use crate::common::house::answer::Answer;
use crate::common::house::browser::{Browser, Field};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ecard::auth::client::digests;
use ecard::crypto::Es256Key;
use ecard::domain::client::{Client, ClientAuth};
use ecard::storage::clients::{self, ClientRow};
use ecard::storage::{DbError, clients::SecretRow};
use serde_json::{Value, json};

/// What the tests' own client is called.
pub(super) const ID: &str = "app";

/// Registers a client of that method, changed as wanted.
pub(super) async fn register(
    house: &House,
    auth: ClientAuth,
    secrets: &[&str],
    change: impl FnOnce(&mut Client),
) {
    let mut client = Client::new(ID, "App", auth);
    change(&mut client);
    let row = ClientRow {
        id: ID.to_owned(),
        body: serde_json::to_string(&client).unwrap(),
        state: "active".to_owned(),
        created_at: house.now(),
    };
    let now = house.now();
    let digests: Vec<String> =
        secrets.iter().flat_map(|secret| digests(&house.app, secret)).collect();
    let done = house.app.db.write::<_, DbError, _>(move |tx| {
        Box::pin(async move {
            assert!(clients::insert(tx, &row).await?);
            for digest in &digests {
                clients::add_secret(tx, ID, digest, None, now).await?;
            }
            Ok(())
        })
    });
    done.await.unwrap();
}

/// The client's secrets as stored.
pub(super) async fn secrets(house: &House) -> Vec<SecretRow> {
    let found = house.app.db.read::<_, DbError, _>(|tx| Box::pin(clients::secrets(tx, ID)));
    found.await.unwrap()
}

pub(super) fn jwk(key: &Es256Key, kid: &str) -> Value {
    json!({"kty": "EC", "crv": "P-256", "x": key.public().x(), "y": key.public().y(), "kid": kid})
}

/// A good assertion of that name.
pub(super) fn assertion(house: &House, key: &Es256Key, kid: &str, jti: &str) -> String {
    let now = house.now().epoch_seconds();
    let header = json!({"alg": "ES256", "kid": kid});
    let claims =
        json!({"iss": ID, "sub": ID, "aud": house.app.issuer, "exp": now + 60, "jti": jti});
    sign(key, &header, &claims)
}

pub(super) fn sign(key: &Es256Key, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(message.as_bytes()).unwrap();
    format!("{message}.{signature}")
}

pub(super) fn asserted(assertion: String) -> Vec<Field> {
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned();
    vec![("client_assertion_type", kind), ("client_assertion", assertion)]
}

/// Asks about something that is no token: 200 is for whoever is believed.
pub(super) async fn ask(client: &mut Browser, fields: &[Field]) -> Answer {
    let mut fields = fields.to_vec();
    fields.push(("token", "no token at all".to_owned()));
    client.post("/verify", &fields).await
}
