//! The walls of the house: who may import whom, and habits that no lint watches.
//!
//! The two tables below are the rule; `ARCHITECTURE.md` says the same in words. When a test here
//! fails, move the code, or change the table and say why.

mod source;

use crate::common::suite::Suite;
use source::{Source, files, imports, is_ident, root, sources};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// The modules of `src/`, from the ground up. A module imports only from tiers below its own:
/// nothing points up, and modules of one tier do not know each other.
const TIERS: &[&[&str]] = &[
    &["domain"],
    &["config", "crypto", "error", "keyfile"],
    &["ports", "token", "verifier", "web"],
    &["pages", "simulator", "storage"],
    &["status"],
    &["app"],
    &["auth"],
    &["claim", "demo_data", "holder", "jobs", "relying"],
    &["assembly", "site"],
    &["cli"],
];

/// Modules that may import less than their tier allows: module, the only paths it may name, why.
const NARROW: &[(&str, &[&str], &str)] = &[
    ("domain", &[], "pure: a rule of the field must be readable and testable without the service"),
    ("crypto", &[], "a part of the verifier, which builds without the service"),
    ("keyfile", &[], "files of secrets know nothing of what is in them"),
    ("config", &["domain"], "read before anything else exists"),
    ("error", &["domain"], "says what went wrong, not how it is shown"),
    ("verifier", &["domain", "crypto"], "embedded by relying services: no server inside"),
    ("token", &["domain", "crypto", "keyfile"], "signs what it is given"),
    ("web", &["domain", "error"], "a toolbox that knows no page and no handler"),
    ("pages", &["domain", "web"], "a page shows what it is handed and decides nothing"),
    ("storage", &["domain", "keyfile", "ports::entropy"], "asks the outside world for nothing"),
    ("simulator", &["domain", "ports"], "stands where a real provider would"),
];

/// Names that `lib.rs` gives to something inside a module.
const REEXPORTS: &[(&str, &str)] = &[("router", "site")];

/// Crates that belong to some modules only: crate, the modules, why.
const CRATES: &[(&str, &[&str], &str)] = &[
    ("sqlx", &["storage"], "SQL has one home"),
    ("askama", &["app", "pages", "web"], "templates are rendered in one place"),
    ("reqwest", &["ports"], "the outside world is called through ports only"),
    ("image", &["ports", "simulator"], "pictures are looked at for the face match only"),
    ("clap", &["cli"], "only the command line has a grammar"),
];

const LONGEST_FILE: usize = 300;

pub(crate) fn register(suite: &mut Suite) {
    tests!(suite;
        nothing_points_up, the_table_lists_every_module, narrow_walls_hold, crates_stay_at_home,
        sql_stays_in_storage, time_is_read_by_the_clock_alone, files_stay_short,
        nothing_is_left_for_later, no_path_of_one_machine, the_map_names_every_module,
        imports_are_found_in_every_form);
}

fn home(path: &str) -> String {
    let first = path.split("::").next().unwrap();
    let alias = REEXPORTS.iter().find(|(name, _)| *name == first);
    alias.map_or(first, |(_, module)| *module).to_owned()
}

fn tiers() -> BTreeMap<&'static str, usize> {
    let pairs =
        TIERS.iter().enumerate().flat_map(|(tier, row)| row.iter().map(move |m| (*m, tier)));
    pairs.collect()
}

fn is_root(module: &str) -> bool {
    matches!(module, "lib" | "main")
}

#[track_caller]
fn none(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n  {}\n", breaches.join("\n  "));
}

async fn nothing_points_up() {
    let tiers = tiers();
    let mut breaches = Vec::new();
    for source in sources("src").iter().filter(|s| !is_root(&s.module)) {
        for (line, path) in imports(source) {
            let other = home(&path);
            if other == source.module {
                continue;
            }
            if tiers.get(other.as_str()) >= tiers.get(source.module.as_str()) {
                breaches.push(format!("{}:{line}: {} imports {path}", source.path, source.module));
            }
        }
    }
    none(&breaches);
}

async fn the_table_lists_every_module() {
    let listed: BTreeSet<_> = tiers().into_keys().map(str::to_owned).collect();
    let there: BTreeSet<_> =
        sources("src").into_iter().map(|s| s.module).filter(|m| !is_root(m)).collect();
    assert_eq!(listed, there);
    let narrow: Vec<_> = NARROW.iter().map(|(m, ..)| *m).collect();
    assert!(narrow.iter().all(|m| there.contains(*m)), "{narrow:?}");
}

async fn narrow_walls_hold() {
    let mut breaches = Vec::new();
    for source in sources("src") {
        let Some((_, allowed, why)) = NARROW.iter().find(|(m, ..)| *m == source.module) else {
            continue;
        };
        for (line, path) in imports(&source) {
            let inside = |wall: &&str| path == **wall || path.starts_with(&format!("{wall}::"));
            if home(&path) != source.module && !allowed.iter().any(inside) {
                // Tests may bring what their subject is tried with.
                if source.raw.lines().take(line).any(|l| l.trim() == "#[cfg(test)]")
                    || source.path.ends_with("tests.rs")
                {
                    continue;
                }
                breaches.push(format!("{}:{line}: {path} ({why})", source.path));
            }
        }
    }
    none(&breaches);
}

async fn crates_stay_at_home() {
    let mut breaches = Vec::new();
    for source in sources("src") {
        for (line, text) in &source.lines {
            for (name, homes, why) in CRATES {
                let path = format!("{name}::");
                let named = text.match_indices(&path).any(|(at, _)| {
                    let before = &text[..at];
                    !before.ends_with(is_ident) && !before.ends_with("crate::")
                });
                if named && !homes.contains(&source.module.as_str()) {
                    breaches.push(format!("{}:{line}: {name} ({why})", source.path));
                }
            }
        }
    }
    none(&breaches);
}

/// Reports every line of `src/` outside `except` that holds one of `needles`.
fn lines_with(needles: &[&str], except: &[&str]) -> Vec<String> {
    let mut breaches = Vec::new();
    for source in sources("src") {
        if except.iter().any(|path| source.path.starts_with(path)) {
            continue;
        }
        for (line, text) in &source.lines {
            if needles.iter().any(|needle| text.contains(needle)) {
                breaches.push(format!("{}:{line}: {}", source.path, text.trim()));
            }
        }
    }
    breaches
}

async fn sql_stays_in_storage() {
    let verbs = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "CREATE TABLE "];
    none(&lines_with(&verbs, &["src/storage/"]));
}

async fn time_is_read_by_the_clock_alone() {
    let clocks = ["SystemTime::now", "std::time::Instant", "OffsetDateTime::now"];
    // The HTTP adapters measure pauses with tokio's timer, which tests can stop.
    none(&lines_with(&clocks, &["src/ports/clock.rs"]));
}

/// Lines of a file before its tests.
fn length(source: &Source) -> usize {
    let lines: Vec<_> = source.raw.lines().collect();
    let tests = lines.windows(2).position(|pair| {
        pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{')
    });
    tests.unwrap_or(lines.len())
}

async fn files_stay_short() {
    let long = sources("src").into_iter().filter(|s| length(s) > LONGEST_FILE);
    none(&long.map(|s| format!("{}: {} lines", s.path, length(&s))).collect::<Vec<_>>());
}

async fn nothing_is_left_for_later() {
    // Put together here, so that this file does not find itself.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("#[", "allow("), "XXX"];
    let mut breaches = Vec::new();
    for source in sources("src").iter().chain(&sources("tests")) {
        for (at, line) in source.raw.lines().enumerate() {
            let found = marks.iter().any(|mark| line.contains(mark));
            if found && !line.contains("concat!(") {
                breaches.push(format!("{}:{}: {}", source.path, at + 1, line.trim()));
            }
        }
    }
    none(&breaches);
}

async fn no_path_of_one_machine() {
    let mut pages = Vec::new();
    for folder in ["src", "tests", "docs", "templates", "static", "locales", "keys"] {
        files(&root().join(folder), &mut pages);
    }
    for page in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "Cargo.toml", "deny.toml"] {
        pages.push(root().join(page));
    }
    let machine = [concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/wo", "rk/")];
    let mut breaches = Vec::new();
    for page in pages {
        let text = String::from_utf8_lossy(&fs::read(&page).unwrap()).into_owned();
        for (at, line) in text.lines().enumerate() {
            if machine.iter().any(|path| line.contains(path)) {
                breaches.push(format!("{}:{}", page.display(), at + 1));
            }
        }
    }
    none(&breaches);
}

async fn the_map_names_every_module() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let absent = tiers().into_keys().filter(|m| !map.contains(&format!("`{m}`")));
    none(&absent.map(|m| format!("ARCHITECTURE.md does not name `{m}`")).collect::<Vec<_>>());
}

async fn imports_are_found_in_every_form() {
    let text = "use crate::{app::App, web::{cx, lang}, \n  jobs};\npub(in crate::claim) fn f() \
                { crate::crypto::sha256(b); }\nmy_crate::nothing();";
    let lines = text.lines().enumerate().map(|(at, l)| (at + 1, l.to_owned())).collect();
    let source = Source { path: String::new(), module: String::new(), lines, raw: text.to_owned() };
    let found: Vec<_> = imports(&source).into_iter().map(|(_, path)| path).collect();
    assert_eq!(found, ["app::App", "web", "jobs", "claim", "crypto::sha256"]);
}
