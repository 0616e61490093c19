//! The card, and the demonstration's own pages.

use super::{AT, Sample, mistakes, sample};
use crate::domain::citizen::CardType;
use crate::domain::demo_story::Story;
use crate::domain::ecard::ECardState;
use crate::domain::function::CardFunction;
use crate::pages::demo::*;
use crate::pages::holder::*;
use crate::pages::messages;
use crate::web::cx::Cx;
use crate::web::lang::Lang;

pub(super) fn card(cx: &Cx, name: &str, kind: CardType, bank: Option<&str>) -> CardData {
    CardData {
        name: name.into(),
        id_number: "110***********002X".into(),
        mobile: "138****0001".into(),
        card_number: "A1*****78".into(),
        region: if cx.lang() == Lang::En { "Beijing".into() } else { "北京市".into() },
        kind,
        issued_on: cx.lang().day(AT.shanghai_date()),
        bank: bank.map(str::to_owned),
    }
}

pub(super) fn cards(cx: &Cx) -> Vec<Sample> {
    let cx = Cx { minutes_left: None, ..cx.clone() };
    let page = |name, card, stops_on: Option<&str>, just_issued| {
        let (functions, stops_on) = (CardFunction::ALL.to_vec(), stops_on.map(str::to_owned));
        let page = CardPage { cx: cx.clone(), card, functions, stops_on, just_issued };
        sample(name, "card", &page)
    };
    let adult = || card(&cx, "王*", CardType::Adult, Some("中国工商银行"));
    let stops_on = cx.lang().day(AT.shanghai_date());
    let minor = card(&cx, "阿***********", CardType::Minor, None);
    let ended = |state| {
        let page =
            CardEndedPage { cx: cx.clone(), card: adult(), state, since: cx.lang().minute(AT) };
        sample(format!("card-{state:?}"), "card", &page)
    };
    let mut all =
        vec![page("card", adult(), None, true), page("card-minor", minor, Some(&stops_on), false)];
    all.extend(ECardState::ALL.into_iter().filter(|s| *s != ECardState::Active).map(ended));
    all
}

fn people(cx: &Cx) -> Sample {
    let person = |(n, story): (usize, &Story)| DemoPerson {
        name: if n == 2 { "阿依古丽·买买提".into() } else { "王䶮".into() },
        id_number: "11010119900307002X".into(),
        mobile: format!("138000000{n:02}"),
        inbox: format!("139000000{n:02}"),
        story: *story,
    };
    let people = Story::ALL.iter().enumerate().map(person).collect();
    let partner = Some("http://localhost:8081/".into());
    let password = "demo-pass-1".into();
    sample("demo", "demo", &PeoplePage { cx: cx.clone(), people, password, partner })
}

pub(super) fn demo(cx: &Cx) -> Vec<Sample> {
    let phone = |name, messages| {
        let page = PhonePage { cx: cx.clone(), number: "13800000001".into(), messages };
        sample(name, "demo-phone", &page)
    };
    let portrait = |name, problem, done_for: Option<&str>| {
        let people = vec![("11010119900307002X".to_owned(), "王䶮".to_owned())];
        let done_for = done_for.map(str::to_owned);
        sample(name, "demo-portrait", &PortraitPage { cx: cx.clone(), problem, people, done_for })
    };
    let text = "【电子社保卡】您的激活校验码为482913,用于领取电子社保卡,5分钟内有效,请勿告知他人。";
    let sms = DemoSms { text: text.into(), sent_at: cx.lang().minute(AT) };
    let missing = mistakes([
        ("id_number", messages::person_required()),
        ("portrait", messages::portrait_required()),
    ]);
    vec![
        people(cx),
        phone("demo-phone", vec![sms.clone(), sms]),
        phone("demo-phone-empty", vec![]),
        portrait("demo-portrait", None, Some("王䶮")),
        portrait("demo-portrait-wrong", missing, None),
    ]
}
