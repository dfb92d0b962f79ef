//! Which client a command acts as. Whoever types it holds the keys of the house, yet a client that may not call may not
//! be acted as either.

use chrono::{DateTime, Utc};
use entity::client::{self, Model};
use entity::id::ClientId;
use uuid::Uuid;

use super::failure::Failure;
use crate::app::App;
use crate::auth::{self, Caller};
use crate::http::Lang;

/// The client of this name or id, if it stands now.
pub(super) async fn client(app: &App, named: &str) -> Result<Model, Failure> {
    let found = match named.parse::<Uuid>() {
        Ok(id) => client::by_id(ClientId(id)),
        Err(_) => client::by_name(named),
    };
    let found = found.one(&app.db).await?.ok_or_else(|| {
        Failure::said(
            format!("没有客户端 {named}，minglu client apply 可以载入"),
            format!("there is no client {named}; `minglu client apply` admits clients"),
        )
    })?;
    refuse_unless_standing(&found, app.now())?;
    Ok(found)
}

/// The caller that this client is; the audit knows it by a request of this process.
pub(super) async fn caller(app: &App, named: &str, lang: Lang) -> Result<Caller, Failure> {
    let client = client(app, named).await?;
    let request = format!("command:{}", app.process);
    Ok(auth::caller(app, client, request, lang).await?)
}

fn refuse_unless_standing(client: &Model, now: DateTime<Utc>) -> Result<(), Failure> {
    let name = &client.name;
    let (zh, en) = if let Some(at) = client.revoked_at.filter(|at| *at <= now) {
        (
            format!("客户端 {name} 已于 {at} 撤销"),
            format!("the client {name} was revoked at {at}"),
        )
    } else if let Some(until) = client.valid_until.filter(|until| *until <= now) {
        (
            format!("客户端 {name} 已于 {until} 到期"),
            format!("the client {name} expired at {until}"),
        )
    } else if client.valid_from > now {
        let from = client.valid_from;
        (
            format!("客户端 {name} 自 {from} 起才有效"),
            format!("the client {name} is not valid before {from}"),
        )
    } else {
        return Ok(());
    };
    Err(Failure::said(zh, en))
}

#[cfg(test)]
mod tests {
    use entity::kind::Role;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn refusal(change: impl FnOnce(&mut Model)) -> Option<String> {
        let mut client = Model {
            id: ClientId(Uuid::nil()),
            name: "demo-platform".to_owned(),
            role: Role::Platform,
            office_id: None,
            platform_id: None,
            scopes: String::new(),
            contact: String::new(),
            valid_from: at("2026-01-01T00:00:00Z"),
            valid_until: Some(at("2027-01-01T00:00:00Z")),
            revoked_at: None,
            updated_at: at("2026-01-01T00:00:00Z"),
        };
        change(&mut client);
        match refuse_unless_standing(&client, at("2026-06-01T00:00:00Z")) {
            Ok(()) => None,
            Err(Failure::Said(words)) => {
                Some([Lang::Zh, Lang::En].map(|lang| words.say(lang)).join(" / "))
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_client_that_may_not_call_may_not_be_acted_as() {
        assert_eq!(refusal(|_| {}), None);
        let revoked =
            refusal(|client| client.revoked_at = Some(at("2026-05-01T00:00:00Z"))).unwrap();
        assert!(
            revoked.contains("撤销") && revoked.contains("was revoked"),
            "{revoked}"
        );
        let expired =
            refusal(|client| client.valid_until = Some(at("2026-06-01T00:00:00Z"))).unwrap();
        assert!(
            expired.contains("到期") && expired.contains("expired"),
            "{expired}"
        );
        let early = refusal(|client| client.valid_from = at("2026-06-01T00:00:01Z")).unwrap();
        assert!(early.contains("not valid before"), "{early}");
    }
}
