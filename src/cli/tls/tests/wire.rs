use super::*;

#[tokio::test]
async fn tls_1_2_and_1_3_are_spoken_by_a_client_without_certificate() {
    let files = Files::new();
    let running = Running::of(&files).await;
    for version in [&TLS12, &TLS13] {
        let answer = running.ask(Client::speaking(&files, version).build(None)).await.unwrap();
        assert_eq!(answer, "127.0.0.1 none");
    }
}

#[tokio::test]
async fn tls_1_2_has_the_four_suites_and_no_other() {
    let files = Files::new();
    let running = Running::of(&files).await;
    for suite in ring::ALL_CIPHER_SUITES.iter().filter(|s| s.tls13().is_none()) {
        let mut client = Client::speaking(&files, &TLS12);
        client.provider.cipher_suites = vec![*suite];
        let name = format!("{:?}", suite.suite());
        // The certificate's key decides between ECDSA and RSA.
        let wanted = name.contains("ECDSA") && name.contains("GCM");
        assert_eq!(running.ask(client.build(None)).await.is_ok(), wanted, "{name}");
    }
    let offered: Vec<_> = provider().cipher_suites.iter().map(|s| s.suite()).collect();
    assert_eq!(offered.iter().filter(|s| SUITES_OF_TLS12.contains(s)).count(), 4);
    assert!(
        offered
            .iter()
            .all(|s| { SUITES_OF_TLS12.contains(s) || format!("{s:?}").starts_with("TLS13_") })
    );
}

#[tokio::test]
async fn tls_1_1_and_1_0_are_refused() {
    let files = Files::new();
    let running = Running::of(&files).await;
    for minor in [2, 1] {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        // A ClientHello of that version with one suite (RFC 4346 section 7.4.1.2).
        let mut hello = vec![1, 0, 0, 41, 3, minor];
        hello.extend_from_slice(&[7; 32]);
        hello.extend_from_slice(&[0, 0, 2, 0xC0, 0x13, 1, 0]);
        let mut record = vec![22, 3, 1, 0, 45];
        record.extend_from_slice(&hello);
        stream.write_all(&record).await.unwrap();
        let mut told = Vec::new();
        let _ = tokio::time::timeout(SOON, stream.read_to_end(&mut told)).await.unwrap();
        // A fatal alert: `handshake_failure` or `protocol_version`.
        assert!(matches!(told[..], [21, 3, _, 0, 2, 2, 40 | 70]), "TLS 1.{}: {told:?}", minor - 1);
    }
}

#[tokio::test]
async fn plain_http_gets_no_answer() {
    let files = Files::new();
    let running = Running::of(&files).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n").await.unwrap();
    let mut told = Vec::new();
    let _ = tokio::time::timeout(SOON, stream.read_to_end(&mut told)).await.unwrap();
    assert!(!told.starts_with(b"HTTP"), "{told:?}");
}

#[tokio::test]
async fn a_silent_handshake_takes_a_place_and_is_cut_off_at_the_limit() {
    let files = Files::new();
    let mut limits = Limits::SERVICE;
    (limits.head, limits.open) = (SHORT * 5, 1);
    let running = Running::with(&files.config(), limits).await;
    let mut silent = TcpStream::connect(running.address).await.unwrap();
    let client = Client::of(&files).build(None);
    assert!(
        tokio::time::timeout(SHORT, running.ask(client.clone())).await.is_err(),
        "a handshake takes no place"
    );
    let _ = tokio::time::timeout(SOON, silent.read_to_end(&mut Vec::new())).await.unwrap();
    tokio::time::timeout(SOON, running.ask(client)).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_stop_waits_for_no_handshake() {
    let files = Files::new();
    let running = Running::of(&files).await;
    let _silent = TcpStream::connect(running.address).await.unwrap();
    // Answered after it: the silent one has been taken.
    running.ask(Client::of(&files).build(None)).await.unwrap();
    running.stop.send_replace(true);
    tokio::time::timeout(SOON, running.ended).await.unwrap().unwrap();
}
