//! Doing a deed once under a caller's key: the outcome is stored in the deed's own transaction, inputs never are.

use aws_lc_rs::digest::{SHA256, digest};
use chrono::TimeDelta;
use entity::idempotency::{self, Entity, Model};
use entity::sealed::{Sealed, SealedAt};
use entity::value::personal::in_identifier;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _,
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::auth::Caller;
use crate::error::{Error, Words};

/// The longest key a caller may choose, in characters.
const KEY_CHARACTERS: usize = 200;

/// A place held for an outcome.
pub struct Ticket {
    row: Model,
}

/// What a key says.
pub enum Begun {
    /// No key was given.
    Free,
    /// This request is the first under its key.
    First(Box<Ticket>),
    /// The same request was done before; this was its outcome.
    Before(Value),
}

/// Claims a key, or tells what was done under it.
pub async fn begin<T: Serialize + Sync>(
    app: &App,
    caller: &Caller,
    operation: &'static str,
    key: Option<&str>,
    body: &T,
) -> Result<Begun, Error> {
    let Some(key) = key else {
        return Ok(Begun::Free);
    };
    if key.is_empty() || key.chars().count() > KEY_CHARACTERS || key.chars().any(char::is_control) {
        return Err(Error::bad_input(
            "idempotencyKey 应为 1 至 200 个可见字符",
            "idempotencyKey is 1 to 200 visible characters",
        ));
    }
    if in_identifier(key, app.today()).is_some() {
        return Err(Error::bad_input(
            "idempotencyKey 不能是身份证件号码或者手机号码（PERSONAL_DATA_IN_TEXT），请换用随机的键",
            "idempotencyKey is no identity number and no mobile phone's (PERSONAL_DATA_IN_TEXT): choose a random one",
        ));
    }
    let now = app.now();
    let row = Model {
        client_id: caller.client.id,
        operation: operation.to_owned(),
        key: key.to_owned(),
        body: app.vault.request(&serde_json::to_vec(body)?),
        outcome: None,
        created_at: now,
        expires_at: now + TimeDelta::hours(i64::from(app.settings.limits.idempotency_hours)),
    };
    if insert(&app.db, &row).await? {
        return Ok(Begun::First(Box::new(Ticket { row })));
    }
    let held = idempotency::find(row.client_id, operation, key)
        .one(&app.db)
        .await?;
    judge(app, held, row).await
}

/// Decides between a stored outcome, a takeover of a dead request, and a conflict.
async fn judge(app: &App, held: Option<Model>, row: Model) -> Result<Begun, Error> {
    let Some(held) = held else {
        return Err(running());
    };
    let now = app.now();
    let patience = TimeDelta::seconds(
        i64::try_from(app.settings.server.request_timeout_seconds).unwrap_or(60),
    );
    let dead = held.outcome.is_none() && held.created_at + patience < now;
    if held.expires_at <= now || (dead && held.body == row.body) {
        let taken = Entity::delete_many()
            .filter(same_request(&held))
            .exec(&app.db)
            .await?;
        if taken.rows_affected == 1 && insert(&app.db, &row).await? {
            return Ok(Begun::First(Box::new(Ticket { row })));
        }
        return Err(running());
    }
    if held.body != row.body {
        return Err(Error::Conflict {
            words: Words::new(
                "该 idempotencyKey 已用于内容不同的请求，请换用新的键",
                "this idempotencyKey was used for another body: choose a new key",
            ),
            retry_after: None,
        });
    }
    match &held.outcome {
        None => Err(running()),
        Some(outcome) => Ok(Begun::Before(
            app.vault.open_json(place_of(&held), outcome)?,
        )),
    }
}

impl Ticket {
    /// Stores the outcome, inside the deed's transaction. Where another request took this one for dead and its place,
    /// the deed is undone: the other one does it.
    pub async fn complete<C: ConnectionTrait>(
        &self,
        app: &App,
        tx: &C,
        outcome: &Value,
    ) -> Result<(), Error> {
        let sealed: Sealed<Value> = app.vault.seal_json(place_of(&self.row), outcome)?;
        let stored = Entity::update_many()
            .col_expr(idempotency::Column::Outcome, Expr::value(sealed))
            .filter(unfinished(&self.row))
            .exec(tx)
            .await?;
        if stored.rows_affected == 1 {
            Ok(())
        } else {
            Err(running())
        }
    }

    /// Gives the key back after a deed that wrote nothing, unless another request has taken it over.
    pub async fn abandon(&self, app: &App) -> Result<(), Error> {
        Entity::delete_many()
            .filter(unfinished(&self.row))
            .exec(&app.db)
            .await?;
        Ok(())
    }
}

async fn insert<C: ConnectionTrait>(db: &C, row: &Model) -> Result<bool, Error> {
    use idempotency::Column;
    let key = OnConflict::columns([Column::ClientId, Column::Operation, Column::Key])
        .do_nothing()
        .to_owned();
    let inserted = Entity::insert(row.clone().into_active_model().reset_all())
        .on_conflict(key)
        .exec_without_returning(db)
        .await?;
    Ok(inserted == 1)
}

/// The request that holds a key, and no later one under the same key.
fn same_request(row: &Model) -> Condition {
    use idempotency::Column;
    Condition::all()
        .add(Column::CreatedAt.eq(row.created_at))
        .add(Column::ClientId.eq(row.client_id))
        .add(Column::Operation.eq(row.operation.as_str()))
        .add(Column::Key.eq(row.key.as_str()))
}

fn unfinished(row: &Model) -> Condition {
    same_request(row).add(idempotency::Column::Outcome.is_null())
}

/// Binds a sealed outcome to its key: the row has no id of its own, so one is derived from the key, without a secret, so
/// that it stays the same when secrets are rotated.
pub(super) fn place(client: Uuid, operation: &str, key: &str) -> SealedAt {
    let name = format!("{client}\n{operation}\n{key}");
    let hash = digest(&SHA256, name.as_bytes());
    let mut id = [0_u8; 16];
    for (to, from) in id.iter_mut().zip(hash.as_ref()) {
        *to = *from;
    }
    SealedAt {
        table: "idempotency",
        column: "outcome",
        row: Uuid::from_bytes(id),
        revision: 0,
    }
}

fn place_of(row: &Model) -> SealedAt {
    place(row.client_id.0, &row.operation, &row.key)
}

fn running() -> Error {
    Error::Conflict {
        words: Words::new("相同请求仍在处理中", "the same request is still running"),
        retry_after: Some(2),
    }
}
