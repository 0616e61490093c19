//! Reads the sources: which file belongs to which module, and what it imports.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file: its lines without comments, each with its number.
pub(super) struct Source {
    pub(super) path: String,
    pub(super) module: String,
    pub(super) lines: Vec<(usize, String)>,
    pub(super) raw: String,
}

/// The package.
pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder.
pub(super) fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, into) } else { into.push(path) }
    }
}

/// Every Rust file below a folder of the package.
pub(super) fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    files(&root().join(folder), &mut found);
    found.retain(|path| path.extension().is_some_and(|e| e == "rs"));
    found.sort();
    found.iter().map(|path| source(folder, path)).collect()
}

fn source(folder: &str, path: &Path) -> Source {
    let raw = fs::read_to_string(path).unwrap();
    let inside = path.strip_prefix(root().join(folder)).unwrap();
    let first = inside.iter().next().unwrap().to_str().unwrap();
    let code = |line: &str| !line.trim_start().starts_with("//");
    let lines = raw.lines().enumerate().filter(|(_, l)| code(l));
    Source {
        path: path.strip_prefix(root()).unwrap().display().to_string(),
        module: first.trim_end_matches(".rs").to_owned(),
        lines: lines.map(|(at, l)| (at + 1, l.to_owned())).collect(),
        raw,
    }
}

/// Whether a character may stand in a name.
pub(super) fn is_ident(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Every `crate::…` of the code as `(line, path)`, groups taken apart.
pub(super) fn imports(source: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, (number, line)) in source.lines.iter().enumerate() {
        for (at, _) in line.match_indices("crate::") {
            if line[..at].ends_with(is_ident) {
                continue;
            }
            let after = &line[at + "crate::".len()..];
            if let Some(group) = after.strip_prefix('{') {
                let rest: Vec<&str> =
                    source.lines[index + 1..].iter().map(|(_, l)| l.as_str()).collect();
                let whole = format!("{group}\n{}", rest.join("\n"));
                found.extend(group_members(&whole).into_iter().map(|m| (*number, m)));
            } else {
                found.push((*number, path_of(after)));
            }
        }
    }
    found
}

/// The path up to where it ends or a group begins: `storage::{Db, Tx}` is `storage`.
fn path_of(text: &str) -> String {
    let end = text.find(|c: char| !is_ident(c) && c != ':').unwrap_or(text.len());
    text[..end].trim_end_matches(':').to_owned()
}

/// The members of `a, b::{c, d}, e}…`, up to the brace that closes the group.
fn group_members(text: &str) -> Vec<String> {
    let (mut depth, mut members, mut member) = (0_u32, Vec::new(), String::new());
    for c in text.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => members.push(std::mem::take(&mut member)),
            _ => {
                depth = depth + u32::from(c == '{') - u32::from(c == '}');
                member.push(c);
            }
        }
    }
    members.push(member);
    members.iter().map(|m| path_of(m.trim())).filter(|m| !m.is_empty()).collect()
}
