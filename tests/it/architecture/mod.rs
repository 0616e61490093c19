//! The walls of the house: who may import whom, and habits that no lint watches.
//!
//! `tables.rs` is the rule; `ARCHITECTURE.md` says the same in words. When a test here
//! fails, move the code, or change the table and say why.

mod source;
mod tables;

use crate::common::suite::Suite;
use source::{Source, files, imports, is_ident, root, sources};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use tables::{CRATES, NARROW, REEXPORTS, TIERS};

const LONGEST_FILE: usize = 300;

pub(crate) fn register(suite: &mut Suite) {
    tests!(suite;
        nothing_points_up, an_import_from_above_or_beside_is_found, nobody_climbs_out_of_a_module,
        the_table_lists_every_module, narrow_walls_hold, crates_stay_at_home,
        sql_stays_in_storage, time_is_read_by_the_clock_alone, files_stay_short,
        nothing_is_left_for_later, no_path_of_one_machine, the_map_names_every_module,
        imports_are_found_in_every_form, the_readme_names_every_limit);
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

/// Imports of a module that stands beside or above the source's own.
fn upward(source: &Source) -> Vec<String> {
    let tiers = tiers();
    let own = tiers.get(source.module.as_str());
    let up = |path: &str| home(path) != source.module && tiers.get(home(path).as_str()) >= own;
    let found = imports(source).into_iter().filter(|(_, path)| up(path));
    found.map(|(line, path)| format!("{}:{line}: {path}", source.path)).collect()
}

async fn nothing_points_up() {
    let inner = sources("src").into_iter().filter(|s| !is_root(&s.module));
    none(&inner.flat_map(|s| upward(&s)).collect::<Vec<_>>());
}

async fn an_import_from_above_or_beside_is_found() {
    let importing = |what: &str| upward(&written("storage", what)).len();
    assert_eq!(importing("use crate::app::App;"), 1);
    assert_eq!(importing("use crate::{domain, pages};"), 1);
    assert_eq!(importing("fn f() { crate::router() }"), 1);
    assert_eq!(importing("use crate::domain::time;\nuse crate::storage::Tx;"), 0);
}

/// `super::` chains that leave the module, where the tables would not see what they name.
fn climbs(source: &Source) -> Vec<String> {
    let name = source.path.trim_start_matches("src/").trim_end_matches(".rs");
    let depth = name.trim_end_matches("/mod").split('/').count();
    let mut breaches = Vec::new();
    for (line, text) in &source.lines {
        // Inside an inline module of tests one more leads to the file's own module.
        let inline = usize::from(text.starts_with("    "));
        let most = depth.saturating_add(inline);
        if text.contains(&"super::".repeat(most)) {
            breaches.push(format!("{}:{line}: {}", source.path, text.trim()));
        }
    }
    breaches
}

async fn nobody_climbs_out_of_a_module() {
    let inner = sources("src").into_iter().filter(|s| !is_root(&s.module));
    none(&inner.flat_map(|s| climbs(&s)).collect::<Vec<_>>());
    let mut outside = written("claim", "use super::app::App;");
    outside.path = "src/claim/mod.rs".to_owned();
    assert_eq!(climbs(&outside).len(), 1);
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

/// A source that stands in no file.
fn written(module: &str, text: &str) -> Source {
    let lines = text.lines().enumerate().map(|(at, l)| (at + 1, l.to_owned())).collect();
    Source { path: String::new(), module: module.to_owned(), lines, raw: text.to_owned() }
}

async fn imports_are_found_in_every_form() {
    let text = "use crate::{app::App, web::{cx, lang}, \n  jobs};\npub(in crate::claim) fn f() \
                { crate::crypto::sha256(b); }\nmy_crate::nothing();";
    let source = written("", text);
    let found: Vec<_> = imports(&source).into_iter().map(|(_, path)| path).collect();
    assert_eq!(found, ["app::App", "web", "jobs", "claim", "crypto::sha256"]);
}

/// An operator finds every limit where limits are explained.
async fn the_readme_names_every_limit() {
    let limits = fs::read_to_string(root().join("src/config/limits.rs")).unwrap();
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let fields = limits.lines().filter_map(|line| line.trim().strip_prefix("pub "));
    let names: Vec<&str> = fields
        .filter_map(|field| field.split_once(": ").map(|(name, _)| name))
        .filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        .collect();
    assert!(names.len() > 20, "{names:?}");
    let missing = names.iter().filter(|name| !readme.contains(&format!("`{name}`")));
    none(&missing.map(|name| format!("README.md: `{name}`")).collect::<Vec<_>>());
}
