//! What a citizen sees of partner apps.

use super::{AT, REF, Sample, mistakes, sample};
use crate::domain::field::Field;
use crate::domain::scope::Scope;
use crate::pages::authorize::*;
use crate::pages::device::*;
use crate::pages::grants::*;
use crate::pages::logout::*;
use crate::pages::messages;
use crate::pages::partner::*;
use crate::web::cx::Cx;
use crate::web::lang::Lang;

/// A square, as a logo.
const LOGO: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' \
    viewBox='0 0 8 8'%3E%3Cpath fill='%23b45' d='M0 0h8v8H0z'/%3E%3C/svg%3E";

fn name(cx: &Cx) -> String {
    if cx.lang() == Lang::En { "City Hall".into() } else { "市民中心".into() }
}

pub(super) fn partner(cx: &Cx, logo: Option<&str>) -> Partner {
    let legal_entity = Some("示例市大数据管理有限公司".to_owned());
    Partner { name: name(cx), legal_entity, is_self_named: false, logo: logo.map(str::to_owned) }
}

fn value(field: Field, cx: &Cx) -> Option<String> {
    let text = match field {
        Field::NameMasked | Field::Name => "王*",
        Field::Region if cx.lang() == Lang::En => "Beijing",
        Field::Region => "北京市",
        Field::PhoneNumber => "138****0001",
        Field::IdNumber => "110***********002X",
        Field::PhoneNumberVerified | Field::VerifiedClaims => return None,
    };
    Some(text.to_owned())
}

pub(super) fn item(cx: &Cx, what: Asked, optional: bool) -> AskedItem {
    let fields = |fields: &[Field]| -> Vec<_> {
        fields.iter().map(|field| (Told::Field(*field), value(*field, cx))).collect()
    };
    let told = match what {
        Asked::Scope(Scope::Ecard) => vec![(Told::CardNumber, Some("A****5678".to_owned()))],
        Asked::Scope(scope) => fields(scope.fields()),
        Asked::Field(field) => fields(&[field]),
    };
    AskedItem { what, told, optional, ticked: optional }
}

fn items(cx: &Cx, needed: &[Scope], optional: &[Scope]) -> Vec<AskedItem> {
    let needed = needed.iter().map(|scope| item(cx, Asked::Scope(*scope), false));
    let optional = optional.iter().map(|scope| item(cx, Asked::Scope(*scope), true));
    needed.chain(optional).collect()
}

pub(super) fn consent(cx: &Cx) -> Vec<Sample> {
    use Scope::{Ecard, Identity, InsuranceRead, OfflineAccess, Openid, Phone, Profile};
    let purpose =
        if cx.lang() == Lang::En { "Booking visits" } else { "预约挂号和费用结算" };
    let first = PartnerConsentPage {
        cx: cx.clone(),
        problem: None,
        partner: partner(cx, Some(LOGO)),
        host: Some("app.example.cn".into()),
        asked: items(cx, &[Openid, Ecard], &[Profile, Phone, Identity, InsuranceRead]),
        already: vec![],
        purpose: Some(purpose.into()),
        until: cx.lang().day(AT.shanghai_date()),
        device_code: None,
    };
    let mut more = items(cx, &[], &[OfflineAccess]);
    more.push(item(cx, Asked::Field(Field::Name), true));
    let second = PartnerConsentPage {
        problem: mistakes([("decision", messages::decision_required())]),
        partner: partner(cx, None),
        asked: more,
        already: items(cx, &[Openid, Ecard, Profile], &[]),
        purpose: None,
        ..first.clone()
    };
    let device = PartnerConsentPage {
        host: None,
        asked: items(cx, &[Openid, Ecard], &[]),
        device_code: Some("WDJB-MJHT".into()),
        ..first.clone()
    };
    vec![
        sample("partner-consent", "consent", &first),
        sample("partner-consent-more", "consent", &second),
        sample("partner-consent-device", "consent", &device),
    ]
}

pub(super) fn around(cx: &Cx) -> Vec<Sample> {
    let lost = |reason, known: bool| {
        let page = LostAuthorizationPage {
            cx: cx.clone(),
            reason,
            partner: known.then(|| name(cx)),
            start_href: known.then(|| "https://app.example.cn/".to_owned()),
            back_href: known.then(|| "https://app.example.cn/cb?error=access_denied".to_owned()),
            reference: REF.to_owned(),
        };
        sample(format!("partner-lost-{reason:?}-{known}"), "expired", &page)
    };
    let problem = |partner: Option<String>| {
        let file = if partner.is_some() { "partner-problem-known" } else { "partner-problem" };
        let description = "redirect_uri is not one of those registered".to_owned();
        let (code, reference) = ("invalid_request", REF.to_owned());
        let page = AuthorizeProblemPage { cx: cx.clone(), code, description, partner, reference };
        sample(file, "error", &page)
    };
    let post = FormPostPage {
        cx: cx.clone(),
        partner: name(cx),
        action: "https://app.example.cn/cb".into(),
        parameters: vec![("code".into(), "c\"><script>".into()), ("state".into(), "s".into())],
    };
    let resume_href = "/claim".to_owned();
    let leave = LeavePartnerPage { cx: cx.clone(), partner: name(cx), resume_href };
    vec![
        lost(LostReason::Expired, true),
        lost(LostReason::OtherBrowser, true),
        lost(LostReason::Done, false),
        problem(None),
        problem(Some(name(cx))),
        sample("partner-form-post", "return", &post),
        sample("partner-leave", "leave-partner", &leave),
    ]
}

pub(super) fn grants(cx: &Cx) -> Vec<Sample> {
    use Scope::{Ecard, Identity, OfflineAccess, Openid};
    let live = |logo, last_used: bool| LiveGrant {
        id: "g".into(),
        partner: partner(cx, logo),
        items: items(cx, &[Openid, Ecard, Identity, OfflineAccess], &[]),
        since: cx.lang().day(AT.shanghai_date()),
        until: cx.lang().day(AT.shanghai_date()),
        last_used: last_used.then(|| cx.lang().minute(AT)),
    };
    let gone = EndedGrant {
        partner: partner(cx, None),
        since: cx.lang().day(AT.shanghai_date()),
        ended: cx.lang().minute(AT),
    };
    let page = |name: &str, withdrawn, live, ended| {
        let page = GrantsPage { cx: cx.clone(), withdrawn, live, ended };
        sample(name, "grants", &page)
    };
    vec![
        page("grants", None, vec![live(Some(LOGO), true), live(None, false)], vec![gone.clone()]),
        page("grants-withdrawn", Some(name(cx)), vec![], vec![gone]),
        page("grants-none", None, vec![], vec![]),
    ]
}

pub(super) fn devices(cx: &Cx) -> Vec<Sample> {
    let code = |name: &str, problem, user_code: &str| {
        let page = DeviceCodePage { cx: cx.clone(), problem, user_code: user_code.into() };
        sample(name, "device", &page)
    };
    let end = |end, step| {
        let claim_href = "/claim?return_to=device-WDJBMJHT".to_owned();
        let page = DeviceEndPage { cx: cx.clone(), end, partner: name(cx), claim_href };
        sample(format!("device-{end:?}"), step, &page)
    };
    let wrong = mistakes([("user_code", messages::user_code_wrong())]);
    vec![
        code("device", None, ""),
        code("device-wrong", wrong, "WDJB-MJHT"),
        end(DeviceEnd::Allowed, "device-done"),
        end(DeviceEnd::Refused, "device-done"),
        end(DeviceEnd::NoCard, "device-no-card"),
    ]
}

pub(super) fn logout(cx: &Cx) -> Vec<Sample> {
    let asked =
        |file: &str, partner| sample(file, "logout", &LogoutPage { cx: cx.clone(), partner });
    vec![
        asked("logout", None),
        asked("logout-partner", Some(name(cx))),
        sample("logged-out", "logout", &LoggedOutPage { cx: cx.clone() }),
    ]
}
