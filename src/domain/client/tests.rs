//! What a client's metadata come to.

use super::*;

#[test]
fn what_was_registered_before_there_were_partners_is_read() {
    let stored = r#"{"client_id":"h","client_name":"医院","token_endpoint_auth_method":"client_secret_basic"}"#;
    let client: Client = serde_json::from_str(stored).unwrap();
    assert!(client.may_use(GrantType::ClientCredentials));
    assert!(!client.may_use(GrantType::AuthorizationCode));
    assert_eq!(client.sector(), "h");
}

#[test]
fn the_sector_is_a_host() {
    let mut client = Client::new("c", "c", ClientAuth::ClientSecretBasic);
    client.redirect_uris = vec!["https://app.example:8443/cb".to_owned()];
    assert_eq!(client.sector(), "app.example");
    client.sector_identifier_uri = Some("https://group.example/uris.json".to_owned());
    assert_eq!(client.sector(), "group.example");
}

#[test]
fn a_host_is_a_sector_only_if_nothing_goes_elsewhere() {
    let on_host = vec!["https://app.example/cb".to_owned(), "https://app.example/2".to_owned()];
    let whole = Client { redirect_uris: on_host, ..Client::new("c", "n", ClientAuth::None) };
    assert_eq!(whole.sector(), "app.example");
    for also in ["http://127.0.0.1/cb", "com.example.app:/cb", "https://other.example/cb"] {
        let mut client = whole.clone();
        client.redirect_uris.push(also.to_owned());
        assert_eq!(client.sector(), "c", "{also}");
        client.redirect_uris.rotate_right(1);
        assert_eq!(client.sector(), "c", "{also} first");
    }
    let mut device = whole.clone();
    device.grant_types.push(GrantType::DeviceCode);
    assert_eq!(device.sector(), "c");
    let mut told = whole.clone();
    told.backchannel_logout_uri = Some("https://app.example/bye".to_owned());
    assert_eq!(told.sector(), "app.example");
    told.backchannel_logout_uri = Some("https://other.example/bye".to_owned());
    assert_eq!(told.sector(), "c");
    told.sector_identifier_uri = Some("https://app.example/s.json".to_owned());
    told.grant_types.push(GrantType::DeviceCode);
    let beyond = super::rules::beyond_its_sector(&told);
    let members: Vec<&str> = beyond.iter().map(|finding| finding.member.as_str()).collect();
    assert_eq!(members, ["grant_types", "backchannel_logout_uri"]);
    assert!(super::rules::beyond_its_sector(&device).is_empty(), "it names no sector");
}

#[test]
fn apps_on_a_device_share_no_sector() {
    let mut client = Client::new("c", "c", ClientAuth::None);
    for uri in ["http://127.0.0.1/cb", "http://localhost:8081/cb", "com.example.app://cb/x"] {
        client.redirect_uris = vec![uri.to_owned()];
        assert_eq!(client.sector(), "c", "{uri}");
    }
}

#[test]
fn pkce_may_be_left_out_only_where_something_else_holds_the_code() {
    let mut client = Client::new("c", "c", ClientAuth::ClientSecretBasic);
    assert!(client.needs_pkce(false) && !client.needs_pkce(true));
    client.pkce = PkceRule::Optional;
    assert!(!client.needs_pkce(false));
    client.token_endpoint_auth_method = ClientAuth::None;
    assert!(client.needs_pkce(true));
    client.token_endpoint_auth_method = ClientAuth::PrivateKeyJwt;
    client.profile = ClientProfile::Fapi2;
    assert!(client.needs_pkce(true) && client.must_push() && client.must_bind());
}
