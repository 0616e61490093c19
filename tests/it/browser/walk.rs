//! The claim, walked as a person walks it.

use super::phone::Phone;
use ecard::simulator::demo_people::{DemoPerson, PASSWORD};

/// The button that sends a page's main form.
pub(crate) const SEND: &str = "main form button.primary[type=submit]";
/// A PIN that no rule forbids.
pub(crate) const PIN: &str = "837261";

/// How the face is shown.
#[derive(Clone, Copy)]
pub(crate) enum Face {
    /// One of the demo's prepared pictures.
    Sample,
    /// A file.
    Upload,
}

/// From the landing page to the consent.
pub(crate) async fn begin(phone: &Phone) {
    phone.open("/").await;
    phone.expect("landing").await;
    phone.press("a.tile").await;
    phone.expect("consent").await;
}

/// On to the login, and through it.
pub(crate) async fn log_in(phone: &Phone, person: &DemoPerson) {
    phone.press("button[value=allow]").await;
    sign_in(phone, person).await;
}

/// Through the login.
pub(crate) async fn sign_in(phone: &Phone, person: &DemoPerson) {
    phone.expect("login").await;
    phone.fill("#account", person.account_mobile.as_str()).await;
    phone.fill("#password", PASSWORD).await;
    phone.press(SEND).await;
    phone.expect("real-name").await;
}

/// Through the real name.
pub(crate) async fn name(phone: &Phone, person: &DemoPerson) {
    phone.fill("#name", person.name.as_str()).await;
    phone.fill("#id_number", person.id_number.as_str()).await;
    phone.press(SEND).await;
    phone.expect("face-consent").await;
}

/// Through the consent to the face match, up to the camera.
pub(crate) async fn consent_to_face(phone: &Phone) {
    phone.tap("#face_consent").await;
    phone.press("main form button[type=submit]").await;
    phone.expect("face").await;
}

/// Through the face match.
pub(crate) async fn show_face(phone: &Phone, person: &DemoPerson, face: Face) {
    match face {
        Face::Sample => phone.tap("#sample-same").await,
        Face::Upload => phone.attach("#portrait", &phone.site.photo(person)).await,
    }
    phone.press(SEND).await;
    phone.expect("activation").await;
}

/// Through the activation code.
pub(crate) async fn activate(phone: &Phone, person: &DemoPerson) {
    let code = phone.site.code(&person.account_mobile).await;
    phone.fill("#activation_code", &code).await;
    phone.press(SEND).await;
    phone.expect("pin").await;
    phone.fill("#pin", PIN).await;
    phone.fill("#pin_again", PIN).await;
}

/// From the landing page up to the PIN, typed and not sent.
pub(crate) async fn up_to_pin(phone: &Phone, person: &DemoPerson, face: Face) {
    begin(phone).await;
    log_in(phone, person).await;
    name(phone, person).await;
    consent_to_face(phone).await;
    show_face(phone, person, face).await;
    activate(phone, person).await;
}

/// From the landing page to the card.
pub(crate) async fn to_the_card(phone: &Phone, person: &DemoPerson, face: Face) {
    up_to_pin(phone, person, face).await;
    phone.press(SEND).await;
    phone.expect("card").await;
    let shown = phone.text("main").await;
    assert!(shown.contains(&person.id_number.masked()), "{shown}");
    assert!(!shown.contains(person.id_number.as_str()), "the number is masked: {shown}");
}
