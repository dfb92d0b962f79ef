//! 平台规则: what a platform makes of failed trainings, where the law leaves that to it. A platform says it once, for all its
//! rooms; the house's default holds for whoever has not.

use entity::id::PlatformId;
use entity::kind::FailedTraining;
use entity::live_policy::{self, Column, Entity, Model};
use entity::problem::Finding;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::registry::deed::{self, Deed, Recorded};
use crate::scope::Scope;

/// Says what a platform makes of failed trainings.
#[derive(Clone, Debug, Serialize)]
pub struct SetLivePolicy {
    /// The platform; a platform's own where none is named.
    pub platform: Option<PlatformId>,
    /// What whoever failed meets.
    pub failed_training: FailedTraining,
    /// Do it once under this key.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Set {
    /// Whose policy.
    pub platform: Option<PlatformId>,
    /// What it is now.
    pub failed_training: Option<FailedTraining>,
    /// Whether it was so before.
    pub stood: bool,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Recorded for Set {
    fn wrote(&self) -> bool {
        self.platform.is_some() && !self.stood
    }

    fn stood(&self) -> bool {
        self.stood
    }

    fn subjects(&self) -> Vec<String> {
        self.platform.iter().map(ToString::to_string).collect()
    }

    fn detail(&self) -> Value {
        let codes: Vec<_> = self.findings.iter().map(|f| f.code.as_str()).collect();
        json!({ "failedTraining": self.failed_training, "problems": codes })
    }
}

/// Sets the policy of the caller's own platform.
pub async fn set(app: &App, caller: &Caller, command: SetLivePolicy) -> Result<Set, Error> {
    caller.needs(Scope::RegistryWrite)?;
    let deed = Deed {
        operation: "setLivePolicy",
        dry_run: false,
        key: command.idempotency_key.as_deref(),
    };
    let work = |tx: DatabaseTransaction| {
        let command = &command;
        async move { Ok((set_in(app, caller, command, &tx).await?, tx)) }
    };
    deed::run(app, caller, &deed, &command, work).await
}

async fn set_in(
    app: &App,
    caller: &Caller,
    command: &SetLivePolicy,
    tx: &DatabaseTransaction,
) -> Result<Set, Error> {
    let platform = match super::own_platform(caller, command.platform) {
        Ok(platform) => platform,
        Err(finding) => {
            return Ok(Set {
                platform: None,
                failed_training: None,
                stood: false,
                findings: vec![finding],
            });
        }
    };
    let failed_training = command.failed_training;
    let before = live_policy::of(platform).one(tx).await?;
    let stood = before.is_some_and(|row| row.failed_training == failed_training);
    if !stood {
        let row = Model {
            platform_id: platform,
            failed_training,
            changed_at: app.now(),
            changed_by: caller.client.id,
        };
        let again = OnConflict::column(Column::PlatformId)
            .update_columns([Column::FailedTraining, Column::ChangedAt, Column::ChangedBy])
            .to_owned();
        Entity::insert(row.into_active_model().reset_all())
            .on_conflict(again)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(Set {
        platform: Some(platform),
        failed_training: Some(failed_training),
        stood,
        findings: Vec::new(),
    })
}

/// A platform's policy as it stands: the caller's own, or one of a platform that it sees whole.
pub async fn find(
    app: &App,
    caller: &Caller,
    platform: Option<PlatformId>,
) -> Result<Option<(PlatformId, FailedTraining, bool)>, Error> {
    caller.needs(Scope::RegistryRead)?;
    let whose = platform.or_else(|| caller.platform());
    let Some(platform) =
        whose.filter(|id| *id != PlatformId::OWN_SITE && caller.sight.whole.contains(id))
    else {
        return Ok(None);
    };
    let said = live_policy::of(platform).one(&app.db).await?;
    let own = said.is_some();
    let failed = said.map_or(app.settings.live.failed_training, |row| row.failed_training);
    Ok(Some((platform, failed, own)))
}
