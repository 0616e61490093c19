//! What a partner asks for, turned into what the pages show.

use crate::domain::grant::Allowed;
use crate::domain::scope::ScopeSet;
use crate::web::forms::FormData;

pub(super) use crate::app::shown::{REQUIRED, items, partner};

/// What was left ticked. A form without the page's own mark never showed the boxes (a program that
/// sends the decision alone): then everything that was put to the citizen is meant.
pub(super) fn chosen(form: &FormData, asked: &Allowed) -> Allowed {
    if !form.has("chosen") {
        return asked.clone();
    }
    let ticked = |name: &str, value: &str| form.all(name).any(|sent| sent == value);
    let scope: ScopeSet = asked
        .scope
        .iter()
        .filter(|s| REQUIRED.contains(s) || ticked("scope", s.as_str()))
        .collect();
    let fields = asked.fields.iter().filter(|field| {
        let by_scope = asked.scope.contains(field.scope());
        if by_scope { scope.contains(field.scope()) } else { ticked("field", field.as_str()) }
    });
    Allowed { fields: fields.collect(), scope }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::field::{Field, FieldSet};

    fn asked() -> Allowed {
        let scope = ScopeSet::parse("openid ecard profile phone");
        let fields: FieldSet = scope.fields().chain([Field::Name]).collect();
        Allowed { scope, fields }
    }

    fn form(pairs: &[(&str, &str)]) -> FormData {
        FormData::of(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn what_was_unticked_is_not_allowed() {
        let allowed = chosen(&form(&[("chosen", "yes"), ("scope", "profile")]), &asked());
        assert_eq!(allowed.scope.to_string(), "openid profile ecard");
        assert!(
            !allowed.fields.contains(Field::PhoneNumber) && !allowed.fields.contains(Field::Name)
        );
        assert!(allowed.fields.contains(Field::NameMasked));
    }

    #[test]
    fn nothing_beyond_what_was_asked_can_be_ticked() {
        let allowed = chosen(&form(&[("chosen", "yes"), ("scope", "identity")]), &asked());
        assert_eq!(allowed.scope.to_string(), "openid ecard");
    }

    #[test]
    fn a_decision_alone_means_what_was_put() {
        assert_eq!(chosen(&form(&[("decision", "allow")]), &asked()), asked());
    }
}
