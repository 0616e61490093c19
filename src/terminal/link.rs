//! How a terminal stands with its issuer, as far as it knows.

use crate::ports::http::relying::NoAnswer;
use std::sync::{Mutex, PoisonError};
use tokio::sync::Notify;

/// How it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Link {
    /// Nobody has been asked yet.
    #[default]
    Unasked,
    /// The issuer answers.
    Up,
    /// It cannot be reached.
    Down,
    /// It answers, and does not know this terminal's service.
    Refused,
}

impl Link {
    /// What a question that was not answered says of it.
    pub(super) const fn after(why: NoAnswer) -> Self {
        match why {
            NoAnswer::Refused(_) => Self::Refused,
            NoAnswer::Unreachable(_) | NoAnswer::Status(_) => Self::Down,
        }
    }

    /// The message at the foot of the page.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Unasked => "terminal-unasked",
            Self::Up => "terminal-online",
            Self::Down => "terminal-offline",
            Self::Refused => "terminal-refused",
        }
    }

    /// The word for machines.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Unasked => "unasked",
            Self::Up => "up",
            Self::Down => "down",
            Self::Refused => "refused",
        }
    }
}

/// The last that was seen of the link, and whoever waits for it to be up again.
#[derive(Default)]
pub(super) struct LastSeen {
    link: Mutex<Link>,
    up: Notify,
}

impl LastSeen {
    pub(super) fn now(&self) -> Link {
        *self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn saw(&self, link: Link) {
        let before = {
            let mut kept = self.link.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *kept, link)
        };
        if link == Link::Up && before != Link::Up {
            self.up.notify_one();
        }
    }

    /// Waits for the issuer to answer after a time in which it did not.
    pub(super) async fn comes_up(&self) {
        self.up.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn who_waits_hears_of_the_change_and_not_of_its_going_on() {
        let seen = LastSeen::default();
        assert_eq!(seen.now(), Link::Unasked);
        let soon = || tokio::time::timeout(Duration::from_millis(20), seen.comes_up());
        seen.saw(Link::Down);
        assert!(soon().await.is_err());
        seen.saw(Link::Up);
        assert!(soon().await.is_ok());
        seen.saw(Link::Up);
        assert!(soon().await.is_err());
        seen.saw(Link::after(NoAnswer::Refused(401)));
        assert_eq!(seen.now(), Link::Refused);
    }
}
