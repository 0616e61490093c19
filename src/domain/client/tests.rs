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
