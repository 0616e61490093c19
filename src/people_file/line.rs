//! One line of the file: its members, and what they must be.

use super::insurance::{self, Kinds};
use super::portrait;
use crate::app::PersonRecord;
use crate::domain::citizen::{CardType, PhysicalCard, PhysicalCardState, VitalState};
use crate::domain::id_number::{IdNumber, Sex};
use crate::domain::mobile_number::MobileNumber;
use crate::domain::password::Password;
use crate::domain::person_name::PersonName;
use crate::domain::secret::Secret;
use argon2::Params;
use argon2::password_hash::phc::PasswordHash;
use serde::{Deserialize, Serialize};
use std::path::Path;
use time::Date;

/// Why a line is refused; says the member, never its value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Wrong(String);

impl Wrong {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    fn member(name: &str, reason: impl std::fmt::Display) -> Self {
        Self(format!("`{name}`: {reason}"))
    }
}

/// A line as written.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub(super) id_number: String,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sex: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ethnicity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hukou: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mobile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) portrait: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<VitalState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<Account>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) physical_card: Option<Card>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) insurance: Option<Kinds>,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Account {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) password: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) password_hash: Option<String>,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Card {
    pub(super) number: String,
    pub(super) region: String,
    pub(super) bank: String,
    #[serde(rename = "type")]
    pub(super) card_type: CardType,
    pub(super) state: PhysicalCardState,
}

/// What an account opens with.
pub(super) enum Credential {
    Password(Secret),
    Hash(String),
}

/// A line that may be stored.
pub struct Checked {
    pub(super) record: PersonRecord,
    pub(super) portrait: Vec<u8>,
    pub(super) credential: Option<Credential>,
}

impl Line {
    /// Reads the JSON of a line.
    ///
    /// # Errors
    /// [`Wrong`]: names an unknown member, or the column where the JSON is no JSON.
    pub fn read(text: &[u8]) -> Result<Self, Wrong> {
        serde_json::from_slice(text).map_err(|error| {
            let column = error.column();
            let message = error.to_string();
            // Other messages may quote a value, and values are personal.
            let tellable = ["unknown field", "missing field", "duplicate field"];
            match tellable.iter().find(|start| message.starts_with(**start)) {
                Some(_) => {
                    let said = message.split(" at line ").next().unwrap_or_default();
                    Wrong::new(said.replace("field", "key"))
                }
                None if error.is_data() => {
                    Wrong::new(format!("a value of the wrong kind before column {column}"))
                }
                None => Wrong::new(format!("not a JSON object, see column {column}")),
            }
        })
    }

    /// The hash the account opens with, as written.
    pub fn password_hash(&self) -> Option<&str> {
        self.account.as_ref()?.password_hash.as_deref()
    }

    /// Checks every member. `beside` is the folder that portraits' paths start from.
    ///
    /// # Errors
    /// [`Wrong`]: the first member that does not hold.
    pub fn check(self, beside: &Path, today: Date) -> Result<Checked, Wrong> {
        let id_number =
            IdNumber::parse(&self.id_number, today).map_err(|e| Wrong::member("id_number", e))?;
        check_sex(self.sex.as_deref(), &id_number)?;
        let mobile = self.mobile.as_deref().map(MobileNumber::parse).transpose();
        let mobile = mobile.map_err(|e| Wrong::member("mobile", e))?;
        let credential = self.account.map(Account::check).transpose()?;
        if credential.is_some() && mobile.is_none() {
            return Err(Wrong::member("account", "needs a `mobile` to log in with"));
        }
        let record = PersonRecord {
            id_number,
            name: PersonName::parse_for_review(&self.name).map_err(|e| Wrong::member("name", e))?,
            ethnicity: digits("ethnicity", self.ethnicity, 2)?,
            hukou: digits("hukou", self.hukou, 6)?,
            mobile,
            vital: self.state.unwrap_or(VitalState::Alive),
            physical_card: self.physical_card.map(Card::check).transpose()?,
            insurance: insurance::check(self.insurance)?,
        };
        let portrait = match self.portrait {
            Some(named) => {
                portrait::read(&named, beside).map_err(|e| Wrong::member("portrait", e))?
            }
            None => Vec::new(),
        };
        Ok(Checked { record, portrait, credential })
    }
}

fn check_sex(sex: Option<&str>, id_number: &IdNumber) -> Result<(), Wrong> {
    let Some(sex) = sex else { return Ok(()) };
    let registered = match id_number.sex() {
        Sex::Male => "1",
        Sex::Female => "2",
    };
    match sex {
        fits if fits == registered => Ok(()),
        "1" | "2" => Err(Wrong::member("sex", "is not the sex in `id_number`")),
        _ => Err(Wrong::member("sex", "is \"1\" (male) or \"2\" (female)")),
    }
}

fn digits(name: &str, text: Option<String>, count: usize) -> Result<Option<String>, Wrong> {
    let fits = |t: &String| t.len() == count && t.bytes().all(|b| b.is_ascii_digit());
    match text {
        Some(text) if !fits(&text) => Err(Wrong::member(name, format!("has {count} digits"))),
        text => Ok(text),
    }
}

/// Argon2, and no costlier than this service can bear at each login.
fn is_bearable(hash: &PasswordHash) -> bool {
    hash.algorithm.as_str().starts_with("argon2")
        && Params::try_from(hash).is_ok_and(|p| p.m_cost() <= 262_144 && p.t_cost() <= 16)
}

impl Account {
    fn check(self) -> Result<Credential, Wrong> {
        match (self.password, self.password_hash) {
            (Some(password), None) => Password::parse(&password)
                .map(|password| Credential::Password(Secret::new(password.expose())))
                .map_err(|e| Wrong::member("account.password", e)),
            (None, Some(hash)) => match PasswordHash::new(&hash) {
                Ok(parsed) if is_bearable(&parsed) => Ok(Credential::Hash(hash)),
                Ok(_) => Err(Wrong::member(
                    "account.password_hash",
                    "only Argon2 of at most 256 MiB and 16 passes is taken",
                )),
                Err(_) => Err(Wrong::member("account.password_hash", "is not a PHC string")),
            },
            _ => Err(Wrong::member("account", "has either `password` or `password_hash`")),
        }
    }
}

impl Card {
    fn check(self) -> Result<PhysicalCard, Wrong> {
        let plain = |text: &str| {
            (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        if !plain(&self.number) {
            return Err(Wrong::member("physical_card.number", "has 1 to 32 letters and digits"));
        }
        if self.bank.trim().is_empty() || self.bank.len() > 64 {
            return Err(Wrong::member("physical_card.bank", "has 1 to 64 bytes"));
        }
        let region = digits("physical_card.region", Some(self.region), 6)?.unwrap_or_default();
        Ok(PhysicalCard {
            number: self.number,
            region,
            bank: self.bank,
            card_type: self.card_type,
            state: self.state,
        })
    }
}

impl Checked {
    /// What is known of the person.
    pub fn record(&self) -> &PersonRecord {
        &self.record
    }
}
