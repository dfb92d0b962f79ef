//! The words: views over records, inputs, resolvers. Nothing here names the database; deeds are asked of the registry.

pub mod agency;
pub mod audit;
pub mod blacklist;
pub mod client;
pub mod closing;
pub mod correction;
pub mod disposition;
pub mod document;
pub mod due;
pub mod enums;
pub mod import;
pub mod import_row;
pub mod line;
pub mod list;
pub mod live;
pub mod live_session;
pub mod loaders;
pub mod merchant;
pub mod node;
pub mod office;
pub mod operator;
pub mod page;
pub mod party;
pub mod party_link;
mod patch;
pub mod permit;
pub mod platform;
pub mod presenter;
pub mod problem;
pub mod registration;
pub mod reveal;
pub mod room_profile;
pub mod scalars;
pub mod screening;
pub mod streamer;
pub mod submission;
pub mod survey;
pub mod training;
pub mod verification;
mod view;

use std::sync::Arc;

use async_graphql::{Context, EmptySubscription, ErrorExtensions as _, ID, MergedObject, Schema};
use uuid::Uuid;

use crate::app::App;
use crate::auth::Caller;
use crate::error::Error;
use problem::Telling;

/// 查询。
#[derive(Default, MergedObject)]
#[graphql(name = "Query")]
pub struct QueryRoot(
    node::NodeQuery,
    office::OfficeQuery,
    party::PartyQuery,
    operator::OperatorQuery,
    streamer::StreamerQuery,
    agency::AgencyQuery,
    merchant::MerchantQuery,
    registration::RegistrationQuery,
    submission::SubmissionQuery,
    due::DueQuery,
    disposition::DispositionQuery,
    disposition::DemandQuery,
    import::ImportQuery,
    audit::AuditQuery,
    blacklist::BlacklistQuery,
    blacklist::BlacklistStatusQuery,
    live::LiveQuery,
    live_session::LiveSessionQuery,
    screening::ScreeningQuery,
    blacklist::EvasionLeadQuery,
    survey::SurveyQuery,
);

/// 变更。
#[derive(Default, MergedObject)]
#[graphql(name = "Mutation")]
pub struct MutationRoot(
    platform::PlatformMutation,
    operator::OperatorMutation,
    streamer::StreamerMutation,
    agency::AgencyMutation,
    merchant::MerchantMutation,
    closing::ClosingMutation,
    correction::CorrectionMutation,
    party_link::PartyLinkMutation,
    verification::VerificationMutation,
    training::TrainingMutation,
    live_session::LiveSessionMutation,
    live::LiveMutation,
    submission::SubmissionMutation,
    disposition::DispositionMutation,
    import::ImportMutation,
    survey::SurveyMutation,
    document::DocumentMutation,
    reveal::RevealMutation,
    blacklist::BlacklistMutation,
    blacklist::MatchMutation,
    screening::ScreeningMutation,
    blacklist::EvasionLeadMutation,
    client::ClientMutation,
);

/// The schema of the service.
pub type MingluSchema = Schema<QueryRoot, MutationRoot, EmptySubscription>;

/// Builds the schema over an app, with its own limit on depth; what nested pages may come to is bounded before it.
#[must_use]
pub fn schema(app: Arc<App>) -> MingluSchema {
    let builder = Schema::build(
        QueryRoot::default(),
        MutationRoot::default(),
        EmptySubscription,
    )
    .limit_depth(app.settings.limits.depth)
    .disable_suggestions();
    types(builder).data(app).finish()
}

/// The schema's text, which needs no running service.
#[must_use]
pub fn sdl() -> String {
    let builder = Schema::build(
        QueryRoot::default(),
        MutationRoot::default(),
        EmptySubscription,
    );
    let options = async_graphql::SDLExportOptions::new()
        .sorted_fields()
        .sorted_enum_items()
        .sorted_arguments();
    types(builder).finish().sdl_with_options(options)
}

/// Types that no field returns.
fn types(
    builder: async_graphql::SchemaBuilder<QueryRoot, MutationRoot, EmptySubscription>,
) -> async_graphql::SchemaBuilder<QueryRoot, MutationRoot, EmptySubscription> {
    builder.register_output_type::<problem::MutationPayload>()
}

/// The app of a request.
pub(crate) fn app<'a>(ctx: &Context<'a>) -> &'a Arc<App> {
    ctx.data_unchecked::<Arc<App>>()
}

/// The caller of a request; the handler lets nobody through without one.
pub(crate) fn caller<'a>(ctx: &Context<'a>) -> &'a Caller {
    ctx.data_unchecked::<Arc<Caller>>()
}

/// How problems are told to this caller.
pub(crate) fn telling(ctx: &Context<'_>) -> Telling {
    Telling {
        lang: caller(ctx).lang,
        edition: app(ctx).edition_id(),
    }
}

/// Tells an error with its code; the cause of a fault goes to the log only.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it ends every error's way, from `map_err`"
)]
pub(crate) fn told(ctx: &Context<'_>, error: Error) -> async_graphql::Error {
    error.log();
    if matches!(error, Error::Forbidden(_)) {
        caller(ctx).was_forbidden(ctx.field().name());
    }
    let lang = caller(ctx).lang;
    let message = async_graphql::Error::new(error.message(lang));
    message.extend_with(|_, extensions| {
        extensions.set("code", error.code());
        if let Some(seconds) = error.retry_after() {
            extensions.set("retryAfter", seconds);
        }
    })
}

/// An id as the database has it; what cannot be one answers as an absent one does.
pub(crate) fn id<T: From<Uuid>>(id: &ID) -> Option<T> {
    // Only the canonical form: the same record must not answer under several spellings.
    let parsed = id.as_str().parse::<Uuid>().ok()?;
    (parsed.to_string() == id.as_str()).then(|| parsed.into())
}
