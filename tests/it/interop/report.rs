//! What a program found, step by step, and what must hold of it whatever the library.

use ecard::simulator::demo_people::DemoPerson;
use serde_json::{Value, json};

/// Steps in the order they were told.
pub(super) struct Report {
    issuer: String,
    client_id: String,
    steps: Vec<Value>,
}

impl Report {
    pub(super) fn new(issuer: &str, client_id: &str) -> Self {
        Self { issuer: issuer.to_owned(), client_id: client_id.to_owned(), steps: Vec::new() }
    }

    /// Keeps what was told of a step.
    pub(super) fn add(&mut self, told: Value) {
        self.steps.push(told);
    }

    /// The names of the steps.
    pub(super) fn names(&self) -> Vec<&str> {
        self.steps.iter().filter_map(|told| told["step"].as_str()).collect()
    }

    /// What was told of a step.
    pub(super) fn step(&self, name: &str) -> &Value {
        let found = self.steps.iter().find(|told| told["step"] == name);
        found.unwrap_or_else(|| panic!("no step {name:?}: {:?}", self.names()))
    }

    fn optional(&self, name: &str) -> Option<&Value> {
        self.steps.iter().find(|told| told["step"] == name)
    }

    /// Every answer speaks of this person, and of the same subject.
    pub(super) fn is_of(&self, person: &DemoPerson) {
        let first = self.step("token");
        let sub = &first["id_token"]["sub"];
        assert!(sub.as_str().is_some_and(|sub| sub.len() >= 22), "{first}");
        for name in ["token", "refresh"] {
            self.answer_fits(self.step(name), sub);
        }
        let second = self.step("refresh");
        for claim in ["auth_time", "acr", "amr"] {
            assert_eq!(first["id_token"][claim], second["id_token"][claim], "{claim}");
        }
        for name in ["userinfo", "userinfo again"] {
            if let Some(told) = self.optional(name) {
                tells_of(person, &told["claims"], sub);
            }
        }
        self.ended_where_it_was_revoked(sub);
    }

    fn answer_fits(&self, told: &Value, sub: &Value) {
        let id_token = &told["id_token"];
        assert_eq!(id_token["iss"], json!(self.issuer), "{told}");
        assert_eq!(id_token["aud"], json!(self.client_id), "{told}");
        assert!(id_token["auth_time"].as_u64() > Some(0) && id_token["at_hash"].is_string());
        assert!(
            id_token["acr"].as_str().is_some_and(|a| a.starts_with("urn:ecard:acr:")),
            "{told}"
        );
        assert!(id_token["amr"].as_array().is_some_and(|a| a.contains(&json!("pwd"))), "{told}");
        for token in ["id_token", "access_token", "ecard_token"] {
            assert_eq!(&told[token]["sub"], sub, "{token}: {told}");
        }
        assert_eq!(told["access_token"]["client_id"], json!(self.client_id));
        let card = &told["ecard_token"];
        assert_eq!(card["card"]["type"], "adult", "{told}");
        assert!(card["status"]["status_list"]["idx"].is_u64(), "{told}");
        assert!(card["functions"].as_array().is_some_and(|all| !all.is_empty()), "{told}");
    }

    fn ended_where_it_was_revoked(&self, sub: &Value) {
        if let Some(told) = self.optional("introspection") {
            assert_eq!(told["answer"]["active"], true, "{told}");
            assert_eq!(&told["answer"]["sub"], sub, "{told}");
            assert_eq!(told["answer"]["client_id"], json!(self.client_id), "{told}");
            let after = &self.step("introspection afterwards")["answer"];
            assert_eq!(after, &json!({ "active": false }), "a dead token tells nothing");
            assert_eq!(self.step("refresh afterwards")["answer"]["error"], "invalid_grant");
        }
    }

    /// The tokens are bound to a key of the client's, or to none.
    pub(super) fn is_bound(&self, bound: bool) {
        for name in ["token", "refresh"] {
            let told = self.step(name);
            let kind = told["token_type"].as_str().unwrap_or_default();
            assert!(kind.eq_ignore_ascii_case(if bound { "DPoP" } else { "Bearer" }), "{told}");
            for token in ["access_token", "ecard_token"] {
                assert_eq!(told[token]["cnf"]["jkt"].is_string(), bound, "{token}: {told}");
            }
        }
    }
}

/// The claims are this person's, in full: `identity` was asked for and allowed.
fn tells_of(person: &DemoPerson, claims: &Value, sub: &Value) {
    assert_eq!(&claims["sub"], sub);
    assert_eq!(claims["name"], json!(person.name.as_str()), "{claims}");
    assert_eq!(claims["name_masked"], json!(person.name.masked()), "{claims}");
    assert_eq!(claims["id_number"], json!(person.id_number.as_str()), "{claims}");
    let number = format!("+86{}", person.account_mobile.as_str());
    assert_eq!(claims["phone_number"], json!(number), "{claims}");
    assert_eq!(claims["phone_number_verified"], true, "{claims}");
    assert_eq!(claims["verified_claims"]["verification"]["trust_framework"], "cn_ecard");
}
