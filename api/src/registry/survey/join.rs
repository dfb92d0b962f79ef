//! Saying which tenant a platform is that an office knows by its name only. The book stays as it is, so nothing moves and
//! nothing can be lost; from then on its registrations are shown as the tenant's, and compared with what it filed.

use entity::id::PlatformId;
use entity::platform;
use entity::problem::{Finding, ProblemCode};
use entity::survey_book::{self, Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::difference::{self, Joined};
use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::deed::{self, Deed, Recorded};
use crate::scope::Scope;

/// Joins a surveyed platform to a tenant.
#[derive(Clone, Debug, Serialize)]
pub struct JoinPlatform {
    /// The platform that the office knows by its name; none when the id cannot be one.
    pub surveyed: Option<PlatformId>,
    /// The tenant.
    pub tenant: Option<PlatformId>,
    /// Show what it comes to, and write nothing.
    pub dry_run: bool,
}

/// What joining came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The tenant, once it may be shown.
    pub tenant: Option<PlatformId>,
    /// What it comes to.
    pub joined: Joined,
    /// Whether it was done.
    pub done: bool,
    /// What was found, with paths inside the input.
    pub findings: Vec<Finding>,
}

impl Recorded for Verdict {
    fn wrote(&self) -> bool {
        self.done
    }

    fn subjects(&self) -> Vec<String> {
        self.tenant.iter().map(ToString::to_string).collect()
    }

    fn detail(&self) -> Value {
        let codes = self.findings.iter().map(|finding| finding.code.as_str());
        json!({ "joined": self.joined, "problems": codes.collect::<Vec<_>>() })
    }
}

/// Joins one, or shows what that would come to.
pub async fn join(app: &App, caller: &Caller, command: JoinPlatform) -> Result<Verdict, Error> {
    caller.needs(Scope::RegistryWrite)?;
    let office = caller.market_regulator()?.office.id;
    let deed = Deed {
        operation: "joinPlatform",
        dry_run: command.dry_run,
        key: None,
    };
    let refused = |field: &'static str, code: ProblemCode| Verdict {
        findings: vec![Finding::error(code).inside(field)],
        ..Verdict::default()
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move {
            let book = match command.surveyed {
                Some(id) => survey_book::one_of_office(office, id).one(&tx).await?,
                None => None,
            };
            let Some(book) = book else {
                return Ok((refused("surveyed", ProblemCode::NotFound), tx));
            };
            if book.platform_id.is_some() {
                return Ok((refused("surveyed", ProblemCode::SurveyJoined), tx));
            }
            let tenant = match command.tenant {
                Some(id) => platform::seen_by_id(&caller.sight, id).one(&tx).await?,
                None => None,
            };
            let Some(tenant) = tenant else {
                return Ok((refused("tenant", ProblemCode::NotFound), tx));
            };
            let pair = (book.id, tenant.id);
            let joined = difference::of_book(app, pair, command.dry_run, &tx).await?;
            Entity::update_many()
                .col_expr(Column::PlatformId, Expr::val(tenant.id))
                .col_expr(Column::JoinedAt, Expr::val(app.now()))
                .filter(Column::Id.eq(book.id))
                .exec(&tx)
                .await?;
            let verdict = Verdict {
                tenant: Some(tenant.id),
                joined,
                done: true,
                findings: Vec::new(),
            };
            Ok((verdict, tx))
        }
    };
    deed::run(app, caller, &deed, &command, work).await
}
