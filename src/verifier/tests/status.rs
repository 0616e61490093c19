use super::*;
use std::time::Duration;

/// Entries 0–7: 0 1 2 3 | 1 0 2 1. The token's own is number 5.
const PACKED: [u8; 2] = [0b1110_0100, 0b0110_0001];

fn expect(known: Option<&StatusList>) -> ListExpectation<'_> {
    ListExpectation { issuer: ISSUER, uri: LIST, known }
}

impl Issuer {
    fn list(&self, claims: &Value) -> Result<StatusList, ListProblem> {
        let token = self.sign(&self.header("statuslist+jwt"), claims);
        verify_status_list(&token, &self.keys(), &expect(None), NOW)
    }

    fn verdict_at(&self, index: u32) -> Verdict {
        let reference = json!({"status_list": {"idx": index, "uri": LIST}});
        let token = self.verify(&self.card(&with(claims(), "status", reference))).unwrap();
        check_status(&token, Ok(&self.list(&list_claims(&PACKED)).unwrap()), NOW)
    }
}

#[test]
fn the_verdict_follows_the_tokens_own_entry() {
    let issuer = Issuer::new();
    let valid = Verdict::Valid { status_age: Duration::from_secs(40) };
    assert_eq!((issuer.verdict_at(0), issuer.verdict_at(5)), (valid, valid));
    for index in [1, 4, 7] {
        assert_eq!(issuer.verdict_at(index), Verdict::Invalid(Reason::Ended), "{index}");
    }
    for index in [2, 6] {
        assert_eq!(issuer.verdict_at(index), Verdict::Invalid(Reason::Suspended), "{index}");
    }
}

#[test]
fn an_index_beyond_the_list_or_a_value_without_meaning_is_unknown() {
    let issuer = Issuer::new();
    for index in [8, 1 << 20, u32::MAX] {
        assert_eq!(issuer.verdict_at(index), Verdict::Unknown(UnknownReason::IndexOutOfRange));
    }
    assert_eq!(issuer.verdict_at(3), Verdict::Unknown(UnknownReason::StatusValue(3)));
}

#[test]
fn without_a_list_nobody_can_tell() {
    let issuer = Issuer::new();
    let token = issuer.verify(&issuer.card(&claims())).unwrap();
    let verdict = check_status(&token, Err(UnknownReason::ListUnavailable), NOW);
    assert_eq!(verdict, Verdict::Unknown(UnknownReason::ListUnavailable));
    assert_eq!(verdict.status_word(), "unknown");
    let refused = issuer.list(&json!({})).unwrap_err();
    let verdict = check_status(&token, Err(refused.into()), NOW);
    assert!(matches!(verdict, Verdict::Unknown(UnknownReason::ListRefused(_))));
}

#[test]
fn another_list_is_refused() {
    let issuer = Issuer::new();
    for sub in [json!("https://i.example/status/2"), json!(ISSUER), Value::Null] {
        let claims = with(list_claims(&PACKED), "sub", sub);
        assert_eq!(issuer.list(&claims).unwrap_err(), ListProblem::Subject);
    }
    let elsewhere = json!({"status_list": {"idx": 5, "uri": "https://i.example/status/2"}});
    let token = issuer.verify(&issuer.card(&with(claims(), "status", elsewhere))).unwrap();
    let list = issuer.list(&list_claims(&PACKED)).unwrap();
    let verdict = check_status(&token, Ok(&list), NOW);
    assert_eq!(verdict, Verdict::Unknown(ListProblem::Subject.into()));
}

#[test]
fn a_list_by_another_key_or_of_another_kind_is_refused() {
    let (issuer, thief) = (Issuer::new(), Issuer::new());
    let claims = list_claims(&PACKED);
    let read = |token: &str| {
        verify_status_list(token, &issuer.keys(), &expect(None), NOW).map(|_| ()).unwrap_err()
    };
    let forged = thief.sign(&issuer.header("statuslist+jwt"), &claims);
    assert_eq!(read(&forged), ListProblem::Token(Reason::Signature));
    let unknown = thief.sign(&thief.header("statuslist+jwt"), &claims);
    assert_eq!(read(&unknown), ListProblem::Token(Reason::UnknownKey));
    for typ in ["JWT", "ecard+jwt", "statuslist+cwt"] {
        let token = issuer.sign(&issuer.header(typ), &claims);
        assert_eq!(read(&token), ListProblem::Token(Reason::Type), "{typ}");
    }
    let foreign = with(claims, "iss", json!("https://evil.example"));
    let token = issuer.sign(&issuer.header("statuslist+jwt"), &foreign);
    assert_eq!(read(&token), ListProblem::Token(Reason::Issuer));
}

#[test]
fn a_list_older_than_the_one_known_is_refused() {
    let issuer = Issuer::new();
    let known = issuer.list(&list_claims(&PACKED)).unwrap();
    let read = |iat: i64| {
        let claims = with(list_claims(&PACKED), "iat", json!(iat));
        let token = issuer.sign(&issuer.header("statuslist+jwt"), &claims);
        verify_status_list(&token, &issuer.keys(), &expect(Some(&known)), NOW).map(|l| l.issued_at)
    };
    assert_eq!(read(at(-41)), Err(ListProblem::Older));
    assert_eq!(read(at(-40)), Ok(known.issued_at));
    assert!(read(at(-39)).is_ok());
}

#[test]
fn a_list_outside_its_time_is_refused() {
    let issuer = Issuer::new();
    let refusal = |member: &str, value: Value| {
        issuer.list(&with(list_claims(&PACKED), member, value)).unwrap_err()
    };
    for exp in [json!(at(0)), Value::Null] {
        assert_eq!(refusal("exp", exp), ListProblem::Token(Reason::Expired));
    }
    assert_eq!(refusal("iat", json!(at(31))), ListProblem::Token(Reason::NotYetValid));
    assert_eq!(refusal("nbf", json!(at(31))), ListProblem::Token(Reason::NotYetValid));
    assert_eq!(refusal("iat", Value::Null), ListProblem::Token(Reason::Malformed));
}

#[test]
fn a_list_kept_past_its_end_proves_nothing() {
    let issuer = Issuer::new();
    let long = with(claims(), "exp", json!(at(200_000)));
    let token = issuer.verify(&issuer.card(&long)).unwrap();
    let list = issuer.list(&list_claims(&PACKED)).unwrap();
    let last = list.expires_at - Duration::from_secs(1);
    assert!(matches!(check_status(&token, Ok(&list), last), Verdict::Valid { .. }));
    let after = check_status(&token, Ok(&list), list.expires_at);
    assert_eq!(after, Verdict::Unknown(ListProblem::Token(Reason::Expired).into()));
}

#[test]
fn a_token_that_ended_since_it_was_verified_is_refused() {
    let issuer = Issuer::new();
    let token = issuer.verify(&issuer.card(&claims())).unwrap();
    let list = issuer.list(&list_claims(&PACKED)).unwrap();
    let verdict = check_status(&token, Ok(&list), token.expires_at);
    assert_eq!(verdict, Verdict::Invalid(Reason::Expired));
}

#[test]
fn unreadable_bits_are_refused() {
    let issuer = Issuer::new();
    for bits in [json!(0), json!(3), json!(16), json!("2"), json!(258)] {
        let mut claims = list_claims(&PACKED);
        claims["status_list"]["bits"] = bits;
        assert_eq!(issuer.list(&claims).unwrap_err(), ListProblem::Token(Reason::Malformed));
    }
    let bomb = list_claims(&vec![0; 8 * MAX_LIST_BYTES]);
    let refused = issuer.list(&bomb).unwrap_err();
    assert_eq!(refused, ListProblem::Codec(ListCodecError::TooLong));
}
