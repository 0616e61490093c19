//! Every page, in every state, in both languages, keeps the house's rules for HTML.

use super::samples;
use crate::web::cx::Cx;
use crate::web::lang::Lang;

fn every_page(check: impl Fn(&str, &str, &str, Lang)) {
    for lang in Lang::ALL {
        for demo in [false, true] {
            let cx = Cx::new(lang, "csrf-token", "/claim?x=1", demo);
            for (name, step, html) in samples::all(&cx) {
                check(&format!("{name} ({}, demo {demo})", lang.tag()), step, &html, lang);
            }
        }
    }
}

/// The opening tags of `element`, each without its brackets.
fn tags<'a>(html: &'a str, element: &str) -> Vec<&'a str> {
    html.split('<')
        .filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag))
        .filter(|tag| tag.split([' ', '\n']).next() == Some(element))
        .collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

#[test]
fn a_page_has_its_language_one_heading_and_its_step() {
    every_page(|name, step, html, lang| {
        assert_eq!(attribute(tags(html, "html")[0], "lang"), Some(lang.tag()), "{name}");
        assert_eq!(tags(html, "h1").len(), 1, "{name}");
        let main = tags(html, "main");
        assert_eq!(main.len(), 1, "{name}");
        assert_eq!(attribute(main[0], "data-step"), Some(step), "{name}");
    });
}

#[test]
fn every_field_has_a_label_or_a_legend() {
    every_page(|name, _, html, _| {
        let labels: Vec<_> =
            tags(html, "label").iter().filter_map(|t| attribute(t, "for")).collect();
        for field in tags(html, "input").into_iter().chain(tags(html, "select")) {
            if attribute(field, "type") != Some("hidden") {
                let id = attribute(field, "id").unwrap_or_else(|| panic!("{name}: {field}"));
                assert!(labels.contains(&id), "{name}: no label for {field}");
            }
        }
    });
}

#[test]
fn every_form_that_changes_something_carries_the_token() {
    every_page(|name, _, html, _| {
        for form in html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            let tag = form.split('>').next().unwrap();
            if tag.contains("method=\"get\"") {
                continue;
            }
            // What is posted to a partner must not tell it the token.
            if tag.contains(" data-leave") {
                assert!(!form.contains("csrf"), "{name}: {form}");
                continue;
            }
            assert!(form.contains(r#"name="csrf" value="csrf-token""#), "{name}: {form}");
        }
    });
}

#[test]
fn no_page_needs_an_inline_style_or_script() {
    every_page(|name, _, html, _| {
        assert!(tags(html, "style").is_empty(), "{name}");
        for script in tags(html, "script") {
            assert!(attribute(script, "src").is_some_and(|s| s.starts_with("/static/")), "{name}");
        }
        for tag in html.split('<').filter_map(|rest| rest.split('>').next()) {
            assert!(attribute(tag, "style").is_none(), "{name}: {tag}");
            assert!(!tag.contains(" onclick") && !tag.contains("javascript:"), "{name}: {tag}");
        }
    });
}

#[test]
fn whatever_describes_a_field_is_on_the_page_and_ids_are_unique() {
    every_page(|name, _, html, _| {
        let mut ids: Vec<_> =
            html.split('<').filter_map(|rest| attribute(rest.split('>').next()?, "id")).collect();
        for tag in html.split('<').filter_map(|rest| rest.split('>').next()) {
            let described = attribute(tag, "aria-describedby").unwrap_or("").split(' ');
            let labelled = attribute(tag, "aria-labelledby").unwrap_or("").split(' ');
            let linked = attribute(tag, "href").and_then(|h| h.strip_prefix('#'));
            for id in described.chain(labelled).chain(linked).filter(|id| !id.is_empty()) {
                assert!(ids.contains(&id), "{name}: nothing has the id {id}");
            }
        }
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{name}: an id twice");
    });
}

/// How many fields are described by a hint and no error.
fn hints_alone(html: &str) -> usize {
    let described = html.split("aria-describedby=\"").skip(1).filter_map(|r| r.split('"').next());
    described.filter(|ids| !ids.contains("-error")).count()
}

#[test]
fn a_field_with_an_error_says_so_to_a_screen_reader() {
    every_page(|name, _, html, _| {
        let wrong = html.matches("class=\"field-error\"").count();
        assert_eq!(
            html.matches("aria-describedby=\"").count() - hints_alone(html),
            wrong,
            "{name}"
        );
        for field in tags(html, "input") {
            let described = attribute(field, "aria-describedby").unwrap_or("").contains("-error");
            assert_eq!(field.contains("aria-invalid=\"true\""), described, "{name}: {field}");
        }
        assert!(wrong == 0 || html.contains("id=\"summary\""), "{name}: no summary");
    });
}

fn looks_like_an_id(text: &str) -> bool {
    text.contains('-') && text.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

#[test]
fn no_message_is_left_untranslated_or_shouted() {
    let ids = super::catalogue_tests::ids(Lang::ZhCn);
    every_page(|name, _, html, _| {
        let text: Vec<_> = html.split('<').filter_map(|rest| rest.split('>').nth(1)).collect();
        for text in text {
            let text = text.trim();
            assert!(!ids.contains(text) && !looks_like_an_id(text), "{name}: {text}");
            assert!(!text.contains("{$") && !text.contains("{ $"), "{name}: {text}");
            assert!(!text.contains(['!', '！']), "{name}: {text}");
        }
    });
}

#[test]
fn what_a_person_typed_is_escaped() {
    every_page(|name, _, html, _| {
        assert!(!html.contains("\"><script>"), "{name}");
        assert!(
            !name.starts_with("real-name-wrong") || html.contains("&#34;&#62;&#60;script&#62;")
        );
    });
}

#[test]
fn the_demo_is_named_on_every_page_and_only_there() {
    every_page(|name, _, html, _| {
        let demo = name.contains("demo true");
        assert_eq!(html.contains("class=\"demo-banner\""), demo, "{name}");
        assert!(demo || !html.contains("\"/demo"), "{name}");
        assert!(demo || !html.contains("name=\"sample\""), "{name}");
    });
}

/// Writes the pages to the folder named by `ECARD_RENDER_TO`, for people who look at them.
#[test]
fn pages_can_be_written_out_to_be_looked_at() {
    let Some(folder) = std::env::var_os("ECARD_RENDER_TO").map(std::path::PathBuf::from) else {
        return;
    };
    for lang in Lang::ALL {
        for (name, _, html) in samples::all(&Cx::new(lang, "csrf-token", "/claim", true)) {
            let mut html = html;
            for file in [
                "app.css",
                "camera.js",
                "card-offline.js",
                "card-qr.js",
                "forms.js",
                "icon.svg",
                "submit.js",
            ] {
                let local = concat!(env!("CARGO_MANIFEST_DIR"), "/static/");
                html = html.replace(crate::web::assets::href(file), &format!("{local}{file}"));
            }
            std::fs::write(folder.join(format!("{name}.{}.html", lang.tag())), html).unwrap();
        }
    }
}
