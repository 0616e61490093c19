//! Keys are changed beside a running service.

use super::{Server, folder, run, until};
use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    tests!(
        suite;
        a_rotated_key_is_published_by_the_running_service_before_it_signs,
        an_emergency_lets_the_stolen_key_be_retired_at_once,
        a_key_from_elsewhere_must_be_a_p256_key,
        people_are_found_after_both_vault_keys_changed,
    );
}

async fn a_rotated_key_is_published_by_the_running_service_before_it_signs() {
    let folder = folder();
    let server = Server::start(folder.path());
    let rotated = run(folder.path(), &["keys", "rotate", "--json"]).json();
    let kid = rotated["kid"].as_str().unwrap().to_owned();
    let list = run(folder.path(), &["keys", "list", "--json"]).json();
    assert_eq!((&list[0]["state"], &list[1]["state"]), (&"active".into(), &"next".into()));
    assert!(run(folder.path(), &["keys", "list"]).ok().contains("next"));
    run(folder.path(), &["keys", "rotate"]).refused(1, "waiting already");
    until("the service notices", || server.get("/oauth/jwks").contains(&kid)).await;
}

async fn an_emergency_lets_the_stolen_key_be_retired_at_once() {
    let folder = folder();
    let list = run(folder.path(), &["keys", "list", "--json"]).json();
    let stolen = list[0]["kid"].as_str().unwrap().to_owned();
    run(folder.path(), &["keys", "retire", &stolen]).refused(1, "rotate first");
    run(folder.path(), &["keys", "rotate", "--emergency"]).ok();
    run(folder.path(), &["keys", "retire", &stolen]).refused(1, "force");
    run(folder.path(), &["keys", "retire", &stolen, "--force"]).ok();
    let list = run(folder.path(), &["keys", "list", "--json"]).json();
    assert_eq!((&list[0]["state"], &list[1]["state"]), (&"retired".into(), &"active".into()));
}

const P384: &str = "\
-----BEGIN PRIVATE KEY-----
MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDB+VMYHCfO9+eFHBvws
vNH+OCiD5/ekJpWAiYw5+veT64PuKg6GtHT7LOaCzwU6fwChZANiAASGFy/s++iF
0MFDAKE0FrxoHmTgufvkkKRABQQ84mZGbBJNOrKx+DvRGGW2yo/tGK/Awvlft3iN
5ZMOEDppybj2RpQdHElulDfWXu/R8d6UQtuwtFuoPsKJEAovCifv0e0=
-----END PRIVATE KEY-----
";

async fn a_key_from_elsewhere_must_be_a_p256_key() {
    let folder = folder();
    std::fs::write(folder.path().join("bad.pem"), "-----BEGIN NOTHING-----").unwrap();
    assert_eq!(run(folder.path(), &["keys", "import", "bad.pem"]).code, 1);
    // P-384, by `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384`.
    std::fs::write(folder.path().join("p384.pem"), P384).unwrap();
    run(folder.path(), &["keys", "import", "p384.pem"]).refused(1, "ec_paramgen_curve:P-256");
    run(folder.path(), &["keys", "import", "missing.pem"]).refused(2, "missing.pem");
}

async fn people_are_found_after_both_vault_keys_changed() {
    let folder = folder();
    let generate = ["people", "generate", "--count", "50", "--seed", "3", "--json"];
    run(folder.path(), &generate).ok();
    run(folder.path(), &["keys", "rotate", "--sealing"]).ok();
    run(folder.path(), &["keys", "rotate", "--lookup"]).ok();
    run(folder.path(), &["keys", "rotate", "--lookup"]).refused(1, "not finished");
    let done = run(folder.path(), &["keys", "rekey", "--retire-old", "--json"]).json();
    assert_eq!((&done["complete"], &done["changed"]), (&true.into(), &100.into()));
    let again = run(folder.path(), &generate).json();
    assert_eq!(again["accounts_updated"], 50, "every account is found by its number");
}
