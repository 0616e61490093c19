//! "Put me at step X": every step of the claim, its page, and the right thing to send.

use super::House;
use super::answer::Answer;
use super::browser::{Browser, Field};
use ecard::domain::demo_story::Story;
use ecard::simulator::demo_people::PASSWORD;

/// A PIN that breaks no rule.
pub(crate) const PIN: &str = "739142";

/// A step that has a form, in the order they are walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Consent,
    Login,
    RealName,
    FaceConsent,
    Face,
    Activation,
    Pin,
}

impl Step {
    pub(crate) const ALL: [Self; 7] = [
        Self::Consent,
        Self::Login,
        Self::RealName,
        Self::FaceConsent,
        Self::Face,
        Self::Activation,
        Self::Pin,
    ];

    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Consent => "/claim/consent",
            Self::Login => "/claim/login",
            Self::RealName => "/claim/real-name",
            Self::FaceConsent => "/claim/face-consent",
            Self::Face => "/claim/face",
            Self::Activation => "/claim/activation",
            Self::Pin => "/claim/pin",
        }
    }

    /// `data-step` of its page.
    pub(crate) fn word(self) -> &'static str {
        self.path().trim_start_matches("/claim/")
    }

    /// Where the right form leads.
    pub(crate) fn next(self) -> &'static str {
        let after = Self::ALL.iter().position(|step| *step == self).unwrap() + 1;
        Self::ALL.get(after).map_or("/card", |step| step.path())
    }
}

impl House {
    /// What the person of a story rightly enters at a step.
    pub(crate) fn right(&self, step: Step, story: Story) -> Vec<Field> {
        let person = self.person(story);
        match step {
            Step::Consent => vec![("decision", "allow".into())],
            Step::Login => vec![
                ("account", person.account_mobile.as_str().into()),
                ("password", PASSWORD.into()),
            ],
            Step::RealName => vec![
                ("name", person.name.as_typed().into()),
                ("id_number", person.id_number.as_str().into()),
            ],
            Step::FaceConsent => vec![("face_consent", "yes".into())],
            Step::Face => vec![("sample", "same".into())],
            Step::Activation => {
                vec![("activation_code", self.code(&person.registry_mobile.unwrap()))]
            }
            Step::Pin => vec![("pin", PIN.into()), ("pin_again", PIN.into())],
        }
    }

    /// Walks a step the right way, from its page.
    pub(crate) async fn take(&self, browser: &mut Browser, step: Step, story: Story) -> Answer {
        let page = browser.get(step.path()).await;
        assert_eq!((page.status, page.step()), (200, step.word()), "{step:?}: {}", page.main());
        browser.submit(&page, &self.right(step, story)).await
    }

    /// A browser of this person whose claim stands at `step`.
    pub(crate) async fn at_as(&self, step: Step, story: Story) -> Browser {
        let mut browser = self.browser();
        self.bring(&mut browser, step, story).await;
        browser
    }

    /// Begins a claim in this browser and walks it up to `step`.
    pub(crate) async fn bring(&self, browser: &mut Browser, step: Step, story: Story) {
        let mut page = browser.visit("/claim").await;
        for _ in Step::ALL {
            let here = *Step::ALL.iter().find(|s| s.word() == page.step()).unwrap();
            if here >= step {
                assert_eq!(here, step);
                return;
            }
            let gone = browser.submit(&page, &self.right(here, story)).await;
            assert_eq!(gone.status, 303, "{here:?}: {}", gone.main());
            if gone.leads_to(step.path()) {
                return;
            }
            page = browser.visit(gone.location()).await;
        }
    }

    /// A browser of the plain adult whose claim stands at `step`.
    pub(crate) async fn at(&self, step: Step) -> Browser {
        self.at_as(step, Story::Adult).await
    }

    /// The same step with its page open.
    pub(crate) async fn page_at(&self, step: Step) -> (Browser, Answer) {
        self.page_as(step, Story::Adult).await
    }

    /// The same for the person of a story.
    pub(crate) async fn page_as(&self, step: Step, story: Story) -> (Browser, Answer) {
        let mut browser = self.at_as(step, story).await;
        let page = browser.get(step.path()).await;
        assert_eq!((page.status, page.step()), (200, step.word()));
        (browser, page)
    }

    /// A browser of somebody who has just claimed a card.
    pub(crate) async fn holder(&self, story: Story) -> Browser {
        let mut browser = self.at_as(Step::Pin, story).await;
        let done = self.take(&mut browser, Step::Pin, story).await;
        assert!(done.leads_to("/card"), "{} {}", done.status, done.main());
        browser
    }
}
