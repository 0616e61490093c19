use super::*;

#[tokio::test]
async fn a_client_certificate_of_any_issuer_is_seen() {
    let files = Files::new();
    let running = Running::of(&files).await;
    let (certificate, key) = made("client");
    for version in [&TLS12, &TLS13] {
        let client = Client::speaking(&files, version).build(Some(Shown::new(&certificate, &key)));
        // The second time the session is resumed: nothing is shown anew.
        for _ in 0..2 {
            let answer = running.ask(client.clone()).await.unwrap();
            assert_eq!(answer, format!("127.0.0.1 {}", thumbprint(&certificate)));
        }
    }
}

#[tokio::test]
async fn a_header_is_believed_from_a_trusted_peer_alone() {
    let files = Files::new();
    let (claimed, _) = made("claimed");
    let body: String = claimed.lines().filter(|line| !line.starts_with('-')).collect();
    let line = format!("Client-Cert: :{body}:\r\n");
    for (proxy, believed) in [([127, 0, 0, 1], true), ([127, 0, 0, 2], false)] {
        let config = Config {
            trusted_proxies: vec![proxy.into()],
            client_certificate_header: Some("client-cert".to_owned()),
            ..files.config()
        };
        let running = Running::with(&config, Limits::SERVICE).await;
        let answer = running.ask_with(Client::of(&files).build(None), &line).await.unwrap();
        let expected = if believed { thumbprint(&claimed) } else { "none".to_owned() };
        assert_eq!(answer, format!("127.0.0.1 {expected}"));
    }
}

#[tokio::test]
async fn a_certificate_without_its_key_is_refused() {
    let files = Files::new();
    let running = Running::of(&files).await;
    let (certificate, _) = made("client");
    let (_, another) = made("client");
    for version in [&TLS12, &TLS13] {
        let shown = Shown::new(&certificate, &another);
        let client = Client::speaking(&files, version).build(Some(shown));
        assert!(running.ask(client).await.is_err(), "{version:?}");
    }
}

#[tokio::test]
async fn clients_are_not_asked_where_nobody_needs_it() {
    let files = Files::new();
    let config = Config { client_certificates: false, ..files.config() };
    let running = Running::with(&config, Limits::SERVICE).await;
    let (certificate, key) = made("client");
    let client = Client::of(&files).build(Some(Shown::new(&certificate, &key)));
    assert_eq!(running.ask(client).await.unwrap(), "127.0.0.1 none");
}

fn thumbprint(pem: &str) -> String {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    ClientCertificate::from_der(der.to_vec()).unwrap().thumbprint()
}
