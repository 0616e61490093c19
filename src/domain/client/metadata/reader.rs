//! Members by type; what is of another type is noted, and the reading goes on.

use crate::domain::client::Finding;
use serde_json::{Map, Value};

/// Reads members one by one.
pub(super) struct Reader<'a> {
    members: &'a Map<String, Value>,
    /// What could not be read.
    pub(super) found: Vec<Finding>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(members: &'a Map<String, Value>) -> Self {
        Self { members, found: Vec::new() }
    }

    /// A member that is there: `null` says the same as leaving it out (RFC 7592 §2.2).
    fn member<T>(
        &mut self,
        name: &str,
        kind: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.members.get(name).filter(|value| !value.is_null())?;
        let read = read(value);
        if read.is_none() {
            self.found.push(Finding::new(name, format!("is not {kind}")));
        }
        read
    }

    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.member(name, "a text", |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn texts(&mut self, name: &str) -> Option<Vec<String>> {
        self.member(name, "an array of texts", |value| {
            value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
        })
    }

    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        self.member(name, "true or false", Value::as_bool)
    }

    pub(super) fn number(&mut self, name: &str) -> Option<u64> {
        self.member(name, "a whole number of seconds", Value::as_u64)
    }

    pub(super) fn object(&mut self, name: &str) -> Option<Value> {
        self.member(name, "a JSON object", |value| value.is_object().then(|| value.clone()))
    }

    pub(super) fn choice<T: Copy>(&mut self, name: &str, of: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let chosen = chosen(&text, of);
        if chosen.is_none() {
            self.unknown(name, &text, of);
        }
        chosen
    }

    pub(super) fn choices<T: Copy + PartialEq>(
        &mut self,
        name: &str,
        of: &[(&str, T)],
    ) -> Option<Vec<T>> {
        let mut all = Vec::new();
        for text in self.texts(name)? {
            match chosen(&text, of) {
                Some(one) if all.contains(&one) => {}
                Some(one) => all.push(one),
                None => self.unknown(name, &text, of),
            }
        }
        Some(all)
    }

    fn unknown<T>(&mut self, name: &str, text: &str, of: &[(&str, T)]) {
        let names: Vec<&str> = of.iter().map(|(name, _)| *name).collect();
        let why = format!("is {text:?}; use one of {}", names.join(", "));
        self.found.push(Finding::new(name, why));
    }
}

fn chosen<T: Copy>(text: &str, of: &[(&str, T)]) -> Option<T> {
    of.iter().find(|(name, _)| *name == text).map(|(_, one)| *one)
}
