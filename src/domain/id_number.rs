//! Citizen identity numbers (GB 11643, permits of Hong Kong, Macau, Taiwan, foreign residents).
use std::fmt;
/// stub
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdNumber(String);
impl IdNumber {
    /// stub
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
