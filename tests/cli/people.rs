//! A people file is taken whole or not at all.

use super::{Ran, command, fed, folder, run};
use crate::common::suite::Suite;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

pub(crate) fn register(suite: &mut Suite) {
    tests!(
        suite;
        five_thousand_generated_people_are_imported,
        the_same_seed_writes_the_same_file,
        every_bad_line_is_named_and_nothing_is_stored,
        a_portrait_must_be_a_picture_beside_the_file,
        a_portrait_is_a_regular_file_inside_the_folder,
        importing_again_updates,
        a_byte_order_mark_is_no_part_of_the_first_line,
        a_reader_that_went_away_is_no_fault,
    );
}

const GOOD: &str = r#"{"id_number":"11010119900307002X","name":"王䶮","sex":"2","mobile":"13800000001","account":{"password":"long enough 1"}}"#;

fn import(folder: &Path, text: &str) -> Ran {
    fed(folder, &["people", "import", "-", "--json"], text)
}

fn generate(folder: &Path, seed: &str, count: &str) -> String {
    let asked = ["people", "generate", "--count", count, "--seed", seed, "--out", "-"];
    run(folder, &asked).ok()
}

async fn five_thousand_generated_people_are_imported() {
    let folder = folder();
    let text = generate(folder.path(), "7", "5000");
    assert_eq!(text.lines().count(), 5000);
    let stored = import(folder.path(), &text).json();
    assert_eq!((&stored["people"], &stored["accounts_new"]), (&5000.into(), &5000.into()));
}

async fn the_same_seed_writes_the_same_file() {
    let folder = folder();
    let without_hash = |seed: &str| {
        let text = generate(folder.path(), seed, "50");
        let lines = text.lines().map(|line| {
            let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
            line.as_object_mut().unwrap().remove("account").unwrap();
            line.to_string()
        });
        lines.collect::<Vec<_>>()
    };
    assert_eq!(without_hash("1"), without_hash("1"));
    assert_ne!(without_hash("1"), without_hash("2"));
}

async fn every_bad_line_is_named_and_nothing_is_stored() {
    let folder = folder();
    let bad = [
        (r#"{"id_number":"110101199003070021","name":"王"}"#, "line 2: `id_number`"),
        (
            r#"{"id_number":"11010119491231002X","name":"王","nmae":1}"#,
            "line 3: unknown key `nmae`",
        ),
        (GOOD, "line 4: `id_number`: stands on line 1 already"),
        ("{", "line 5: not a JSON object"),
        (r#"{"name":"王"}"#, "line 6: missing key `id_number`"),
    ];
    let sex = GOOD.replace(r#""sex":"2""#, r#""sex":"1""#);
    let months = GOOD.replace("}}", r#"},"insurance":{"pension":{"months":["2010-13"]}}}"#);
    let hash = GOOD.replace(r#""password":"long enough 1""#, r#""password_hash":"$2b$x""#);
    let mut text = format!("{GOOD}\n");
    for (line, _) in bad {
        text.push_str(line);
        text.push('\n');
    }
    text.push_str(&format!("{sex}\n{months}\n{hash}\n"));
    let answer = import(folder.path(), &text);
    let said = answer.err.clone();
    assert_eq!(answer.json()["bad"], 8);
    answer.refused(1, "nothing was stored");
    let members =
        ["line 7: `sex`", "line 8: `insurance.pension", "line 9: `account.password_hash`"];
    for wanted in bad.iter().map(|(_, wanted)| *wanted).chain(members) {
        assert!(said.contains(wanted), "{wanted} in {said}");
    }
    assert!(!said.contains("110101199003070021"), "values are personal");
    // Were anything stored, the account would be there already.
    assert_eq!(import(folder.path(), GOOD).json()["accounts_new"], 1);
}

async fn a_portrait_must_be_a_picture_beside_the_file() {
    let folder = folder();
    let with =
        |portrait: &str| GOOD.replace("\"sex\"", &format!("\"portrait\":\"{portrait}\",\"sex\""));
    let picture = ecard::simulator::portrait::draw_portrait(3).unwrap();
    std::fs::write(folder.path().join("face.png"), &picture).unwrap();
    std::fs::write(folder.path().join("text.png"), "no picture").unwrap();
    for bad in
        ["text.png", "missing.png", "../face.png", "/etc/passwd", "data:image/png;base64,AAAA"]
    {
        import(folder.path(), &with(bad)).refused(1, "`portrait`");
    }
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &picture);
    for good in ["face.png", "drawn:5", &format!("data:image/png;base64,{encoded}")] {
        std::fs::write(folder.path().join("people.jsonl"), with(good)).unwrap();
        run(folder.path(), &["people", "import", "people.jsonl"]).ok();
    }
}

async fn a_portrait_is_a_regular_file_inside_the_folder() {
    let (outside, folder) = (folder(), folder());
    let at = |name: &str| folder.path().join(name);
    let picture = ecard::simulator::portrait::draw_portrait(3).unwrap();
    std::fs::write(outside.path().join("face.png"), &picture).unwrap();
    std::fs::write(at("face.png"), &picture).unwrap();
    std::fs::create_dir(at("folder.png")).unwrap();
    symlink(outside.path().join("face.png"), at("leaves.png")).unwrap();
    symlink(outside.path(), at("elsewhere")).unwrap();
    symlink("face.png", at("stays.png")).unwrap();
    assert!(Command::new("mkfifo").arg(at("pipe.png")).status().unwrap().success());
    let with =
        |portrait: &str| GOOD.replace("\"sex\"", &format!("\"portrait\":\"{portrait}\",\"sex\""));
    for bad in ["leaves.png", "elsewhere/face.png", "folder.png", "pipe.png"] {
        import(folder.path(), &with(bad)).refused(1, "`portrait`");
    }
    import(folder.path(), &with("stays.png")).ok();
}

async fn importing_again_updates() {
    let folder = folder();
    import(folder.path(), GOOD).ok();
    let again = import(folder.path(), &GOOD.replace("王䶮", "王龑")).json();
    assert_eq!((&again["people"], &again["accounts_new"]), (&1.into(), &0.into()));
    assert_eq!(again["accounts_updated"], 1);
}

async fn a_byte_order_mark_is_no_part_of_the_first_line() {
    let folder = folder();
    assert_eq!(import(folder.path(), &format!("\u{FEFF}{GOOD}\n")).json()["people"], 1);
    import(folder.path(), &format!("{GOOD}\n\u{FEFF}{GOOD}\n")).refused(1, "line 2");
}

async fn a_reader_that_went_away_is_no_fault() {
    let folder = folder();
    let gone = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        writer
    };
    std::fs::write(folder.path().join("bad.jsonl"), "{\n").unwrap();
    let mut refused = command(folder.path(), &["people", "import", "bad.jsonl", "--json"]);
    let refused = refused.stdout(gone()).stderr(gone()).status().unwrap();
    assert_eq!(refused.code(), Some(1));
    let generate = ["people", "generate", "--count", "2000", "--out", "-"];
    let made = command(folder.path(), &generate).stdout(gone()).output().unwrap();
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
}
