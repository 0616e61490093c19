//! Every path of the service, once.

/// The landing page.
pub const HOME: &str = "/";
/// Begins or resumes a claim.
pub const CLAIM: &str = "/claim";
/// Service consent.
pub const CLAIM_CONSENT: &str = "/claim/consent";
/// Log in, within a claim.
pub const CLAIM_LOGIN: &str = "/claim/login";
/// Make an account.
pub const CLAIM_REGISTER: &str = "/claim/register";
/// Prove the new account's mobile number.
pub const CLAIM_REGISTER_CODE: &str = "/claim/register/code";
/// Name and number.
pub const CLAIM_REAL_NAME: &str = "/claim/real-name";
/// Consent to processing the face.
pub const CLAIM_FACE_CONSENT: &str = "/claim/face-consent";
/// The face match.
pub const CLAIM_FACE: &str = "/claim/face";
/// The other way: a counter's code.
pub const CLAIM_COUNTER_CODE: &str = "/claim/counter-code";
/// The activation code.
pub const CLAIM_ACTIVATION: &str = "/claim/activation";
/// "My number changed".
pub const CLAIM_CHANGED_NUMBER: &str = "/claim/changed-number";
/// The card PIN.
pub const CLAIM_PIN: &str = "/claim/pin";
/// Waits for staff.
pub const CLAIM_REVIEW: &str = "/claim/review";
/// Refused.
pub const CLAIM_REFUSED: &str = "/claim/refused";
/// Expired.
pub const CLAIM_EXPIRED: &str = "/claim/expired";
/// Locked.
pub const CLAIM_LOCKED: &str = "/claim/locked";
/// Log in, outside a claim.
pub const LOGIN: &str = "/login";
/// Log out.
pub const LOGOUT: &str = "/logout";
/// The holder's card.
pub const CARD: &str = "/card";
/// The holder's card token.
pub const CARD_TOKEN: &str = "/card/token";
/// The code a holder shows.
pub const CARD_QR: &str = "/card/qr";
/// Whether the code a session shows was used.
pub const CARD_QR_USED: &str = "/card/qr/used";
/// The page that shows codes without a network, and where its tickets come from.
pub const CARD_QR_OFFLINE: &str = "/card/qr/offline";
/// The service worker that keeps that page.
pub const CARD_WORKER: &str = "/card/worker.js";
/// Reports the card lost.
pub const CARD_LOSS: &str = "/card/loss";
/// Who looked at the card, when and for what.
pub const CARD_RECORDS: &str = "/card/records";
/// Who can I be, what can I try.
pub const DEMO: &str = "/demo";
/// The simulated phone.
pub const DEMO_PHONE: &str = "/demo/phone";
/// Make one's own photo a portrait.
pub const DEMO_PORTRAIT: &str = "/demo/portrait";
/// Verification for relying services.
pub const VERIFY: &str = "/verify";
/// Many verifications at once.
pub const VERIFY_BATCH: &str = "/verify/batch";
/// Asks a citizen to allow a partner something (RFC 6749 §3.1).
pub const AUTHORIZE: &str = "/oauth/authorize";
/// An authorization that waits for a citizen.
pub const AUTHORIZATION: &str = "/authorize/{id}";
/// The address of an authorization that waits.
pub fn authorization(id: &str) -> String {
    AUTHORIZATION.replace("{id}", id)
}

/// Stops it and goes back to the partner.
pub const AUTHORIZATION_STOP: &str = "/authorize/{id}/stop";
/// Takes requests ahead (RFC 9126).
pub const PAR: &str = "/oauth/par";
/// Hands out tokens (RFC 6749 §3.2).
pub const TOKEN: &str = "/oauth/token";
/// Tells what a token is worth (RFC 7662).
pub const INTROSPECT: &str = "/oauth/introspect";
/// Takes a token back (RFC 7009).
pub const REVOKE: &str = "/oauth/revoke";
/// Tells a partner of the citizen (OpenID Connect Core §5.3).
pub const USERINFO: &str = "/oauth/userinfo";
/// Ends the session at a partner's wish (OpenID Connect RP-Initiated Logout).
pub const END_SESSION: &str = "/oauth/logout";
/// Codes for another screen (RFC 8628).
pub const DEVICE_AUTHORIZATION: &str = "/oauth/device_authorization";
/// Registers clients (RFC 7591).
pub const REGISTER: &str = "/oauth/register";
/// Where a client that registered itself looks after its registration (RFC 7592).
pub const REGISTRATION: &str = "/oauth/register/{id}";
/// The address of one client's registration.
pub fn registration(id: &str) -> String {
    REGISTRATION.replace("{id}", id)
}

/// Where a citizen types the code of another screen.
pub const DEVICE: &str = "/device";
/// What a citizen has allowed whom.
pub const GRANTS: &str = "/grants";
/// What protects the service's own resources (RFC 9728).
pub const PROTECTED_RESOURCE: &str = "/.well-known/oauth-protected-resource";
/// Public keys (RFC 7517).
pub const JWKS: &str = "/oauth/jwks";
/// Authorization server metadata (RFC 8414).
pub const METADATA: &str = "/.well-known/oauth-authorization-server";
/// OpenID provider metadata.
pub const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";
/// One status list.
pub const STATUS_LIST: &str = "/status/{n}";
/// All status lists.
pub const STATUS_LISTS: &str = "/status";
/// The process answers.
pub const HEALTH: &str = "/healthz";
/// The service can do its work.
pub const READY: &str = "/readyz";
/// Counts for operators, on a listener of its own.
pub const METRICS: &str = "/metrics";
