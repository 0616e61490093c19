//! The partners in other languages.

use super::errand::{Errand, SCOPE};
use super::report::Report;
use crate::common::needs::Needs;
use crate::common::runtimes::Runtime;
use crate::common::suite::Suite;
use ecard::domain::client::{Client, ClientAuth, ClientProfile, GrantType, TokenAlgorithm};
use ecard::domain::scope::ScopeSet;

/// A secret of a client, long enough for one.
pub(super) const SECRET: &str = "a-secret+of/43=characters:and&reserved%ones";

const WAY: [&str; 10] = [
    "discovery",
    "par",
    "token",
    "userinfo",
    "introspection",
    "refresh",
    "userinfo again",
    "revocation",
    "introspection afterwards",
    "refresh afterwards",
];

pub(super) fn register(suite: &mut Suite) {
    needs!(suite, Needs::Node; openid_client_keeps_fapi2, openid_client_polls_for_a_terminal);
    needs!(suite, Needs::Python; authlib_posts_a_secret, authlib_signs_with_ed25519);
    needs!(suite, Needs::Java; nimbus_keeps_fapi2);
}

/// A partner that asks for everything a citizen can allow.
pub(super) fn partner(id: &str, name: &str, auth: ClientAuth) -> Client {
    let mut client = Client::new(id, name, auth);
    client.client_name_en = Some(name.to_owned());
    client.purpose_en = Some("To try what a partner can do".to_owned());
    client.legal_entity = Some(format!("{name} Ltd"));
    client.grant_types = vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
    client.scope = ScopeSet::parse(SCOPE);
    client
}

fn fapi2(id: &str, name: &str) -> Client {
    let mut client = partner(id, name, ClientAuth::PrivateKeyJwt);
    client.profile = ClientProfile::Fapi2;
    client
}

async fn openid_client_keeps_fapi2() {
    let client = fapi2("node", "Partner in Node");
    let errand = Errand { runtime: Runtime::Node, program: "code.mjs", client, secret: None };
    errand.run(|report| whole_way(report, true)).await;
}

async fn openid_client_polls_for_a_terminal() {
    let mut client = partner("kiosk", "Kiosk in Node", ClientAuth::None);
    client.grant_types = vec![GrantType::DeviceCode, GrantType::RefreshToken];
    let errand = Errand { runtime: Runtime::Node, program: "device.mjs", client, secret: None };
    let check = |report: &Report| {
        let way = ["discovery", "device authorization", "token", "userinfo", "refresh"];
        assert!(report.names().starts_with(&way), "{:?}", report.names());
        assert_eq!(report.step("userinfo afterwards")["answer"]["status"], 401);
        report.is_bound(false);
    };
    errand.run(check).await;
}

async fn authlib_posts_a_secret() {
    let mut client = partner("form", "Partner in Python", ClientAuth::ClientSecretPost);
    client.id_token_signed_response_alg = TokenAlgorithm::Rs256;
    let errand = Errand {
        runtime: Runtime::Python,
        program: "shared_secret.py",
        client,
        secret: Some(SECRET),
    };
    errand.run(|report| whole_way(report, false)).await;
}

async fn authlib_signs_with_ed25519() {
    let client = partner("signs", "Partner in Python", ClientAuth::PrivateKeyJwt);
    let errand = Errand { runtime: Runtime::Python, program: "own_key.py", client, secret: None };
    let check = |report: &Report| {
        let way: Vec<_> = WAY.into_iter().filter(|step| *step != "par").collect();
        assert_eq!(report.names(), way);
        report.is_bound(false);
    };
    errand.run(check).await;
}

async fn nimbus_keeps_fapi2() {
    let client = fapi2("java", "Partner in Java");
    let errand = Errand { runtime: Runtime::Java, program: "Main", client, secret: None };
    errand.run(|report| whole_way(report, true)).await;
}

fn whole_way(report: &Report, bound: bool) {
    assert_eq!(report.names(), WAY);
    report.is_bound(bound);
}
