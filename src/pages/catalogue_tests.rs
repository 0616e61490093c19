//! Both catalogues say the same things, and nothing nobody asks for.

use crate::web::lang::Lang;
use crate::web::translator::Translator;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Catalogue = BTreeMap<String, BTreeSet<String>>;

fn catalogue(lang: Lang) -> Catalogue {
    let source = match lang {
        Lang::ZhCn => include_str!("../../locales/zh-CN.ftl"),
        Lang::En => include_str!("../../locales/en.ftl"),
    };
    let resource = fluent_syntax::parser::parse(source).expect("the catalogue parses");
    let mut all = Catalogue::new();
    for entry in resource.body {
        if let Entry::Message(message) = entry {
            let mut names = BTreeSet::new();
            variables(&message.value.expect("a message has a value"), &mut names);
            let twice = all.insert(message.id.name.to_owned(), names);
            assert!(twice.is_none(), "{} stands twice in {}", message.id.name, lang.tag());
        }
    }
    all
}

fn variables(pattern: &Pattern<&str>, into: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        let inline = match expression {
            Expression::Inline(inline) => inline,
            Expression::Select { selector, variants } => {
                variants.iter().for_each(|v| variables(&v.value, into));
                selector
            }
        };
        if let InlineExpression::VariableReference { id } = inline {
            into.insert(id.name.to_owned());
        }
    }
}

/// The ids of one language.
pub(super) fn ids(lang: Lang) -> BTreeSet<String> {
    catalogue(lang).into_keys().collect()
}

fn files(folder: &Path, extension: &str, into: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, extension, into);
        } else if path.extension().is_some_and(|e| e == extension) {
            into.push(std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// Every text between double quotes in templates and code: ids stand there or nowhere.
fn quoted() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    files(&root.join("templates"), "html", &mut texts);
    files(&root.join("src"), "rs", &mut texts);
    texts.iter().flat_map(|t| t.split('"').map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// What templates and code ask the translator for: by a call, or by an arm that names a message.
fn asked_for() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut texts, mut pages) = (Vec::new(), Vec::new());
    files(&root.join("templates"), "html", &mut texts);
    files(&root.join("src"), "rs", &mut texts);
    files(&root.join("src/pages"), "rs", &mut pages);
    // This file asks for what is not there.
    texts.retain(|text| !text.contains("no-such-message"));
    let mut ids = BTreeSet::new();
    for call in ["t.get(\"", "t.with(\"", "Message::new(\""] {
        ids.extend(texts.iter().flat_map(|text| after(text, call)));
    }
    ids.extend(pages.iter().flat_map(|text| after(text, "=> \"")).filter(|id| id.contains('-')));
    ids
}

/// What stands between `mark` and the next quotation mark, everywhere.
fn after(text: &str, mark: &str) -> Vec<String> {
    text.split(mark).skip(1).filter_map(|r| r.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn both_languages_say_the_same_messages_with_the_same_variables() {
    assert_eq!(catalogue(Lang::ZhCn), catalogue(Lang::En));
}

#[test]
fn no_message_is_unused() {
    let quoted = quoted();
    let unused: Vec<_> = ids(Lang::ZhCn).into_iter().filter(|id| !quoted.contains(id)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn no_message_is_missing() {
    let known = ids(Lang::ZhCn);
    let asked = asked_for();
    assert!(asked.len() > 100, "the templates were found");
    let missing: Vec<_> = asked.difference(&known).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn an_unknown_message_shows_its_id_and_breaks_nothing() {
    assert_eq!(Translator::new(Lang::En).get("no-such-message"), "no-such-message");
}

#[test]
fn numbers_choose_their_plural() {
    let t = Translator::new(Lang::En);
    assert_eq!(t.with("minutes-left", &[("n", 0_u32)]), "Less than a minute left");
    assert_eq!(t.with("minutes-left", &[("n", 1_u32)]), "1 minute left");
    assert_eq!(t.with("minutes-left", &[("n", 2_u32)]), "2 minutes left");
    assert_eq!(Translator::new(Lang::ZhCn).with("minutes-left", &[("n", 2_u32)]), "剩余2分钟");
}

#[test]
fn digits_in_text_stay_as_they_are() {
    let shown = Translator::new(Lang::En).with("reference-is", &[("id", "00120")]);
    assert_eq!(shown, "Reference number: 00120");
}
