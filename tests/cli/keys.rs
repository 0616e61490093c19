//! Keys are changed beside a running service.

use super::{Server, folder, run, until};
use crate::common::suite::Suite;

pub(crate) fn register(suite: &mut Suite) {
    tests!(
        suite;
        a_rotated_key_is_published_by_the_running_service_before_it_signs,
        an_emergency_lets_the_stolen_key_be_retired_at_once,
        a_key_from_elsewhere_must_be_a_p256_or_a_long_rsa_key,
        both_algorithms_have_a_key_after_the_first_start_and_rotate_apart,
        people_are_found_after_both_vault_keys_changed,
    );
}

async fn a_rotated_key_is_published_by_the_running_service_before_it_signs() {
    let folder = folder();
    let server = Server::start(folder.path());
    let rotated = run(folder.path(), &["keys", "rotate", "--json"]).json();
    let kid = rotated["kid"].as_str().unwrap().to_owned();
    let list = run(folder.path(), &["keys", "list", "--alg", "ES256", "--json"]).json();
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

/// RSA of 1024 bits, by `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024`.
const RSA_1024: &str = "\
-----BEGIN PRIVATE KEY-----
MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAKxfZCU5wKcj+C6w
Z2U/NWyggoAfPQ3Jh+W1Wjp9d4Ev+9sVZNCaq1Kep0Tp2yVut5q0WI2rVnQqkr5n
qE58tX3FggQHhdV4LjUjDIPydVx12b57/ucbBChQDxdkYz2S8uSpWStjmRB4USIv
oaE/jLpaat7FbX7nbVh51z+40QMFAgMBAAECgYAflTrcN0C9XzHSHDBVtMctKBvB
LfgZ1ps304q8vNBws0IKWlkmf7B0au1rCw5ERY0Oo4y2KHamwkYw7P1BpEf8fmVI
bnsdn3Lfb3CEM9NleCop5T509rxgG8E6dJxRwrDeGzw0ZNqXulIl5vNxRXsGFEne
a0E6D71YUYWZf++A4QJBAN2H4VSNmTD74aOLrXyu0Cq/BaogOz5lhdA2/C5vJezE
gK3LfV/Ye2Kli+UdmgvXGSa3n+EXWxF0RpeqAlQ2T8sCQQDHMWtx6dJPX2A9gBPv
5mnvsiEKULllNDv+iVlWjiLtPurNdHIgxJP04lRvJ+y/IVfg+6xHGB2s4d+YM3xh
K/5vAkEAsaYEmbSPc4uZ73fUYNcjEhRra3k7aRcqzsU5R9dUF2GhOz2ixdipYXsW
C17IqNQOVFEOgggjvIR9E6R/B58iLwJAL/+IlHpzYwzoc+lY5IXxIQEbVRD+m5Rq
oHsYO/MkF2cBzWAx4BN+U5P2JJLKSYQPWPdMHBWDkRUce+BsKD4hoQJAEMCvBYau
F6IOPY7x5raABYHvCQ/6pRJrBkvnqWSeSpTCJJUDBE7p/Biaemk/1YFab8GZfn9X
cOKW/HS4Hvxe9g==
-----END PRIVATE KEY-----
";

async fn both_algorithms_have_a_key_after_the_first_start_and_rotate_apart() {
    let folder = folder();
    let server = Server::start(folder.path());
    let before = run(folder.path(), &["keys", "list", "--json"]).json();
    let algorithms = [&before[0]["alg"], &before[1]["alg"]];
    assert_eq!(algorithms, ["ES256", "RS256"]);
    let rotated = run(folder.path(), &["keys", "rotate", "--alg", "rs256", "--json"]).json();
    let of_rsa = (rotated["alg"].as_str(), &rotated["supersedes"]);
    assert_eq!(of_rsa, (Some("RS256"), &before[1]["kid"]));
    run(folder.path(), &["keys", "rotate", "--alg", "RS256"]).refused(1, "waiting already");
    run(folder.path(), &["keys", "rotate", "--alg", "HS256"]).refused(2, "ES256");
    run(folder.path(), &["keys", "rotate", "--alg", "RS256", "--sealing"]).refused(2, "--alg");
    let list = run(folder.path(), &["keys", "list", "--alg", "ES256", "--json"]).json();
    assert_eq!((list.as_array().unwrap().len(), &list[0]["state"]), (1, &"active".into()));
    assert!(run(folder.path(), &["keys", "list"]).ok().contains("RS256"));
    let kid = rotated["kid"].as_str().unwrap();
    until("the service notices", || server.get("/oauth/jwks").contains(kid)).await;
    run(folder.path(), &["keys", "rotate"]).ok();
}

async fn a_key_from_elsewhere_must_be_a_p256_or_a_long_rsa_key() {
    let folder = folder();
    std::fs::write(folder.path().join("bad.pem"), "-----BEGIN NOTHING-----").unwrap();
    assert_eq!(run(folder.path(), &["keys", "import", "bad.pem"]).code, 1);
    // P-384, by `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384`.
    std::fs::write(folder.path().join("p384.pem"), P384).unwrap();
    run(folder.path(), &["keys", "import", "p384.pem"]).refused(1, "ec_paramgen_curve:P-256");
    std::fs::write(folder.path().join("rsa.pem"), RSA_1024).unwrap();
    run(folder.path(), &["keys", "import", "rsa.pem"]).refused(1, "2048 to 4096 bits");
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
