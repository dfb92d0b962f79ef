//! 导入: a file on its way into the registry, read in chunks that each say in their own transaction how far it is. A first
//! load and a survey share the table; what is particular to one of them is null for the other.
//!
//! A survey is read into staged rows, reviewed, committed and perhaps undone; a first load is written as it is read.

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};

use crate::id::{ClientId, FileId, ImportId, OfficeId, PlatformId};
use crate::kind::{ImportKind, ImportMode, ImportState, RecordSource, SubjectKind};
use crate::sealed::{Sealed, SealedAt};

/// An import's row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_job")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    /// Into whose book it goes, for a platform's import.
    pub platform_id: Option<PlatformId>,
    /// Whose survey it is, for an office's import.
    pub office_id: Option<OfficeId>,
    /// Who asked for it; what it writes is this client's.
    pub client_id: ClientId,
    /// The request that asked for it, for the audit.
    pub request_id: String,
    /// The language of its problems file.
    pub language: String,
    /// Where it stands.
    pub state: ImportState,
    /// What the file holds; unknown until a survey was recognised.
    pub kind: Option<ImportKind>,
    /// Which kind of subject every line is, for a first load.
    pub subject: Option<SubjectKind>,
    /// The source that its registrations carry.
    pub source: RecordSource,
    /// The upload.
    pub file_id: FileId,
    /// Its name, as people see it.
    pub file_name: String,
    /// Its plain bytes.
    pub bytes: i64,
    /// How many of them are done: the next chunk begins here.
    pub bytes_done: i64,
    /// Lines or rows done: accepted, rejected and skipped together.
    pub rows_read: i64,
    /// Rows that stand in the registry now.
    pub accepted: i64,
    /// Rows that their problems refuse.
    pub rejected: i64,
    /// Rows that were not taken: empty, or older than what is stored.
    pub skipped: i64,
    /// New registrations.
    pub created: i64,
    /// New revisions.
    pub updated: i64,
    /// Rows that said what stood already.
    pub unchanged: i64,
    /// Chunks done.
    pub chunks: i32,
    /// The lines with problems, once all is done.
    pub problems_file: Option<FileId>,
    /// When it was asked for.
    pub created_at: DateTimeUtc,
    /// When its state last changed.
    pub updated_at: DateTimeUtc,
    /// The process that is at it.
    pub lease_by: Option<Uuid>,
    /// Until when that process may be silent, by the database's clock.
    pub lease_until: Option<DateTimeUtc>,
    /// How often it was claimed.
    pub attempts: i32,
    /// Faults since the last chunk that was done; where a survey waits or is committed, tries to make its workbook.
    pub faults: i32,
    /// The office's book for rows that name no platform.
    pub book_id: Option<PlatformId>,
    /// The file's SHA-256, by which a survey that comes again is known.
    pub sha256: Option<String>,
    /// Which rows a survey's commit writes.
    pub mode: Option<ImportMode>,
    /// What was recognised in a survey: tables, columns with samples, facts of its head, and what the user chose.
    pub layout: Option<Sealed<serde_json::Value>>,
    /// Chunks of staged rows.
    pub staged: i32,
    /// Registrations and entries that undoing took back.
    pub undone: i32,
    /// Those that it left, because they changed since or something rests on them.
    pub kept: i32,
}

/// Where the layout is sealed.
#[must_use]
pub const fn layout_place(id: ImportId) -> SealedAt {
    SealedAt {
        table: "import_job",
        column: "layout",
        row: id.0,
        revision: 0,
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// What was found in one chunk of an import; a chunk without problems has no row.
pub mod chunk {
    use sea_orm::entity::prelude::*;
    use sea_orm::{QueryOrder, QuerySelect};

    use crate::id::ImportId;
    use crate::sealed::Sealed;

    /// The verdicts of one chunk that say something.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "import_chunk")]
    pub struct Model {
        /// The import.
        #[sea_orm(primary_key, auto_increment = false)]
        pub import_id: ImportId,
        /// The chunk's place in the file, from 0.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// The last line that it has something to say of.
        pub last_row: i64,
        /// The verdicts, sealed: a path may name what a platform's own file says.
        pub verdicts: Sealed<serde_json::Value>,
    }

    impl ActiveModelBehavior for ActiveModel {}

    /// Some chunks of an import that speak of lines after this one, in order.
    #[must_use]
    pub fn after(import: ImportId, row: i64, limit: u64) -> Select<Entity> {
        Entity::find()
            .filter(Column::ImportId.eq(import))
            .filter(Column::LastRow.gt(row))
            .order_by_asc(Column::LastRow)
            .limit(limit)
    }
}

/// The rows of a survey that were read and judged, many in one sealed document, so that neither memory nor statements grow
/// with the rows of a file.
pub mod stage {
    use sea_orm::entity::prelude::*;
    use sea_orm::{Condition, FromQueryResult, QueryOrder, QuerySelect};

    use crate::id::ImportId;
    use crate::kind::RowOutcome;
    use crate::sealed::{Sealed, SealedAt};

    /// A chunk of staged rows.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "import_stage")]
    pub struct Model {
        /// The import.
        #[sea_orm(primary_key, auto_increment = false)]
        pub import_id: ImportId,
        /// The chunk's place in the file, from 0.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// The last row of it, counted through all sheets from 1.
        pub last_row: i64,
        /// What the rows say.
        pub records: Sealed<serde_json::Value>,
        /// What was judged of them, and after the commit what was written.
        pub verdicts: Sealed<serde_json::Value>,
        /// Rows of it that are refused.
        pub rejected: i32,
        /// Rows of it that are no records.
        pub skipped: i32,
        /// Rows of it of which something is told.
        pub told: i32,
        /// Rows of it of which something is warned.
        pub warned: i32,
    }

    impl ActiveModelBehavior for ActiveModel {}

    /// What was judged of a chunk, without its rows.
    #[derive(Clone, Debug, FromQueryResult)]
    pub struct Judged {
        /// The chunk's place in the file, from 0.
        pub number: i32,
        /// The last row of it, counted through all sheets from 1.
        pub last_row: i64,
        /// What was judged.
        pub verdicts: Sealed<serde_json::Value>,
    }

    /// Which rows are looked for in chunks: those that hold none of them are not opened.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Holding {
        /// Any.
        Any,
        /// Refused ones.
        Rejected,
        /// Those that are no records.
        Skipped,
        /// Those of which something is told.
        Told,
        /// Those of which something is warned.
        Warned,
    }

    impl Holding {
        /// Rows with an outcome; nearly every chunk has accepted ones.
        #[must_use]
        pub const fn of(outcome: RowOutcome) -> Self {
            match outcome {
                RowOutcome::Accepted => Self::Any,
                RowOutcome::Rejected => Self::Rejected,
                RowOutcome::Skipped => Self::Skipped,
            }
        }
    }

    /// The chunks of an import that hold such rows after this one, in order, without what the rows say.
    #[must_use]
    pub fn judged(import: ImportId, holding: Holding, row: i64) -> Select<Entity> {
        let count = match holding {
            Holding::Any => None,
            Holding::Rejected => Some(Column::Rejected),
            Holding::Skipped => Some(Column::Skipped),
            Holding::Told => Some(Column::Told),
            Holding::Warned => Some(Column::Warned),
        };
        Entity::find()
            .select_only()
            .columns([Column::Number, Column::LastRow, Column::Verdicts])
            .filter(Column::ImportId.eq(import))
            .filter(Condition::all().add_option(count.map(|count| count.gt(0))))
            .filter(Column::LastRow.gt(row))
            .order_by_asc(Column::LastRow)
    }

    /// Some chunks of an import that speak of rows after this one, in order.
    #[must_use]
    pub fn after(import: ImportId, row: i64, limit: u64) -> Select<Entity> {
        Entity::find()
            .filter(Column::ImportId.eq(import))
            .filter(Column::LastRow.gt(row))
            .order_by_asc(Column::LastRow)
            .limit(limit)
    }

    /// One chunk.
    #[must_use]
    pub fn numbered(import: ImportId, number: i32) -> Select<Entity> {
        Entity::find_by_id((import, number))
    }

    /// Where what the rows say is sealed.
    #[must_use]
    pub const fn records_place(import: ImportId, number: i32) -> SealedAt {
        place(import, number, "records")
    }

    /// Where what was judged is sealed.
    #[must_use]
    pub const fn verdicts_place(import: ImportId, number: i32) -> SealedAt {
        place(import, number, "verdicts")
    }

    const fn place(import: ImportId, number: i32, column: &'static str) -> SealedAt {
        SealedAt {
            table: "import_stage",
            column,
            row: import.0,
            revision: number,
        }
    }
}

/// The imports of a platform or of an office: an import is its owner's affair, and nobody else sees it.
#[must_use]
pub fn owned_by(platform: Option<PlatformId>, office: Option<OfficeId>) -> Select<Entity> {
    let owner = match (platform, office) {
        (Some(platform), _) => Column::PlatformId.eq(platform),
        (None, Some(office)) => Column::OfficeId.eq(office),
        (None, None) => Expr::value(false),
    };
    Entity::find().filter(owner)
}

/// A page of them after an id, newest first.
#[must_use]
pub fn page(
    (platform, office): (Option<PlatformId>, Option<OfficeId>),
    after: Option<ImportId>,
    limit: u64,
) -> Select<Entity> {
    owned_by(platform, office)
        .filter(Condition::all().add_option(after.map(|id| Column::Id.lt(id))))
        .order_by_desc(Column::Id)
        .limit(limit)
}

/// Imports that nobody is at and something is to be done about, at an instant of the database's clock, oldest first.
#[must_use]
pub fn claimable(now: DateTimeUtc) -> Select<Entity> {
    Entity::find()
        // Written out, as the index of what is at work has it: bound values would hide that it has all of them.
        .filter(Expr::cust("state IN ('READING', 'COMMITTING', 'UNDOING')"))
        .filter(under_way())
        .filter(unclaimed(now))
        .order_by_asc(Column::Id)
}

/// A first load that is not done yet, or a survey that a job is to read, write or take back.
#[must_use]
pub fn under_way() -> Condition {
    use ImportState::{Committing, Reading, Undoing};
    let survey = Condition::any()
        .add(Column::Kind.is_null())
        .add(Column::Kind.ne(ImportKind::Registrations));
    let undoing = Condition::all().add(Column::State.eq(Undoing)).add(survey);
    Condition::any()
        .add(Column::State.is_in([Reading, Committing]))
        .add(undoing)
}

/// So often the workbook of a survey is tried to be made; every claim of it is a try, so that one that kills its process
/// ends as well.
pub const WORKBOOK_TRIES: i32 = 8;

/// A survey that was read or committed and whose workbook is still to be made by somebody, at an instant of the database's
/// clock.
#[must_use]
pub fn lacks_workbook(now: DateTimeUtc) -> Condition {
    // Written out, as the index of them has it.
    let theirs = [
        "problems_file IS NULL",
        "state IN ('REVIEW', 'COMMITTED')",
        "kind <> 'REGISTRATIONS'",
        "rows_read > 0",
    ];
    let theirs = theirs.into_iter().map(Expr::cust);
    theirs
        .fold(Condition::all(), Condition::add)
        .add(Column::Faults.lt(WORKBOOK_TRIES))
        .add(unclaimed(now))
}

/// Those surveys, oldest first, for the house's own jobs.
#[must_use]
pub fn unreturned(now: DateTimeUtc) -> Select<Entity> {
    Entity::find()
        .filter(lacks_workbook(now))
        .order_by_asc(Column::Id)
}

impl Model {
    /// Whether nobody tries any more to make the workbook that goes back.
    #[must_use]
    pub fn is_without_workbook(&self) -> bool {
        let waits = [ImportState::Review, ImportState::Committed].contains(&self.state);
        let tried = self.kind != Some(ImportKind::Registrations) && self.faults >= WORKBOOK_TRIES;
        waits && tried && self.problems_file.is_none()
    }
}

/// The surveys of one owner that were committed from a file with these bytes, newest first.
#[must_use]
pub fn committed_from(
    owner: (Option<PlatformId>, Option<OfficeId>),
    sha256: &str,
) -> Select<Entity> {
    owned_by(owner.0, owner.1)
        .filter(Column::Sha256.eq(sha256))
        .filter(Column::State.eq(ImportState::Committed))
        .order_by_desc(Column::Id)
        .limit(1)
}

/// Nobody is at it, or whoever was has been silent for too long.
#[must_use]
pub fn unclaimed(now: DateTimeUtc) -> Condition {
    Condition::any()
        .add(Column::LeaseUntil.is_null())
        .add(Column::LeaseUntil.lte(now))
}

/// One import for the house's own jobs, without sight.
#[must_use]
pub fn for_job(id: ImportId) -> Select<Entity> {
    Entity::find_by_id(id)
}

/// The imports that read these files, for the house's own jobs.
#[must_use]
pub fn reading(files: impl IntoIterator<Item = FileId>) -> Select<Entity> {
    Entity::find().filter(Column::FileId.is_in(files))
}
