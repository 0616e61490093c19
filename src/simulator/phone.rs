//! The demonstration's telephone: messages that anybody may read at `/demo/phone`. They live in
//! memory only and go when the program ends.

use super::magic;
use crate::domain::ids::MessageId;
use crate::domain::mobile_number::MobileNumber;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::sms::{SmsError, SmsGateway, SmsMessage};
use async_trait::async_trait;
use serde::{Serialize, Serializer};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Messages kept for one number; the oldest make room.
pub const KEPT_PER_NUMBER: usize = 20;
/// Messages kept for all numbers together.
pub const KEPT_IN_ALL: usize = 2000;

/// A message as the phone shows it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Received {
    /// The number it was sent to.
    pub to: MobileNumber,
    /// Its text.
    pub text: String,
    /// When it came in, as RFC 3339 in UTC where it is written out.
    #[serde(serialize_with = "as_rfc3339")]
    pub sent_at: Timestamp,
}

impl std::fmt::Debug for Received {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Received(…)")
    }
}

fn as_rfc3339<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&at.rfc3339())
}

/// An SMS gateway that delivers into its own memory.
pub struct DemoPhone {
    clock: Arc<dyn Clock>,
    inbox: Mutex<Inbox>,
}

/// `order` has one entry a message that was taken, also when its number has dropped it since:
/// its length bounds everything else.
#[derive(Default)]
struct Inbox {
    by_number: HashMap<MobileNumber, VecDeque<(MessageId, Received)>>,
    order: VecDeque<(MessageId, MobileNumber)>,
    taken: HashSet<MessageId>,
}

impl std::fmt::Debug for DemoPhone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DemoPhone")
    }
}

impl DemoPhone {
    /// A phone without messages.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, inbox: Mutex::default() }
    }

    /// The messages to a number, newest first.
    pub fn messages(&self, number: &MobileNumber) -> Vec<Received> {
        let inbox = self.lock();
        let kept = inbox.by_number.get(number).into_iter().flatten().rev();
        kept.map(|(_, message)| message.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SmsGateway for DemoPhone {
    async fn send(&self, message: &SmsMessage) -> Result<(), SmsError> {
        if magic::sms_is_down(&message.to) {
            return Err(SmsError::Temporary("this number plays a gateway that is down".to_owned()));
        }
        let received = Received {
            to: message.to.clone(),
            text: message.text.expose().to_owned(),
            sent_at: self.clock.now(),
        };
        self.lock().take(message.id.clone(), received);
        Ok(())
    }
}

impl Inbox {
    fn take(&mut self, id: MessageId, message: Received) {
        if !self.taken.insert(id.clone()) {
            return;
        }
        self.order.push_back((id.clone(), message.to.clone()));
        let own = self.by_number.entry(message.to.clone()).or_default();
        own.push_back((id, message));
        if own.len() > KEPT_PER_NUMBER {
            own.pop_front();
        }
        while self.order.len() > KEPT_IN_ALL {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some((id, number)) = self.order.pop_front() else { return };
        self.taken.remove(&id);
        let Some(own) = self.by_number.get_mut(&number) else { return };
        if own.front().is_some_and(|(first, _)| *first == id) {
            own.pop_front();
        }
        if own.is_empty() {
            self.by_number.remove(&number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::Secret;
    use crate::ports::clock::FixedClock;
    use std::time::Duration;

    const START: Timestamp = Timestamp::from_epoch_seconds(1_795_000_000);

    fn phone() -> (Arc<FixedClock>, DemoPhone) {
        let clock = Arc::new(FixedClock::at(START));
        (Arc::clone(&clock), DemoPhone::new(clock))
    }

    fn number(last: u32) -> MobileNumber {
        MobileNumber::parse(&format!("139{last:08}")).unwrap()
    }

    async fn send(phone: &DemoPhone, id: &str, to: &MobileNumber) -> Result<(), SmsError> {
        let text = Secret::new(format!("text {id}"));
        phone.send(&SmsMessage { id: MessageId::from_stored(id), to: to.clone(), text }).await
    }

    fn texts(phone: &DemoPhone, of: &MobileNumber) -> Vec<String> {
        phone.messages(of).into_iter().map(|message| message.text).collect()
    }

    #[tokio::test]
    async fn the_newest_message_comes_first_and_only_its_own_number_has_it() {
        let (clock, phone) = phone();
        send(&phone, "a", &number(1)).await.unwrap();
        clock.advance(Duration::from_secs(5));
        send(&phone, "b", &number(1)).await.unwrap();
        assert_eq!(texts(&phone, &number(1)), ["text b", "text a"]);
        assert!(texts(&phone, &number(2)).is_empty());
        let newest = phone.messages(&number(1)).remove(0);
        let shown = serde_json::to_value(newest).unwrap();
        let at = (START + Duration::from_secs(5)).rfc3339();
        let expected = serde_json::json!({"to": "13900000001", "text": "text b", "sent_at": at});
        assert_eq!(shown, expected);
    }

    #[tokio::test]
    async fn the_same_message_twice_is_delivered_once() {
        let (_, phone) = phone();
        send(&phone, "a", &number(1)).await.unwrap();
        send(&phone, "a", &number(1)).await.unwrap();
        assert_eq!(texts(&phone, &number(1)), ["text a"]);
    }

    #[tokio::test]
    async fn the_oldest_messages_make_room() {
        let (_, phone) = phone();
        for count in 0..=KEPT_PER_NUMBER {
            send(&phone, &format!("n{count}"), &number(1)).await.unwrap();
        }
        let kept = texts(&phone, &number(1));
        assert_eq!(kept.len(), KEPT_PER_NUMBER);
        assert_eq!(kept.last().unwrap(), "text n1");
        for count in 0..KEPT_IN_ALL {
            send(&phone, &format!("m{count}"), &number(100 + count as u32)).await.unwrap();
        }
        assert!(texts(&phone, &number(1)).is_empty());
        let inbox = phone.lock();
        assert_eq!(inbox.by_number.len(), KEPT_IN_ALL);
        assert_eq!((inbox.order.len(), inbox.taken.len()), (KEPT_IN_ALL, KEPT_IN_ALL));
    }

    #[tokio::test]
    async fn the_magic_number_is_never_reached() {
        let (_, phone) = phone();
        let silent = MobileNumber::parse(magic::SMS_DOWN).unwrap();
        assert!(matches!(send(&phone, "a", &silent).await, Err(SmsError::Temporary(_))));
        assert!(texts(&phone, &silent).is_empty());
    }
}
