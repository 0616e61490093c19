//! What went wrong on a form, said at the top of the page and beside the fields.

use crate::web::translator::Message;

/// A message that belongs to one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name, which is also its element id.
    pub field: &'static str,
    /// What to mend.
    pub message: Message,
}

/// Why the same page is shown again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A stable code, such as `REAL_NAME_MISMATCH`.
    pub code: &'static str,
    /// The reference number (业务流水号) a person can quote.
    pub reference: String,
    /// What concerns the whole form.
    pub message: Option<Message>,
    /// What concerns single fields, in the order of the form.
    pub fields: Vec<FieldProblem>,
}

impl Problem {
    /// A problem of the whole form.
    pub fn new(code: &'static str, reference: impl Into<String>, message: Message) -> Self {
        Self { code, reference: reference.into(), message: Some(message), fields: Vec::new() }
    }

    /// A problem that [`Problem::on`] ties to its fields.
    pub fn of_fields(code: &'static str, reference: impl Into<String>) -> Self {
        Self { code, reference: reference.into(), message: None, fields: Vec::new() }
    }

    /// Ties `message` to the field `field`.
    #[must_use]
    pub fn on(mut self, field: &'static str, message: Message) -> Self {
        self.fields.push(FieldProblem { field, message });
        self
    }

    /// The message of one field.
    pub fn for_field(&self, field: &str) -> Option<&Message> {
        self.fields.iter().find(|p| p.field == field).map(|p| &p.message)
    }
}

/// Reads a field's message from a page that may have no problem at all, for the templates.
pub trait FieldMessages {
    /// The message of `field`.
    fn at(&self, field: &str) -> Option<&Message>;
}

impl FieldMessages for Option<Problem> {
    fn at(&self, field: &str) -> Option<&Message> {
        self.as_ref().and_then(|p| p.for_field(field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::messages;

    #[test]
    fn a_message_is_found_at_its_own_field_only() {
        let problem =
            Some(Problem::of_fields("FORM_INVALID", "R1").on("name", messages::name_required()));
        assert_eq!(problem.at("name"), Some(&messages::name_required()));
        assert_eq!(problem.at("id_number"), None);
        assert_eq!(None::<Problem>.at("name"), None);
    }
}
