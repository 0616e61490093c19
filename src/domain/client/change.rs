//! What a change of a registration keeps, and what it may not take back.

use super::{Client, ClientAuth, Finding, Keeper, PkceRule};
use crate::domain::time::Timestamp;

impl Client {
    /// This client in the place of `before`, by an operator's word. What registered itself is the
    /// operator's from then on.
    #[must_use]
    pub fn kept_by_operator(self, before: &Self, now: Timestamp) -> Self {
        let keeper = match before.keeper {
            Keeper::Operator => Keeper::Operator,
            Keeper::Itself | Keeper::TakenOver => Keeper::TakenOver,
        };
        Self { keeper, ..self }.named_after(before, now)
    }

    /// This client in the place of `before`, by its own word: what is an operator's to say stays as
    /// it is.
    #[must_use]
    pub fn kept_by_itself(self, before: &Self, now: Timestamp) -> Self {
        Self {
            keeper: before.keeper,
            legal_entity: before.legal_entity.clone(),
            resources: before.resources.clone(),
            ..self
        }
        .named_after(before, now)
    }

    /// Whether nobody but itself says who it is.
    pub fn is_self_named(&self) -> bool {
        self.keeper != Keeper::Operator && self.legal_entity.is_none()
    }

    /// Who reads other words than those they agreed to is asked again.
    fn named_after(self, before: &Self, now: Timestamp) -> Self {
        let named_at = if self.words() == before.words() { before.named_at } else { Some(now) };
        Self { named_at, ..self }
    }

    /// What a citizen goes by: who asks, and what for.
    fn words(&self) -> [Option<&str>; 6] {
        // A picture that an operator looked at may change without asking anybody.
        let logo = if self.is_self_named() { self.logo_uri.as_deref() } else { None };
        [
            Some(self.client_name.as_str()),
            self.client_name_en.as_deref(),
            self.legal_entity.as_deref(),
            self.purpose.as_deref(),
            self.purpose_en.as_deref(),
            logo,
        ]
    }

    /// What this client's own change to `after` would loosen: tokens that were bound would be good
    /// for whoever finds them, requests that were pushed could be altered on their way.
    pub fn loosened_by(&self, after: &Self) -> Vec<Finding> {
        let weaker = [
            ("ecard_profile", self.is_fapi2() && !after.is_fapi2()),
            (
                "token_endpoint_auth_method",
                strength(after.token_endpoint_auth_method)
                    < strength(self.token_endpoint_auth_method),
            ),
            (
                "dpop_bound_access_tokens",
                self.dpop_bound_access_tokens && !after.dpop_bound_access_tokens,
            ),
            (
                "tls_client_certificate_bound_access_tokens",
                self.tls_client_certificate_bound_access_tokens
                    && !after.tls_client_certificate_bound_access_tokens,
            ),
            ("require_pushed_authorization_requests", self.must_push() && !after.must_push()),
            ("ecard_pkce", self.pkce == PkceRule::Required && after.pkce == PkceRule::Optional),
        ];
        let text = "would be weaker than it is; a registration only becomes stricter by itself: \
                    repeat what stands, register anew, or ask the operator";
        let found = weaker.into_iter().filter(|(_, is)| *is);
        found.map(|(member, _)| Finding::new(member, text)).collect()
    }
}

/// How hard it is to pass for a client: nothing, a secret that travels, a key that does not.
const fn strength(method: ClientAuth) -> u8 {
    match method {
        ClientAuth::None => 0,
        ClientAuth::ClientSecretBasic | ClientAuth::ClientSecretPost => 1,
        ClientAuth::PrivateKeyJwt
        | ClientAuth::TlsClientAuth
        | ClientAuth::SelfSignedTlsClientAuth => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_epoch_seconds(1_795_399_200);

    fn itself() -> Client {
        let client = Client::new("dyn-a", "甲", ClientAuth::PrivateKeyJwt);
        Client { keeper: Keeper::Itself, ..client }
    }

    #[test]
    fn an_operator_who_changes_a_client_looks_after_it_from_then_on() {
        let taken = itself().kept_by_operator(&itself(), NOW);
        assert_eq!(taken.keeper, Keeper::TakenOver);
        assert!(taken.is_self_named(), "to look after it is not to vouch for its name");
        let vouched = Client { legal_entity: Some("甲公司".to_owned()), ..itself() };
        assert!(!vouched.clone().kept_by_operator(&taken, NOW).is_self_named());
        let own = Client::new("a", "甲", ClientAuth::None);
        assert_eq!(own.clone().kept_by_operator(&own, NOW).keeper, Keeper::Operator);
    }

    #[test]
    fn other_words_are_noted_with_their_time() {
        assert_eq!(itself().kept_by_itself(&itself(), NOW).named_at, None);
        let renamed = Client { client_name: "乙".to_owned(), ..itself() };
        assert_eq!(renamed.clone().kept_by_itself(&itself(), NOW).named_at, Some(NOW));
        let logo = Client { logo_uri: Some("data:".to_owned()), ..itself() };
        assert_eq!(logo.clone().kept_by_itself(&itself(), NOW).named_at, Some(NOW));
        let own = Client::new("a", "甲", ClientAuth::None);
        let painted = Client { logo_uri: logo.logo_uri, ..own.clone() };
        assert_eq!(painted.kept_by_operator(&own, NOW).named_at, None);
    }

    #[test]
    fn what_is_an_operators_to_say_survives_the_clients_own_change() {
        let entity = Some("国家机关".to_owned());
        let claims = Client { legal_entity: entity, resources: vec!["x".to_owned()], ..itself() };
        let kept = claims.kept_by_itself(&itself(), NOW);
        assert_eq!((kept.legal_entity, kept.resources.len()), (None, 0));
    }

    #[test]
    fn nothing_becomes_weaker_by_its_own_word() {
        let strict = Client {
            profile: super::super::ClientProfile::Fapi2,
            dpop_bound_access_tokens: true,
            tls_client_certificate_bound_access_tokens: true,
            ..itself()
        };
        let loose = Client {
            pkce: PkceRule::Optional,
            ..Client::new("dyn-a", "甲", ClientAuth::ClientSecretBasic)
        };
        assert_eq!(strict.loosened_by(&loose).len(), 6);
        assert!(strict.loosened_by(&strict).is_empty());
        assert!(loose.loosened_by(&strict).is_empty(), "stricter is welcome");
    }
}
