//! What production refuses.

use super::*;

#[test]
fn a_demo_does_not_leave_loopback_by_accident() {
    let mut config = Config { listen: ([0, 0, 0, 0], 8080).into(), ..Config::default() };
    assert_eq!(unsafe_in_production(&config).len(), 1);
    config.demo_on_network = true;
    assert!(unsafe_in_production(&config).is_empty());
}

#[test]
fn the_partner_app_is_of_the_demo_and_does_not_leave_loopback_by_accident() {
    let at = |ip: [u8; 4]| Some(std::net::SocketAddr::from((ip, 8081)));
    let mut config = Config { partner_listen: at([0, 0, 0, 0]), ..Config::default() };
    assert_eq!(unsafe_in_production(&config).len(), 1);
    config.demo_on_network = true;
    assert!(unsafe_in_production(&config).is_empty());
    let live = Config { partner_listen: at([127, 0, 0, 1]), ..Config::default() };
    assert!(of(live, "partner_listen").is_some());
    assert_eq!(of(Config::default(), "partner_listen"), None);
}

#[test]
fn production_names_every_finding_at_once() {
    let config = Config { profile: Profile::Production, ..Config::default() };
    let found = unsafe_in_production(&config);
    for key in ["issuer", "providers.registry", "providers.face", "providers.sms"] {
        assert!(found.iter().any(|line| line.starts_with(key)), "{key} in {found:?}");
    }
}

#[test]
fn an_issuer_is_a_public_origin() {
    let told = |issuer: &str| {
        of(Config { issuer: Some(issuer.to_owned()), ..Config::default() }, "issuer")
    };
    assert_eq!(told("https://card.example"), None);
    assert_eq!(told("https://card.example/"), None);
    for wrong in [
        "https://u:p@card.example",
        "https://card.example?x",
        "https://card.example/a/../b",
        "https://localhost",
        "https://127.0.0.1",
        "https://10.0.0.1",
        "http://card.example",
    ] {
        assert!(told(wrong).is_some(), "{wrong}");
    }
    let demo = Config { issuer: Some("http://localhost:8080/x".into()), ..Config::default() };
    assert_eq!(unsafe_in_production(&demo).len(), 1, "no origin, be it a demo");
}

fn of(config: Config, key: &str) -> Option<String> {
    let config = Config { profile: Profile::Production, ..config };
    unsafe_in_production(&config).into_iter().find(|line| line.starts_with(key))
}

#[test]
fn production_speaks_plain_http_beyond_loopback_only_to_a_named_proxy() {
    let listen = std::net::SocketAddr::from(([0, 0, 0, 0], 8080));
    let told = of(Config { listen, ..Config::default() }, "listen").unwrap();
    assert!(told.contains("trusted_proxies"), "{told}");
    let trusted_proxies = vec![[10, 0, 0, 1].into()];
    assert_eq!(of(Config { listen, trusted_proxies, ..Config::default() }, "listen"), None);
    assert_eq!(of(Config::default(), "listen"), None);
}

#[test]
fn production_with_its_own_certificate_needs_no_proxy() {
    let own = Config {
        listen: ([0, 0, 0, 0], 443).into(),
        tls_cert: Some("cert.pem".into()),
        tls_key: Some("key.pem".into()),
        ..Config::default()
    };
    assert_eq!(of(own.clone(), "listen"), None);
    assert_eq!(own.issuer(), "https://0.0.0.0:443");
}

#[test]
fn half_a_pair_or_an_issuer_without_tls_is_refused_in_a_demo_too() {
    let refused = |config: Config, key: &str| {
        let found = unsafe_in_production(&config);
        assert!(found.iter().any(|line| line.starts_with(key)), "{key} in {found:?}");
    };
    let cert = Config { tls_cert: Some("c".into()), ..Config::default() };
    let key = Config { tls_key: Some("k".into()), ..Config::default() };
    refused(cert.clone(), "tls_key");
    refused(key, "tls_cert");
    refused(Config { issuer: Some("http://card.example".to_owned()), ..cert }, "issuer");
}

#[test]
fn a_header_nobody_may_send_or_without_a_name_is_refused() {
    let with = |header: &str, proxies: usize| {
        let config = Config {
            client_certificate_header: Some(header.to_owned()),
            trusted_proxies: vec![[10, 0, 0, 1].into(); proxies],
            ..Config::default()
        };
        unsafe_in_production(&config).len()
    };
    assert_eq!(with("x-client-cert", 1), 0);
    assert_eq!(with("x-client-cert", 0), 1);
    assert_eq!(with("", 1), 1);
    assert_eq!(with("x client", 1), 1);
}

#[test]
fn production_names_every_weakened_limit_with_its_bound() {
    let at_bound = Limits {
        sms_code_tries: 10,
        sms_code_ttl_s: 1800,
        login_failures: 20,
        pin_failures: 10,
        real_name_per_claim: 10,
        face_per_claim: 10,
        session_whole_h: 24,
        status_unknown_after_s: 60,
        face_pass: 70,
        face_retry: 70,
        ..Limits::default()
    };
    assert_eq!(of(Config { limits: at_bound, ..Config::default() }, "limits."), None);
    type Weaken = fn(&mut Limits);
    let weak: [(&str, &str, Weaken); 10] = [
        ("sms_code_tries", "10", |l| l.sms_code_tries = 11),
        ("sms_code_ttl_s", "1800", |l| l.sms_code_ttl_s = 1801),
        ("login_failures", "20", |l| l.login_failures = 21),
        ("pin_failures", "10", |l| l.pin_failures = 11),
        ("real_name_per_claim", "10", |l| l.real_name_per_claim = 11),
        ("face_per_claim", "10", |l| l.face_per_claim = 11),
        ("session_whole_h", "24", |l| l.session_whole_h = 25),
        ("status_unknown_after_s", "60", |l| l.status_unknown_after_s = 61),
        ("face_pass", "70", |l| l.face_pass = 69),
        ("face_retry", "80", |l| l.face_retry = 81),
    ];
    for (key, bound, weaken) in weak {
        let mut limits = Limits::default();
        weaken(&mut limits);
        let config = Config { limits, ..Config::default() };
        let told = of(config, &format!("limits.{key}:")).unwrap();
        assert!(told.contains(bound), "{told}");
    }
}
