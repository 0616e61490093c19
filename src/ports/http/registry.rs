//! The population registry over HTTP.

use super::client::HttpClient;
use super::outcome::CallError;
use crate::domain::citizen::{CitizenFacts, PhysicalCard, VitalState};
use crate::domain::id_number::IdNumber;
use crate::domain::mobile_number::MobileNumber;
use crate::domain::person_name::PersonName;
use crate::ports::ProviderDown;
use crate::ports::registry::{NameCheck, Registry};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const PROVIDER: &str = "registry";
/// A record that cannot be read is not mended within seconds.
const RETRY_AFTER_BAD_RECORD: Duration = Duration::from_secs(300);

/// Asks `v1/name-check` and `v1/facts`.
#[derive(Debug)]
pub struct HttpRegistry(HttpClient);

impl HttpRegistry {
    /// A registry behind `client`.
    pub fn new(client: HttpClient) -> Self {
        Self(client)
    }
}

#[derive(Serialize)]
struct NameQuestion<'a> {
    id_number: &'a str,
    name: &'a str,
}

#[derive(Deserialize)]
struct NameAnswer {
    #[serde(rename = "match")]
    matches: bool,
}

#[derive(Serialize)]
struct FactsQuestion<'a> {
    id_number: &'a str,
}

#[derive(Deserialize)]
struct FactsAnswer {
    /// Null for an unknown number; leaving the key out is an error of the provider's, not an
    /// unknown person.
    #[serde(deserialize_with = "Option::deserialize")]
    person: Option<Person>,
}

#[derive(Deserialize)]
struct Person {
    name: String,
    hukou: Option<String>,
    ethnicity: Option<String>,
    mobile: Option<String>,
    state: VitalState,
    physical_card: Option<PhysicalCard>,
    insured: bool,
}

#[async_trait]
impl Registry for HttpRegistry {
    async fn check_name(
        &self,
        id: &IdNumber,
        name: &PersonName,
    ) -> Result<NameCheck, ProviderDown> {
        let question = NameQuestion { id_number: id.as_str(), name: name.as_str() };
        let answer = self.0.ask::<NameAnswer>("v1/name-check", &question, None).await;
        let matches = answer.map_err(down)?.matches;
        Ok(if matches { NameCheck::Match } else { NameCheck::Mismatch })
    }

    async fn facts(&self, id: &IdNumber) -> Result<Option<CitizenFacts>, ProviderDown> {
        let question = FactsQuestion { id_number: id.as_str() };
        let answer = self.0.ask::<FactsAnswer>("v1/facts", &question, None).await;
        answer.map_err(down)?.person.map(into_facts).transpose()
    }
}

fn down(error: CallError) -> ProviderDown {
    error.into_down(PROVIDER)
}

fn into_facts(person: Person) -> Result<CitizenFacts, ProviderDown> {
    let name = PersonName::parse(&person.name).map_err(|_| bad_record("name"))?;
    let mobile = person.mobile.map(|text| MobileNumber::parse(&text)).transpose();
    Ok(CitizenFacts {
        name,
        hukou: person.hukou,
        ethnicity: person.ethnicity,
        mobile: mobile.map_err(|_| bad_record("mobile"))?,
        vital: person.state,
        physical_card: person.physical_card,
        insured: person.insured,
    })
}

fn bad_record(field: &str) -> ProviderDown {
    ProviderDown {
        provider: PROVIDER,
        reason: format!("the record's {field} cannot be read"),
        retry_after: RETRY_AFTER_BAD_RECORD,
    }
}

#[cfg(test)]
mod tests {
    use super::super::stand_in::{Reply, StandIn, id, name};
    use super::*;
    use crate::domain::citizen::{CardType, PhysicalCardState};
    use serde_json::{Value, json};

    fn person() -> Value {
        json!({"name": "王䶮", "hukou": "110101", "ethnicity": "01", "mobile": "13800000001",
            "state": "alive", "insured": true, "physical_card": {"number": "A12345678",
            "region": "110100", "bank": "ICBC", "type": "adult", "state": "normal"}})
    }

    async fn answers(script: Vec<Value>) -> (StandIn, HttpRegistry) {
        let provider = StandIn::start(script.into_iter().map(Reply::Json).collect()).await;
        let registry = HttpRegistry::new(provider.client());
        (provider, registry)
    }

    #[tokio::test]
    async fn name_and_number_are_asked_together_and_only_in_the_body() {
        let (provider, registry) =
            answers(vec![json!({"match": true}), json!({"match": false})]).await;
        assert_eq!(registry.check_name(&id(), &name()).await, Ok(NameCheck::Match));
        assert_eq!(registry.check_name(&id(), &name()).await, Ok(NameCheck::Mismatch));
        let asked = provider.take_asked().remove(0);
        assert_eq!(asked.path, "/api/v1/name-check");
        assert_eq!(asked.body, json!({"id_number": "11010119900307002X", "name": "王䶮"}));
    }

    #[tokio::test]
    async fn facts_are_parsed_into_domain_values() {
        let (_provider, registry) = answers(vec![json!({"person": person()})]).await;
        let facts = registry.facts(&id()).await.unwrap().unwrap();
        assert_eq!(facts.name, name());
        assert_eq!(facts.mobile.unwrap().as_str(), "13800000001");
        assert_eq!(facts.vital, VitalState::Alive);
        let card = facts.physical_card.unwrap();
        assert_eq!((card.card_type, card.state), (CardType::Adult, PhysicalCardState::Normal));
    }

    #[tokio::test]
    async fn an_unknown_number_has_no_facts() {
        let (_provider, registry) = answers(vec![json!({"person": null})]).await;
        assert_eq!(registry.facts(&id()).await.map(|facts| facts.is_none()), Ok(true));
    }

    #[tokio::test]
    async fn a_record_that_cannot_be_read_is_a_provider_down_without_its_values() {
        let (mut mobile, mut state) = (person(), person());
        mobile["mobile"] = json!("12345");
        state["state"] = json!("asleep");
        let wrong = [json!({"person": mobile}), json!({"person": state}), json!({})];
        let (_provider, registry) = answers(wrong.to_vec()).await;
        for _ in wrong {
            let down = registry.facts(&id()).await.err().unwrap();
            assert_eq!(down.provider, "registry");
            assert!(!down.reason.contains("12345") && !down.reason.contains("asleep"));
        }
    }

    #[tokio::test]
    async fn a_refused_question_is_a_provider_down() {
        let provider = StandIn::start(vec![Reply::Text(401, String::new())]).await;
        let registry = HttpRegistry::new(provider.client());
        let down = registry.check_name(&id(), &name()).await.unwrap_err();
        assert_eq!(down.reason, "question refused with status 401");
    }
}
