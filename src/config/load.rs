//! Reads the configuration from its three sources.

use super::Config;
use ::config::{Environment, File, FileFormat};
use std::collections::HashMap;
use std::path::PathBuf;

/// What was given on the command line: heavier than environment and file.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The configuration file; without one, `ecard.toml` in the working folder if it is there.
    pub file: Option<PathBuf>,
    /// Key and value, as in the file.
    pub values: Vec<(&'static str, String)>,
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A key is unknown, or its value does not fit.
    #[error("configuration: {0}{remedy}", remedy = remedy(.0))]
    Invalid(#[from] ::config::ConfigError),
    /// Only safe in a demo, or contradictory; every finding at once.
    #[error("refusing to start:\n  - {}", .0.join("\n  - "))]
    Unsafe(Vec<String>),
}

/// What may stand there, for the keys whose values are easily got wrong.
fn remedy(error: &::config::ConfigError) -> &'static str {
    let said = error.to_string();
    if said.contains("unknown field") {
        // It lists every key there is, and means none of them.
        return "";
    }
    let known = [
        ("`log_format`", "; it is `text` or `json`"),
        ("`profile`", "; it is `demo` or `production`"),
        ("`listen`", "; it is an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080"),
        ("`metrics_listen`", "; it is an IP address and a port, such as 127.0.0.1:9090"),
        ("`partner_listen`", "; it is an IP address and a port, such as 127.0.0.1:8081"),
    ];
    known.iter().find(|(key, _)| said.contains(key)).map_or("", |(_, what)| what)
}

/// Variables of the environment that begin like ours and are no configuration: those of tests, and
/// what a relying service is known by in the examples.
const NOT_CONFIGURATION: [&str; 4] =
    ["ECARD_TEST_", "ECARD_RENDER_", "ECARD_CLIENT_ID", "ECARD_CLIENT_SECRET"];

/// Reads file, environment (`ECARD_…`, nested keys with `__`) and flags.
///
/// # Errors
/// [`ConfigError::Invalid`] names the key.
pub fn load(
    overrides: &Overrides,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Config, ConfigError> {
    let file = match &overrides.file {
        Some(path) => File::from(path.as_path()).format(FileFormat::Toml).required(true),
        None => File::new("ecard.toml", FileFormat::Toml).required(false),
    };
    let ours: HashMap<String, String> = environment
        .filter(|(name, _)| !NOT_CONFIGURATION.iter().any(|other| name.starts_with(other)))
        .collect();
    let mut builder = ::config::Config::builder().add_source(file).add_source(
        Environment::with_prefix("ECARD")
            .prefix_separator("_")
            .separator("__")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("regions")
            .with_list_parse_key("trusted_proxies")
            .source(Some(ours)),
    );
    for (key, value) in &overrides.values {
        builder = builder.set_override(key, value.as_str())?;
    }
    Ok(builder.build()?.try_deserialize()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_environment(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let pairs = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let overrides = Overrides { file: None, values: Vec::new() };
        load(&overrides, pairs.collect::<Vec<_>>().into_iter())
    }

    #[test]
    fn nothing_configured_is_the_demo() {
        let config = from_environment(&[]).unwrap();
        assert!(config.is_demo());
        assert_eq!(config.issuer(), "http://127.0.0.1:8080");
    }

    #[test]
    fn nested_keys_come_from_the_environment() {
        let config = from_environment(&[
            ("ECARD_LIMITS__SMS_PER_HOUR", "1000"),
            ("ECARD_REGIONS", "11,31"),
            ("ECARD_TEST_REQUIRE", "postgres"),
        ])
        .unwrap();
        assert_eq!(config.limits.sms_per_hour, 1000);
        assert_eq!(config.regions, ["11", "31"]);
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = from_environment(&[("ECARD_LIMITS__SMS_PER_HOUT", "1")]).unwrap_err();
        assert!(error.to_string().contains("sms_per_hout"), "{error}");
        let error = from_environment(&[("ECARD_LISTN", "1")]).unwrap_err();
        let said = error.to_string();
        assert!(said.contains("listn") && !said.contains("`text` or `json`"), "{said}");
    }

    #[test]
    fn what_a_relying_service_calls_itself_is_no_configuration() {
        let theirs = [("ECARD_CLIENT_ID", "city-pharmacy"), ("ECARD_CLIENT_SECRET", "s")];
        assert!(from_environment(&theirs).is_ok());
        let ca = from_environment(&[("ECARD_CLIENT_CA", "ca.pem")]).unwrap().client_ca;
        assert_eq!(ca, Some("ca.pem".into()), "what begins alike is read");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_refused_by_name() {
        let error = from_environment(&[("ECARD_LIMITS__CLAIM_MIN", "soon")]).unwrap_err();
        assert!(error.to_string().contains("claim_min"), "{error}");
    }

    #[test]
    fn a_value_easily_got_wrong_is_refused_with_what_may_stand_there() {
        for (name, value, wanted) in [
            ("ECARD_LOG_FORMAT", "xml", "`text` or `json`"),
            ("ECARD_PROFILE", "prod", "`demo` or `production`"),
            ("ECARD_LISTEN", "localhost", "127.0.0.1:8080"),
        ] {
            let error = from_environment(&[(name, value)]).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
    }

    #[test]
    fn a_flag_weighs_more_than_the_environment() {
        let values = vec![("database", "sqlite://flag.db".to_owned())];
        let environment = [("ECARD_DATABASE".to_owned(), "sqlite://env.db".to_owned())];
        let config = load(&Overrides { file: None, values }, environment.into_iter()).unwrap();
        assert_eq!(config.database, "sqlite://flag.db");
    }
}
