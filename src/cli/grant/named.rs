//! How an operator names grants: by client, citizen, subject, token, or the grant itself.

use super::super::serve::unavailable;
use super::super::work::fault;
use super::super::{Failure, input};
use crate::app::{App, Fault};
use crate::auth::subject::subject;
use crate::domain::id_number::IdNumber;
use crate::domain::ids::GrantId;
use crate::domain::time::Timestamp;
use crate::storage::grants::{self, GrantRow};
use crate::storage::vault::Purpose;
use crate::storage::{DbError, citizens, grant_search};
use crate::token::access::TokenName;
use clap::Args;

/// Which grants.
#[derive(Debug, Args)]
#[group(id = "named", required = true, multiple = true)]
pub(super) struct Named {
    /// Of this client.
    #[arg(long, value_name = "ID")]
    pub client: Option<String>,
    /// Of one person, whose ID number is read from standard input and so kept out of the shell's
    /// history.
    #[arg(long, conflicts_with = "sub")]
    pub citizen: bool,
    /// Of the person whom `--client` knows by this `sub`.
    #[arg(long, requires = "client", allow_hyphen_values = true)]
    sub: Option<String>,
    /// The one an access token came of, by its `jti`.
    // Base64url: one name in 64 begins with a hyphen and is no flag.
    #[arg(long, allow_hyphen_values = true, conflicts_with_all = ["client", "citizen", "sub", "grant"])]
    pub jti: Option<String>,
    /// This one.
    #[arg(long, value_name = "ID", allow_hyphen_values = true, conflicts_with_all = ["client", "citizen", "sub"])]
    pub grant: Option<String>,
}

impl Named {
    /// Whether a subject is named.
    pub(super) const fn is_of_subject(&self) -> bool {
        self.sub.is_some()
    }

    /// The grants, those that ended among them where one person or one grant is named.
    pub(super) async fn find(&self, app: &App, now: Timestamp) -> Result<Vec<GrantRow>, Failure> {
        if let Some(jti) = &self.jti {
            return Ok(of_token(app, jti).await?.into_iter().collect());
        }
        if let Some(id) = &self.grant {
            return Ok(one(app, id).await?.into_iter().collect());
        }
        if self.citizen {
            let of_client =
                |grant: &GrantRow| self.client.as_ref().is_none_or(|c| *c == grant.client);
            return Ok(of_person(app, now).await?.into_iter().filter(of_client).collect());
        }
        let client = self.client.as_deref().unwrap_or_default();
        of_client(app, client, self.sub.as_deref()).await
    }
}

/// The grant of an access token; none for a client's own token.
pub(super) async fn of_token(app: &App, jti: &str) -> Result<Option<GrantRow>, Failure> {
    let name = TokenName::parse(jti)
        .ok_or_else(|| Failure::Refused("--jti: no jti of this service".to_owned()))?;
    if name.grant.is_empty() { Ok(None) } else { one(app, name.grant).await }
}

pub(super) async fn one(app: &App, id: &str) -> Result<Option<GrantRow>, Failure> {
    let id = GrantId::from_stored(id);
    let work = app
        .db
        .read::<_, DbError, _>(move |tx| Box::pin(async move { grants::find(tx, &id).await }));
    work.await.map_err(unavailable)
}

async fn of_person(app: &App, now: Timestamp) -> Result<Vec<GrantRow>, Failure> {
    let typed = input::line("ID number")?;
    let id = IdNumber::parse(&typed, now.shanghai_date())
        .map_err(|e| Failure::Refused(format!("ID number: {e}")))?;
    let indexes = app.vault.indexes(Purpose::IdNumber, id.as_str());
    let work = app.db.read::<_, DbError, _>(move |tx| {
        Box::pin(async move {
            match citizens::by_id_number(tx, &indexes).await? {
                Some(citizen) => grants::of_citizen(tx, &citizen).await,
                None => Ok(Vec::new()),
            }
        })
    });
    work.await.map_err(unavailable)
}

/// The grants of a client, of one subject if that is named: what a client calls a person is not
/// written down, so each is asked.
async fn of_client(app: &App, id: &str, sub: Option<&str>) -> Result<Vec<GrantRow>, Failure> {
    let Some(known) = app.directory.client(app, id).await.map_err(fault)? else {
        return Err(Failure::Refused(format!("no client {id}; see `ecard client list`")));
    };
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let some = page(app, id.to_owned(), after).await.map_err(fault)?;
        let Some(last) = some.last() else { return Ok(all) };
        after = last.id.as_str().to_owned();
        all.extend(some.into_iter().filter(|grant| {
            sub.is_none_or(|sub| subject(app, &known.client, &grant.citizen) == sub)
        }));
    }
}

async fn page(app: &App, client: String, after: String) -> Result<Vec<GrantRow>, Fault> {
    app.db
        .read::<_, Fault, _>(move |tx| {
            Box::pin(async move {
                let mut rows = Vec::new();
                for id in grant_search::of_client(tx, &client, &after).await? {
                    rows.extend(grants::find(tx, &id).await?);
                }
                Ok(rows)
            })
        })
        .await
}
