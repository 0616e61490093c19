//! An answer, read the dull way: text, forms and fields, no more than any browser knows.

use axum::http::{HeaderMap, HeaderName, header};

/// An answer.
pub(crate) struct Answer {
    /// Where it came from.
    pub(crate) at: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    pub(crate) body: String,
}

impl Answer {
    /// A header as text; empty when it is not there.
    pub(crate) fn header(&self, name: HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where a redirect leads; empty for none.
    pub(crate) fn location(&self) -> &str {
        self.header(header::LOCATION)
    }

    /// Whether it sends the browser on to `path`.
    pub(crate) fn leads_to(&self, path: &str) -> bool {
        self.status == 303 && self.location() == path
    }

    /// `data-step` of the page.
    pub(crate) fn step(&self) -> &str {
        let after = self.body.split("data-step=\"").nth(1).unwrap_or_default();
        after.split('"').next().unwrap_or_default()
    }

    /// What stands in the page's main part, for messages of failed tests.
    pub(crate) fn main(&self) -> &str {
        let main = self.body.split("<main").nth(1).unwrap_or(&self.body);
        main.split("</main>").next().unwrap_or_default()
    }

    /// The JSON it holds.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    /// Whether it carries a delay worth at least a second.
    pub(crate) fn retry_after(&self) -> u64 {
        self.header(header::RETRY_AFTER).parse().unwrap_or(0)
    }

    /// The hidden fields of the first form that is not the language's or the logout's.
    pub(crate) fn hidden(&self) -> Vec<(String, String)> {
        let form = self.main().split("<form").nth(1).unwrap_or_default();
        let form = form.split("</form>").next().unwrap_or_default();
        let inputs = form.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap());
        inputs
            .filter(|input| input.contains("type=\"hidden\""))
            .map(|input| (attribute(input, "name"), attribute(input, "value")))
            .collect()
    }

    /// What the page's form carries under a name, hidden.
    pub(crate) fn hidden_field(&self, name: &str) -> String {
        let found = self.hidden().into_iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value).unwrap_or_default()
    }

    fn input(&self, name: &str) -> Option<&str> {
        let mut inputs = self.body.split("<input").skip(1).map(|r| r.split('>').next().unwrap());
        inputs.find(|input| input.contains(&format!("name=\"{name}\"")))
    }

    /// The value a visible field holds.
    pub(crate) fn value(&self, name: &str) -> String {
        self.input(name).map(|input| attribute(input, "value")).unwrap_or_default()
    }

    /// Whether the message stands at the field: marked, and tied to it by an id that exists.
    pub(crate) fn is_wrong(&self, name: &str) -> bool {
        let Some(input) = self.input(name) else { return false };
        let described = attribute(input, "aria-describedby");
        let tied = described.split(' ').any(|id| id == format!("{name}-error"));
        let shown = self.body.contains(&format!("id=\"{name}-error\""));
        attribute(input, "aria-invalid") == "true" && tied && shown
    }

    /// Whether a code and a reference number are shown.
    pub(crate) fn tells(&self, code: &str) -> bool {
        let reference = self.header(HeaderName::from_static("x-reference"));
        self.body.contains(code) && self.body.contains(reference)
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let after = tag.split(&format!(" {name}=\"")).nth(1).unwrap_or_default();
    let raw = after.split('"').next().unwrap_or_default();
    let entities = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">")];
    let read = entities.iter().fold(raw.to_owned(), |text, (from, to)| text.replace(from, to));
    read.replace("&#38;", "&").replace("&amp;", "&")
}
