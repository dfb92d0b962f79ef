//! Stored files and the links that fetch them; the bytes live sealed in the file store.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait as _, Query, SelectStatement};
use sea_orm::{Condition, QueryOrder, QuerySelect as _, QueryTrait as _};

use crate::disposition::demand;
use crate::id::{ClientId, FileId, LinkId, PlatformId, SubmissionId};
use crate::sight::Sight;
use crate::{blacklist, file_use, submission};

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(32))")]
pub enum Purpose {
    /// Uploaded by a client, as evidence or to be imported.
    #[sea_orm(string_value = "UPLOAD")]
    Upload,
    /// A workbook of a submission.
    #[sea_orm(string_value = "WORKBOOK")]
    Workbook,
    /// The list of a submission's workbooks.
    #[sea_orm(string_value = "MANIFEST")]
    Manifest,
    /// A submission's rows with something missing, or the lines of an import with problems.
    #[sea_orm(string_value = "PROBLEMS")]
    Problems,
    /// A letter to somebody who is listed or acted against.
    #[sea_orm(string_value = "NOTICE")]
    Notice,
    /// A table with what was found in the blacklist, for whoever asked.
    #[sea_orm(string_value = "SCREENING")]
    Screening,
}

/// A stored file's row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stored_file")]
pub struct Model {
    /// Its id, and the name of the object that it was first stored as.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FileId,
    /// The name a person sees.
    pub name: String,
    /// Content type.
    pub media_type: String,
    /// Plain bytes.
    pub bytes: i64,
    /// Of the plain bytes, lower-case hexadecimal.
    pub sha256: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Who uploaded it.
    pub client_id: Option<ClientId>,
    /// Whose it is.
    pub platform_id: Option<PlatformId>,
    /// The filing it belongs to.
    pub submission_id: Option<SubmissionId>,
    /// Its place among the filing's files, from 1.
    pub part: i32,
    /// When it was stored.
    pub created_at: DateTimeUtc,
    /// When something first referred to it.
    pub used_at: Option<DateTimeUtc>,
    /// The object that holds it since it was sealed anew.
    pub object_id: Option<Uuid>,
    /// The seal key of that object.
    pub key_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The name of the object that holds its bytes.
    #[must_use]
    pub fn object(&self) -> Uuid {
        self.object_id.unwrap_or(self.id.0)
    }
}

/// Links to a file that work without a token, for a short time.
pub mod link {
    use super::{ClientId, FileId, LinkId};
    use sea_orm::entity::prelude::*;

    /// A download link.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "download_link")]
    pub struct Model {
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LinkId,
        /// The file.
        pub file_id: FileId,
        /// Who asked for it; the link dies with this client.
        pub client_id: ClientId,
        /// What for.
        pub purpose: String,
        /// When it was made.
        pub created_at: DateTimeUtc,
        /// When it ends.
        pub expires_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}

    /// Links whose time is over.
    #[must_use]
    pub fn expired(now: DateTimeUtc) -> Select<Entity> {
        Entity::find().filter(Column::ExpiresAt.lt(now))
    }

    /// One link; its signature is the permission.
    #[must_use]
    pub fn by_id(id: LinkId) -> Select<Entity> {
        Entity::find_by_id(id)
    }
}

/// One file; the caller checks its owner.
#[must_use]
pub fn by_id(id: FileId) -> Select<Entity> {
    Entity::find_by_id(id)
}

/// Who asks for a file.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// The client.
    pub client: ClientId,
    /// Its platform, if it has one.
    pub platform: Option<PlatformId>,
    /// Which filings it sees.
    pub sight: &'a Sight,
    /// Whose demands for measures it sees.
    pub demands: demand::Viewer<'a>,
}

/// One file, if it is in sight: the client's own upload, the problems of its own or its platform's import, or a file of a
/// filing in sight, or what a demand in sight or its answer names as proof.
#[must_use]
pub fn one_seen_by(viewer: &Viewer<'_>, id: FileId) -> Select<Entity> {
    let own = Column::ClientId.eq(viewer.client);
    let problems = Condition::all()
        .add(Column::Purpose.eq(Purpose::Problems))
        .add(Column::SubmissionId.is_null())
        .add(
            Condition::any()
                .add(own.clone())
                .add_option(viewer.platform.map(|id| Column::PlatformId.eq(id))),
        );
    let filed = submission::seen_by(viewer.sight)
        .select_only()
        .column(submission::Column::Id)
        .into_query();
    let of_filing = Condition::all()
        .add(Column::Purpose.ne(Purpose::Upload))
        .add(Column::SubmissionId.in_subquery(filed));
    let uploaded = Condition::all()
        .add(Column::Purpose.is_in([Purpose::Upload, Purpose::Screening]))
        .add(own);
    let mut seen = Condition::any().add(uploaded).add(problems).add(of_filing);
    if !viewer.sight.lists.is_empty() {
        seen = seen.add(of_lists(viewer.sight));
    }
    let proof = Condition::all()
        .add(Column::Purpose.eq(Purpose::Upload))
        .add(Column::Id.in_subquery(demand::named_by(&viewer.demands)));
    seen = seen.add(proof);
    Entity::find_by_id(id).filter(seen)
}

/// Evidence of an entry on a list in sight, or a letter that was made of one.
fn of_lists(sight: &Sight) -> Expr {
    let entries = Query::select()
        .column(blacklist::Column::Id)
        .from(blacklist::Entity)
        .and_where(blacklist::Column::PlatformId.is_in(sight.lists.iter().copied()))
        .to_owned();
    let used = Query::select()
        .expr(Expr::value(1))
        .from(file_use::Entity)
        .and_where(
            Expr::col((file_use::Entity, file_use::Column::FileId)).equals((Entity, Column::Id)),
        )
        .and_where(file_use::Column::UsedBy.in_subquery(entries))
        .to_owned();
    Expr::exists(used)
}

/// Files by id, for whoever reads the record that names them.
#[must_use]
pub fn by_ids(ids: impl IntoIterator<Item = FileId>) -> Select<Entity> {
    Entity::find().filter(Column::Id.is_in(ids))
}

/// A client's own uploads among these.
#[must_use]
pub fn uploads(owner: ClientId, ids: impl IntoIterator<Item = FileId>) -> Select<Entity> {
    Entity::find().filter(
        Condition::all()
            .add(Column::Id.is_in(ids))
            .add(Column::ClientId.eq(owner))
            .add(Column::Purpose.eq(Purpose::Upload)),
    )
}

/// The files of these filings, in the order of their parts.
#[must_use]
pub fn of_submissions(ids: impl IntoIterator<Item = SubmissionId>) -> Select<Entity> {
    Entity::find()
        .filter(Column::SubmissionId.is_in(ids))
        .order_by_asc(Column::Part)
}

/// The files of the filings that a query names.
#[must_use]
pub fn of_given_up(filings: SelectStatement) -> Select<Entity> {
    Entity::find().filter(Column::SubmissionId.in_subquery(filings))
}

/// Those of these files that are on record.
#[must_use]
pub fn known(ids: impl IntoIterator<Item = FileId>) -> Select<Entity> {
    Entity::find().filter(Column::Id.is_in(ids))
}

/// The files whose bytes one of these objects holds.
#[must_use]
pub fn of_objects(objects: &[Uuid]) -> Select<Entity> {
    let first = Condition::all()
        .add(Column::Id.is_in(objects.iter().copied()))
        .add(Column::ObjectId.is_null());
    let anew = Column::ObjectId.is_in(objects.iter().copied());
    Entity::find().filter(Condition::any().add(first).add(anew))
}

/// The next files after an id that another key than this sealed, in the order of their ids.
#[must_use]
pub fn sealed_otherwise(key: i64, after: Option<FileId>, limit: u64) -> Select<Entity> {
    let after = Condition::all().add_option(after.map(|id| Column::Id.gt(id)));
    Entity::find()
        .filter(after)
        .filter(Column::KeyId.ne(key))
        .order_by_asc(Column::Id)
        .limit(limit)
}

/// Uploads that nothing referred to since before an instant.
#[must_use]
pub fn unused_before(instant: DateTimeUtc) -> Select<Entity> {
    Entity::find().filter(
        Condition::all()
            .add(Column::Purpose.eq(Purpose::Upload))
            .add(Column::UsedAt.is_null())
            .add(Column::CreatedAt.lt(instant)),
    )
}
