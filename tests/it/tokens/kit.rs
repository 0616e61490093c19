//! A partner with a citizen's grant, without the way there: what stands in the database after the
//! citizen pressed "allow".

use crate::common::db::TestDb;
use crate::common::house::House;
use crate::common::house::answer::Answer;
use crate::common::house::browser::{Browser, Field};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ecard::app::Fault;
use ecard::auth::client::digests;
use ecard::auth::code::{self, CodeBody};
use ecard::auth::context::LoginContext;
use ecard::domain::authorization::ClaimsWish;
use ecard::domain::client::{Client, ClientAuth, GrantType};
use ecard::domain::demo_story::Story;
use ecard::domain::field::{Field as Told, FieldSet};
use ecard::domain::grant::Allowed;
use ecard::domain::ids::{CardId, CitizenId, GrantId, LineId};
use ecard::domain::scope::ScopeSet;
use ecard::storage::auth_codes::{self, CodeRow};
use ecard::storage::clients::{self, ClientRow};
use ecard::storage::grants::{self, GrantRow};
use serde_json::Value;
use std::time::Duration;

pub(super) const REDIRECT: &str = "https://app.example/cb";
/// RFC 7636, appendix B.
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// What is asked for in these tests.
pub(super) const SCOPE: &str = "openid ecard profile identity offline_access";

/// A house with a holder who has allowed `app` everything.
pub(super) struct Scene {
    pub(super) house: House,
    pub(super) grant: GrantRow,
}

impl Scene {
    /// With a client that keeps a secret.
    pub(super) async fn confidential(t: TestDb) -> Self {
        Self::with(t, ClientAuth::ClientSecretBasic).await
    }

    /// With a client that keeps none.
    pub(super) async fn public(t: TestDb) -> Self {
        Self::with(t, ClientAuth::None).await
    }

    async fn with(t: TestDb, auth: ClientAuth) -> Self {
        let house = House::build(t).await;
        house.holder(Story::Adult).await;
        register(&house, app(auth)).await;
        register(&house, Client { client_id: "other".to_owned(), ..app(auth) }).await;
        let grant = allow(&house).await;
        Self { house, grant }
    }

    /// A code the citizen's browser has just brought.
    pub(super) async fn code(&self) -> String {
        self.code_with(|_| {}).await
    }

    /// A code of another kind.
    pub(super) async fn code_with(&self, change: impl FnOnce(&mut CodeBody)) -> String {
        let app = &self.house.app;
        let code = code::fresh(app);
        let mut body = CodeBody {
            redirect_uri: Some(REDIRECT.to_owned()),
            code_challenge: Some(CHALLENGE.to_owned()),
            dpop_jkt: None,
            scope: ScopeSet::parse(SCOPE),
            claims: ClaimsWish {
                id_token: [Told::Region].into_iter().collect(),
                ..ClaimsWish::default()
            },
            nonce: Some("n".repeat(384)),
            resources: Vec::new(),
            context: LoginContext::password(self.house.now()),
            sid: Some("s".to_owned()),
            citizen: self.grant.citizen.clone(),
            card: self.grant.card.clone(),
        };
        change(&mut body);
        let row = CodeRow {
            digest: code::digest(app, &code),
            client: "app".to_owned(),
            grant: self.grant.id.clone(),
            line: LineId::from_random(app.random()),
            body: serde_json::to_string(&body).unwrap(),
            is_open: true,
            expires_at: self.house.now() + code::AUTH_CODE_LIFETIME,
        };
        let work = app.db.write::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                auth_codes::insert(tx, &row);
                Ok(())
            })
        });
        work.await.unwrap();
        code
    }

    /// Redeems a code as it should be.
    pub(super) async fn redeem(&self, code: &str) -> Answer {
        self.redeem_with(code, &[]).await
    }

    /// Redeems a code with some fields replaced; an empty value counts as not sent.
    pub(super) async fn redeem_with(&self, code: &str, changed: &[Field]) -> Answer {
        let mut fields = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", REDIRECT.to_owned()),
            ("code_verifier", VERIFIER.to_owned()),
        ];
        fields.retain(|(name, _)| changed.iter().all(|(other, _)| other != name));
        fields.extend_from_slice(changed);
        self.ask("/oauth/token", &fields).await
    }

    /// Redeems a fresh code and answers the JSON.
    pub(super) async fn tokens(&self) -> Value {
        let answer = self.redeem(&self.code().await).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// Presents a refresh token.
    pub(super) async fn refresh(&self, token: &str, more: &[Field]) -> Answer {
        let mut fields =
            vec![("grant_type", "refresh_token".to_owned()), ("refresh_token", token.to_owned())];
        fields.extend_from_slice(more);
        self.ask("/oauth/token", &fields).await
    }

    /// Posts as `app`.
    pub(super) async fn ask(&self, path: &str, fields: &[Field]) -> Answer {
        self.ask_as("app", path, fields).await
    }

    /// Posts as a client, by the method both are registered for.
    pub(super) async fn ask_as(&self, client: &str, path: &str, fields: &[Field]) -> Answer {
        let mut program = program(&self.house);
        let mut fields = fields.to_vec();
        if self.is_public().await {
            fields.push(("client_id", client.to_owned()));
        } else {
            program.headers.push(basic(client, &secret(client)));
        }
        program.post(path, &fields).await
    }

    async fn is_public(&self) -> bool {
        let known = self.house.app.directory.client(&self.house.app, "app").await.unwrap();
        // A disabled one is nobody's any more: it is asked for as it was registered.
        known.is_some_and(|known| known.client.is_public())
    }

    /// Whether a token is good, as its client is told.
    pub(super) async fn is_active(&self, token: &str) -> bool {
        if self.is_public().await {
            // A public client may not ask: the state is read where bearer tokens are taken.
            return self.userinfo(&format!("Bearer {token}")).await.status == 200;
        }
        let answer = self.ask("/oauth/introspect", &[("token", token.to_owned())]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["active"].as_bool().unwrap()
    }

    /// Asks userinfo with this `Authorization`.
    pub(super) async fn userinfo(&self, authorization: &str) -> Answer {
        let mut program = program(&self.house);
        program.headers.push(("authorization", authorization.to_owned()));
        program.get("/oauth/userinfo").await
    }
}

/// What sends requests that are no browser's.
pub(super) fn program(house: &House) -> Browser {
    let mut program = house.browser();
    program.headers.push(("accept", "application/json".to_owned()));
    program
}

/// The secret of a client of these tests.
pub(super) fn secret(client: &str) -> String {
    format!("secret-of-{client}")
}

/// The header of `client_secret_basic`.
pub(super) fn basic(client: &str, secret: &str) -> (&'static str, String) {
    ("authorization", format!("Basic {}", STANDARD.encode(format!("{client}:{secret}"))))
}

fn app(auth: ClientAuth) -> Client {
    let mut client = Client::new("app", "应用", auth);
    client.redirect_uris = vec![REDIRECT.to_owned()];
    client.grant_types = GrantType::ALL.to_vec();
    client.scope = ScopeSet::parse(&format!("{SCOPE} medical.settle pharmacy.pay"));
    client
}

/// Registers a client with its secret.
pub(super) async fn register(house: &House, client: Client) {
    let (app, now) = (house.app.clone(), house.now());
    let row = ClientRow {
        id: client.client_id.clone(),
        body: serde_json::to_string(&client).unwrap(),
        state: "active".to_owned(),
        created_at: now,
    };
    let digest = digests(&app, &secret(&row.id)).remove(0);
    let work = app.db.write::<_, Fault, _>(move |tx| {
        Box::pin(async move {
            assert!(clients::insert(tx, &row).await?);
            Ok(clients::add_secret(tx, &row.id, &digest, None, now).await?)
        })
    });
    work.await.unwrap();
    app.revocations.follow(&app.db).await.unwrap();
}

async fn allow(house: &House) -> GrantRow {
    let citizen = house.t.text("SELECT citizen FROM cards").await.unwrap();
    let card = house.t.text("SELECT id FROM cards").await.unwrap();
    let app = &house.app;
    let scope = ScopeSet::parse(SCOPE);
    let fields: FieldSet = scope.fields().collect();
    let grant = GrantRow {
        id: GrantId::from_random(app.random()),
        client: "app".to_owned(),
        citizen: CitizenId::from_stored(citizen),
        card: CardId::from_stored(card),
        allowed: Allowed { scope, fields },
        is_live: true,
        place: app.status.reserve(app.entropy.as_ref()).await.unwrap(),
        created_at: house.now(),
        expires_at: house.now() + Duration::from_secs(365 * 24 * 3600),
        ended_at: None,
        last_used_at: None,
    };
    let row = grant.clone();
    let work = app.db.write::<_, Fault, _>(move |tx| {
        Box::pin(async move { Ok(grants::insert(tx, &row, "1").await?) })
    });
    assert!(work.await.unwrap());
    grant
}

/// The claims of a token.
pub(super) fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// The header of a token.
pub(super) fn header(token: &Value) -> Value {
    let header = token.as_str().unwrap().split('.').next().unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap()
}

/// The error an answer names.
pub(super) fn error(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"].as_str().unwrap_or_default().to_owned())
}

/// What a refusal of this code looks like.
pub(super) fn refused(code: &str) -> (u16, String) {
    (400, code.to_owned())
}
