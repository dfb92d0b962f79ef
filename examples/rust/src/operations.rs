//! The typed operations: each is generated from `journey.graphql` and `schema.graphql` while this crate is built, so that
//! a change of the interface that matters here stops the build.

use graphql_client::GraphQLQuery;

type ByteCount = u64;
type Date = String;
type DateTime = String;
type SubmissionWindow = String;

/// One operation of `journey.graphql`.
macro_rules! operation {
    ($(#[doc = $doc:literal])+ $name:ident) => {
        $(#[doc = $doc])+
        #[derive(GraphQLQuery)]
        #[graphql(
            schema_path = "../../schema.graphql",
            query_path = "../journey.graphql",
            variables_derives = "Clone, Debug, Deserialize",
            response_derives = "Clone, Debug, PartialEq",
            skip_serializing_none
        )]
        pub(crate) struct $name;
    };
}

operation! {
    /// Whom the token stands for.
    WhoAmI
}
operation! {
    /// Registers or updates agencies, operators and streamers.
    Register
}
operation! {
    /// Freezes what is registered and has workbooks written.
    PrepareSubmission
}
operation! {
    /// How far a submission is, and its files.
    Submission
}
operation! {
    /// Files a submission that is ready.
    FileSubmission
}
