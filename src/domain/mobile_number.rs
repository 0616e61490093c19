//! Mobile numbers of mainland China.
use std::fmt;
/// stub
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MobileNumber(String);
impl MobileNumber {
    /// stub
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl fmt::Debug for MobileNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
