//! What stands against the clients that are registered.

use super::{Findings, Severity};
use crate::config::Config;
use crate::domain::client::rules::{self, Setting};
use crate::domain::client::{Client, GrantType};
use crate::domain::scope::Scope;
use crate::domain::time::Timestamp;
use crate::storage::clients::{self, ClientRow, SecretRow};
use crate::storage::{Db, DbError};

/// A secret should not be older than this (s).
const OLD_SECRET: u64 = 365 * 24 * 3600;

/// Looks at every client.
pub(super) async fn look(findings: &mut Findings, config: &Config, db: &Db, now: Timestamp) {
    let found = match all(db).await {
        Ok(found) => found,
        Err(error) => return findings.add(Severity::Serious, "clients", error.to_string()),
    };
    let (active, disabled): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|(row, _)| row.state == "active");
    let mut text = format!("{} active", active.len());
    if !disabled.is_empty() {
        let ids: Vec<&str> = disabled.iter().map(|(row, _)| row.id.as_str()).collect();
        text = format!("{text}, disabled: {}", ids.join(" "));
    }
    findings.add(Severity::Good, "clients", text);
    let issuer = config.issuer();
    let setting = Setting { demo: config.is_demo(), issuer: &issuer };
    for (row, secrets) in &active {
        match serde_json::from_str::<Client>(&row.body) {
            Ok(client) => one(findings, &setting, &client, secrets, now),
            Err(error) => {
                let text = format!("{}: cannot be read: {error}", row.id);
                findings.add(Severity::Serious, "clients", text);
            }
        }
    }
}

async fn all(db: &Db) -> Result<Vec<(ClientRow, Vec<SecretRow>)>, DbError> {
    db.read(|tx| {
        Box::pin(async move {
            let mut all = Vec::new();
            for row in clients::list(tx).await? {
                let secrets = clients::secrets(tx, &row.id).await?;
                all.push((row, secrets));
            }
            Ok(all)
        })
    })
    .await
}

fn one(
    findings: &mut Findings,
    setting: &Setting<'_>,
    client: &Client,
    secrets: &[SecretRow],
    now: Timestamp,
) {
    let id = &client.client_id;
    let mut say = |severity, text: String| {
        findings.add(severity, "clients", format!("{id}: {text}"));
    };
    for finding in rules::check(client, setting) {
        // A relying service may ask about cards without a scope.
        let severity =
            if finding.member == "scope" { Severity::Warning } else { Severity::Serious };
        say(severity, format!("{finding} (`ecard client update {id}`)"));
    }
    if client.legal_entity.is_none() && client.may_use(GrantType::AuthorizationCode) {
        let severity = match client.may_ask(Scope::Identity) {
            true => Severity::Serious,
            false => Severity::Warning,
        };
        let text = "names no legal entity, which citizens read before they allow it anything; \
                    --legal-entity";
        say(severity, text.to_owned());
    }
    let sensitive = [Scope::Identity, Scope::InsuranceRead].into_iter().any(|s| client.may_ask(s));
    if sensitive && !client.is_fapi2() {
        let text = "may ask for identity or insurance records and is not held to FAPI 2.0; \
                    consider --profile fapi2 with a key of its own";
        say(Severity::Warning, text.to_owned());
    }
    if let Some((severity, text)) = secret(client, secrets, now) {
        say(severity, text);
    }
}

fn secret(client: &Client, secrets: &[SecretRow], now: Timestamp) -> Option<(Severity, String)> {
    if !client.token_endpoint_auth_method.has_secret() {
        return None;
    }
    let id = &client.client_id;
    let live = secrets.iter().filter(|secret| secret.expires_at.is_none_or(|end| now < end));
    let Some(oldest) = live.map(|secret| secret.created_at).min() else {
        let text = format!("has no secret in use; run `ecard client rotate-secret {id}`");
        return Some((Severity::Serious, text));
    };
    (now.seconds_since(oldest) > OLD_SECRET).then(|| {
        let text = format!("its secret is over a year old; run `ecard client rotate-secret {id}`");
        (Severity::Warning, text)
    })
}
