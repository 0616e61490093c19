//! The SMS gateway over HTTP.

use super::client::HttpClient;
use super::outcome::CallError;
use crate::ports::sms::{SmsError, SmsGateway, SmsMessage};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// Posts to `v1/messages`, with the message's id as `Idempotency-Key`: a try that was taken
/// although its answer got lost is not delivered twice.
#[derive(Debug)]
pub struct HttpSmsGateway(HttpClient);

impl HttpSmsGateway {
    /// A gateway behind `client`.
    pub fn new(client: HttpClient) -> Self {
        Self(client)
    }
}

#[derive(Serialize)]
struct Handover<'a> {
    to: &'a str,
    text: &'a str,
}

#[derive(Deserialize)]
struct Answer {
    accepted: bool,
}

#[async_trait]
impl SmsGateway for HttpSmsGateway {
    async fn send(&self, message: &SmsMessage) -> Result<(), SmsError> {
        let handover = Handover { to: message.to.as_str(), text: message.text.expose() };
        let key = Some(message.id.as_str());
        match self.0.ask::<Answer>("v1/messages", &handover, key).await {
            Ok(Answer { accepted: true }) => Ok(()),
            Ok(Answer { accepted: false }) => Err(SmsError::Rejected("not accepted".to_owned())),
            Err(CallError::Refused(status)) => Err(SmsError::Rejected(format!("status {status}"))),
            Err(CallError::Down(down)) => Err(SmsError::Temporary(down.reason)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::stand_in::{Reply, StandIn, client, mobile};
    use super::*;
    use crate::config::providers::ProviderConfig;
    use crate::domain::ids::MessageId;
    use crate::domain::secret::Secret;
    use serde_json::json;

    async fn send(provider: &StandIn, retries: u32) -> Result<(), SmsError> {
        let config = ProviderConfig { retries, ..provider.config() };
        let message = SmsMessage {
            id: MessageId::from_stored("row-7"),
            to: mobile(),
            text: Secret::new("校验码 123456"),
        };
        HttpSmsGateway::new(client(&config)).send(&message).await
    }

    #[tokio::test]
    async fn every_try_of_a_message_carries_the_same_key() {
        let script = vec![Reply::Text(502, String::new()), Reply::Json(json!({"accepted": true}))];
        let provider = StandIn::start(script).await;
        assert_eq!(send(&provider, 1).await, Ok(()));
        let asked = provider.take_asked();
        assert_eq!(asked.len(), 2);
        for one in asked {
            assert_eq!(one.headers["idempotency-key"], "row-7");
            assert_eq!(one.body, json!({"to": "13800000001", "text": "校验码 123456"}));
        }
    }

    #[tokio::test]
    async fn a_refusal_is_final_but_a_busy_gateway_is_not() {
        let script = vec![
            Reply::Text(422, String::new()),
            Reply::Json(json!({"accepted": false})),
            Reply::Text(429, String::new()),
            Reply::Text(408, String::new()),
            Reply::Text(500, String::new()),
        ];
        let provider = StandIn::start(script).await;
        assert_eq!(send(&provider, 0).await, Err(SmsError::Rejected("status 422".to_owned())));
        assert_eq!(send(&provider, 0).await, Err(SmsError::Rejected("not accepted".to_owned())));
        for status in [429, 408, 500] {
            let expected = SmsError::Temporary(format!("status {status}"));
            assert_eq!(send(&provider, 0).await, Err(expected));
        }
    }
}
