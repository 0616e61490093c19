//! Names of persons.
use std::fmt;
/// stub
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName(String);
impl PersonName {
    /// stub
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
