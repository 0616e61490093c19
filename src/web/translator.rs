//! Messages in the reader's language, from the Fluent catalogues in `locales/`.

use super::lang::Lang;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use std::fmt;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

static ZH_CN: LazyLock<Bundle> =
    LazyLock::new(|| bundle(Lang::ZhCn, include_str!("../../locales/zh-CN.ftl")));
static EN: LazyLock<Bundle> =
    LazyLock::new(|| bundle(Lang::En, include_str!("../../locales/en.ftl")));

/// Builds a bundle. Messages that do not parse are left out: the catalogue tests name them.
fn bundle(lang: Lang, source: &str) -> Bundle {
    let resource = match FluentResource::try_new(source.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    let language: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![language]);
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

/// Looks messages up in one language. Copying it copies a pointer's worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Translator {
    lang: Lang,
}

impl Translator {
    /// The translator into `lang`.
    pub const fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// The language it translates into.
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// The message `id`; the id itself when no catalogue has it.
    pub fn get(&self, id: &str) -> String {
        self.format(id, None)
    }

    /// The message `id` with its variables filled in.
    pub fn with<V: Argument>(&self, id: &str, arguments: &[(&'static str, V)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in arguments {
            args.set(*name, value.value());
        }
        self.format(id, Some(&args))
    }

    /// A message made elsewhere, by a handler that need not know the language.
    pub fn say(&self, message: &Message) -> String {
        self.with(message.id, &message.arguments)
    }

    fn format(&self, id: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle: &Bundle = match self.lang {
            Lang::ZhCn => &ZH_CN,
            Lang::En => &EN,
        };
        match bundle.get_message(id).and_then(|m| m.value()) {
            Some(pattern) => bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned(),
            None => id.to_owned(),
        }
    }
}

/// A message id with its variables: what a handler hands to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    id: &'static str,
    arguments: Vec<(&'static str, Value)>,
}

impl Message {
    /// A message without variables.
    pub const fn new(id: &'static str) -> Self {
        Self { id, arguments: Vec::new() }
    }

    /// Sets the variable `name`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }

    /// The id in the catalogues.
    pub const fn id(&self) -> &'static str {
        self.id
    }
}

/// The value of a message's variable. It may be personal: `Debug` does not show text.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// A whole number, which chooses plural forms.
    Number(u32),
    /// Text, shown as it is.
    Text(String),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(n) => write!(f, "Number({n})"),
            Self::Text(_) => f.write_str("Text(…)"),
        }
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// What a template may pass as a variable.
pub trait Argument {
    /// The value as Fluent takes it.
    fn value(&self) -> FluentValue<'_>;
}

impl Argument for Value {
    fn value(&self) -> FluentValue<'_> {
        match self {
            Self::Number(n) => FluentValue::from(*n),
            Self::Text(text) => FluentValue::from(text),
        }
    }
}

impl Argument for u32 {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(*self)
    }
}

impl Argument for u64 {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(*self)
    }
}

impl Argument for str {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self)
    }
}

impl Argument for String {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self)
    }
}

impl<T: Argument + ?Sized> Argument for &T {
    fn value(&self) -> FluentValue<'_> {
        (**self).value()
    }
}
