use super::*;

#[tokio::test]
async fn a_renewed_certificate_is_taken_over_and_a_broken_one_is_not() {
    let files = Files::new();
    let running = Running::of(&files).await;
    let old = Client::of(&files).build(None);
    assert!(!running.tls.reload_if_changed().unwrap());
    files.renew();
    assert!(running.tls.reload_if_changed().unwrap());
    assert!(running.ask(old).await.is_err(), "the old certificate is still in use");
    let new = Client::of(&files).build(None);
    running.ask(new.clone()).await.unwrap();
    let (another, _) = made("127.0.0.1");
    files.put("cert.pem", &another);
    assert!(running.tls.reload_if_changed().is_err());
    assert!(!running.tls.reload_if_changed().unwrap(), "told once a change");
    running.ask(new).await.unwrap();
}

#[test]
fn what_does_not_fit_is_refused_in_clear_words() {
    let files = Files::new();
    let (another, _) = made("127.0.0.1");
    files.put("cert.pem", &another);
    assert!(files.refused().contains("does not belong to the certificate"), "{}", files.refused());
    files.put("cert.pem", "nothing");
    assert!(files.refused().contains("no certificate in PEM"), "{}", files.refused());
    files.renew();
    files.put("key.pem", &another);
    assert!(files.refused().contains("no unencrypted private key"), "{}", files.refused());
    files.renew();
    let key = files.path("key.pem");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(files.refused().contains("chmod 600"), "{}", files.refused());
    fs::remove_file(key).unwrap();
    assert!(files.refused().contains("key.pem: not there"), "{}", files.refused());
    fs::remove_file(files.path("cert.pem")).unwrap();
    assert!(files.refused().contains("cert.pem: not there"), "{}", files.refused());
}
