//! The parameter `claims` (OpenID Connect Core §5.5), and `acr_values` beside it.

use crate::domain::field::{Field, FieldSet};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Which authentication context is wished for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcrWish {
    /// Context classes, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Whether one of them must be reached.
    #[serde(default)]
    pub essential: bool,
}

/// What is asked for claim by claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsWish {
    /// Fields wanted in the ID token.
    #[serde(default)]
    pub id_token: FieldSet,
    /// Fields wanted from userinfo.
    #[serde(default)]
    pub userinfo: FieldSet,
    /// The authentication context wished for.
    #[serde(default)]
    pub acr: AcrWish,
    /// The one subject that may be answered for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
}

impl ClaimsWish {
    /// Reads the parameter's JSON; claims this service does not know are passed over, as §5.5 asks.
    /// `None` when it is no object of objects.
    pub fn parse(text: &str) -> Option<Self> {
        let wish: Map<String, Value> = serde_json::from_str(text).ok()?;
        let id_token = members(&wish, "id_token")?;
        let userinfo = members(&wish, "userinfo")?;
        let acr = id_token.get("acr").and_then(Value::as_object).map(acr_wish).unwrap_or_default();
        let sub = [&id_token, &userinfo].into_iter().find_map(|of| of.get("sub")?.get("value"));
        Some(Self {
            id_token: fields(&id_token),
            userinfo: fields(&userinfo),
            acr,
            sub: sub.and_then(Value::as_str).map(str::to_owned),
        })
    }

    /// Every field wanted anywhere.
    pub fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.id_token.iter().chain(self.userinfo.iter())
    }
}

fn members(wish: &Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    match wish.get(name) {
        None | Some(Value::Null) => Some(Map::new()),
        Some(Value::Object(members)) => Some(members.clone()),
        Some(_) => None,
    }
}

fn fields(members: &Map<String, Value>) -> FieldSet {
    members.keys().filter_map(|name| name.parse().ok()).collect()
}

fn acr_wish(member: &Map<String, Value>) -> AcrWish {
    let one = member.get("value").and_then(Value::as_str).map(str::to_owned);
    let many = member.get("values").and_then(Value::as_array);
    let many = many.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    AcrWish {
        values: one.into_iter().chain(many).collect(),
        essential: member.get("essential").and_then(Value::as_bool).unwrap_or(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_claims_are_found_and_others_passed_over() {
        let wish = ClaimsWish::parse(
            r#"{"userinfo":{"name":{"essential":true},"email":null},
                "id_token":{"region":null,"acr":{"essential":true,"values":["a","b"]},
                            "sub":{"value":"s"}}}"#,
        )
        .unwrap();
        assert!(wish.userinfo.contains(Field::Name) && wish.id_token.contains(Field::Region));
        assert_eq!(wish.fields().count(), 2);
        assert_eq!((wish.acr.values.len(), wish.acr.essential), (2, true));
        assert_eq!(wish.sub.as_deref(), Some("s"));
    }

    #[test]
    fn what_is_no_object_of_objects_is_refused() {
        for bad in ["", "[]", "{\"userinfo\":[]}", "{\"id_token\":3}", "nonsense"] {
            assert_eq!(ClaimsWish::parse(bad), None, "{bad}");
        }
        assert_eq!(ClaimsWish::parse("{}"), Some(ClaimsWish::default()));
    }
}
