//! Keeps `docs/protocol.md`: a line a row, made of the comments of the tests.

use crate::common::suite::Suite;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// How many rows there are.
const ROWS: u8 = 53;
/// Set to write the table instead of comparing it.
const WRITE: &str = "ECARD_WRITE_DOCS";
const BEGIN: &str = "<!-- made from tests/it/oauth -->\n";

pub(super) fn register(suite: &mut Suite) {
    tests!(suite; every_row_has_its_test, the_table_says_what_the_tests_prove);
}

/// A test: its name and what its comment says.
struct Proven {
    name: String,
    says: String,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/oauth").join(name)
}

/// The tests of a folder, in the order of their names.
fn tests_of(name: &str) -> Vec<Proven> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder(name)).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let mut comment: Vec<&str> = Vec::new();
        for line in text.lines() {
            if let Some(said) = line.strip_prefix("///") {
                comment.push(said.trim());
                continue;
            }
            let test = line.strip_prefix("async fn ").and_then(|rest| rest.split('(').next());
            if let Some(test) = test.filter(|_| registered(&text, line)) {
                found.push(Proven { name: test.to_owned(), says: comment.join(" ") });
            }
            comment.clear();
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// Whether the module hands the function on a line to the suite.
fn registered(text: &str, line: &str) -> bool {
    let name = line.trim_start_matches("async fn ").split('(').next().unwrap();
    let register = text.split("pub(super) fn register").nth(1).unwrap_or_default();
    let body = register.split("\n}\n").next().unwrap();
    body.split([' ', ',', ';', ')', '\n']).any(|word| word == name)
}

fn by_row() -> BTreeMap<u8, Vec<Proven>> {
    let mut rows: BTreeMap<u8, Vec<Proven>> = BTreeMap::new();
    for proven in tests_of("rows") {
        let number = proven.name.strip_prefix("row_").and_then(|rest| rest.get(..2));
        let number = number.unwrap_or_else(|| panic!("{} is of no row", proven.name));
        rows.entry(number.parse().unwrap()).or_default().push(proven);
    }
    rows
}

async fn every_row_has_its_test() {
    let rows = by_row();
    let absent: Vec<_> = (1..=ROWS).filter(|number| !rows.contains_key(number)).collect();
    assert!(absent.is_empty(), "no test for rows {absent:?}");
    assert!(rows.keys().all(|number| (1..=ROWS).contains(number)));
    let all = rows.into_values().flatten().chain(tests_of("conformance"));
    let silent: Vec<_> = all.filter(|proven| proven.says.is_empty()).map(|p| p.name).collect();
    assert!(silent.is_empty(), "these say nothing: {silent:?}");
}

fn table() -> String {
    let line = |first: &str, proven: &Proven| {
        format!("| {first} | `{}` | {} |\n", proven.name, proven.says.replace('|', "\\|"))
    };
    let mut text = String::from("\n| Row | Test | What is proven |\n|---|---|---|\n");
    for (number, tests) in by_row() {
        for proven in &tests {
            text.push_str(&line(&number.to_string(), proven));
        }
    }
    text.push_str("\n## Beyond the rows\n\n| Suite | Test | What is proven |\n|---|---|---|\n");
    for proven in tests_of("conformance") {
        let suite = if proven.name.starts_with("fapi2") { "FAPI 2.0" } else { "OpenID Connect" };
        text.push_str(&line(suite, &proven));
    }
    text
}

async fn the_table_says_what_the_tests_prove() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/protocol.md");
    let page = fs::read_to_string(&path).unwrap();
    let (head, kept) = page.split_once(BEGIN).expect("the mark is there");
    let table = table();
    if std::env::var_os(WRITE).is_some() {
        fs::write(&path, format!("{head}{BEGIN}{table}")).unwrap();
    } else {
        assert!(kept == table, "docs/protocol.md is old: run the test with {WRITE}=1");
    }
}
