//! What a holder does with the card.

use super::holding::card;
use super::{AT, REF, Sample, sample};
use crate::domain::citizen::CardType;
use crate::domain::ecard::ECardState;
use crate::domain::function::CardFunction;
use crate::domain::online_code::OnlineCode;
use crate::pages::loss::{LossPage, LossStage};
use crate::pages::qr::{OfflinePage, QrPage, Shown};
use crate::pages::records::{Deed, Look, Outcome, RecordLine, RecordsPage, Way};
use crate::pages::{Problem, messages};
use crate::web::cx::Cx;
use crate::web::qr_code::QrPicture;

pub(super) fn loss(cx: &Cx) -> Vec<Sample> {
    let cx = Cx { minutes_left: None, ..cx.clone() };
    let page = |name: &str, stage, problem| {
        let card = Some(card(&cx, "王*", CardType::Adult, None));
        sample(name, "loss", &LossPage { cx: cx.clone(), card, stage, problem })
    };
    let wrong = Problem::new("FORM_INVALID", REF, messages::loss_kind());
    let reported =
        LossStage::Reported { receipt: "7F3K9QXW2M".to_owned(), at: cx.lang().minute(AT) };
    let nobody = LossPage { cx: cx.clone(), card: None, stage: LossStage::NoCard, problem: None };
    vec![
        page("loss", LossStage::Form, None),
        page("loss-wrong", LossStage::Form, Some(wrong)),
        page("loss-reported", reported, None),
        page("loss-needless", LossStage::OutOfUse(ECardState::Lost), None),
        sample("loss-no-card", "loss", &nobody),
    ]
}

pub(super) fn codes(cx: &Cx) -> Vec<Sample> {
    let cx = Cx { minutes_left: None, ..cx.clone() };
    let code = OnlineCode::from_random([7; 16]);
    let shown = Shown {
        picture: QrPicture::draw(code.expose()).expect("24 digits fit"),
        groups: code.groups(),
        seconds: 60,
        next: "/card/qr?again=1".to_owned(),
        holder: "aB3".to_owned(),
    };
    let page = |shown| QrPage { cx: cx.clone(), name: "王*".to_owned(), shown };
    let kept = Cx { signed_in_as: None, ..cx.clone() };
    let offline = OfflinePage { cx: kept, name: "王*".to_owned() };
    vec![
        sample("qr", "qr", &page(Some(shown))),
        sample("qr-resting", "qr", &page(None)),
        sample("qr-offline", "qr", &offline),
    ]
}

pub(super) fn records(cx: &Cx) -> Vec<Sample> {
    let cx = Cx { minutes_left: None, ..cx.clone() };
    let line = |deed, who: Option<&str>, look| RecordLine {
        deed,
        when: cx.lang().minute(AT),
        who: who.map(str::to_owned),
        look,
        number: REF.to_owned(),
    };
    let look = |function, way, outcome, at: Option<String>| {
        Some(Look { function, way, outcome, offline_at: at, told_offline: None })
    };
    let (settle, at) = (Some(CardFunction::MedicalSettle), Some(cx.lang().minute(AT)));
    let good = look(settle, Way::Online, Outcome::Good, None);
    let lines = vec![
        line(Deed::Verified, Some("示范医院"), good),
        line(Deed::Verified, Some("示范医院"), look(None, Way::Token, Outcome::Revoked, None)),
        line(Deed::Verified, Some("示范医院"), look(settle, Way::Offline, Outcome::Function, at)),
        line(Deed::Allowed, Some("示范市民中心"), None),
        line(Deed::LoggedIn, None, None),
    ];
    let page = |lines, older: Option<&str>, later| RecordsPage {
        cx: cx.clone(),
        lines,
        older: older.map(str::to_owned),
        later,
    };
    vec![
        sample("records", "records", &page(lines, Some("/card/records?before=7"), true)),
        sample("records-none", "records", &page(vec![], None, false)),
    ]
}
