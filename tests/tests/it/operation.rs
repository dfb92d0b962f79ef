//! Who may do what: every operation of the schema has a row here with the scope it needs and the actors it lets in;
//! everybody else is refused as FORBIDDEN. A new operation without a row fails.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use api::scope::SCOPES;
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::operator::on_both;
use crate::schema;

/// Every actor of the world; each operation lets in some of them.
const EVERYBODY: &str =
    "security system auditor national zhejiang guangdong cyberspace ningbo xihu xihu-live";
const READERS: &str = "national zhejiang guangdong cyberspace ningbo xihu xihu-live";
const WRITERS: &str = "national zhejiang guangdong ningbo xihu xihu-live";

/// Market offices that may register.
const MARKET: &str = "national zhejiang guangdong ningbo xihu";

/// Offices of both branches.
const READERS_OF_OFFICES: &str = "national zhejiang guangdong cyberspace ningbo xihu";

struct Operation {
    name: &'static str,
    /// The scope without which nobody gets in; none where the sight alone decides what is answered.
    scope: Option<&'static str>,
    /// Those of the actors who get in: some operations want a certain office or role besides the scope.
    may: &'static str,
    /// A harmless request that reaches the check: what it names does not exist.
    ask: &'static str,
}

const fn operation(
    name: &'static str,
    scope: Option<&'static str>,
    may: &'static str,
    ask: &'static str,
) -> Operation {
    Operation {
        name,
        scope,
        may,
        ask,
    }
}

const OPERATIONS: &[Operation] = &[
    operation("me", None, EVERYBODY, "{ me { role } }"),
    operation("node", None, EVERYBODY, "{ node(id: $nil) { id } }"),
    operation("submission", None, EVERYBODY, "{ submission(id: $nil) { id } }"),
    operation("submissions", None, EVERYBODY, "{ submissions { totalCount } }"),
    operation("due", None, EVERYBODY, "{ due { totalCount } }"),
    operation("importJob", None, EVERYBODY, "{ importJob(id: $nil) { id } }"),
    operation("liveSessions", Some("registry:read"), READERS, "{ liveSessions { totalCount } }"),
    operation("livePolicy", Some("registry:read"), READERS, "{ livePolicy { own } }"),
    operation("importJobs", None, EVERYBODY, "{ importJobs { totalCount } }"),
    operation(
        "importRegistrations",
        Some("registry:write"),
        "xihu-live",
        "mutation { importRegistrations(input: { file: $nil, kind: OPERATOR }) { problems { code } } }",
    ),
    operation(
        "cancelImport",
        Some("registry:write"),
        WRITERS,
        "mutation { cancelImport(input: { job: $nil }) { problems { code } } }",
    ),
    operation(
        "importSurvey",
        Some("registry:write"),
        WRITERS,
        "mutation { importSurvey(input: { file: $nil }) { problems { code } } }",
    ),
    operation(
        "mapImport",
        Some("registry:write"),
        WRITERS,
        "mutation { mapImport(input: { job: $nil, columns: [] }) { problems { code } } }",
    ),
    operation(
        "commitImport",
        Some("registry:write"),
        WRITERS,
        "mutation { commitImport(input: { job: $nil }) { problems { code } } }",
    ),
    operation(
        "undoImport",
        Some("registry:write"),
        WRITERS,
        "mutation { undoImport(input: { job: $nil }) { problems { code } } }",
    ),
    operation(
        "joinPlatform",
        Some("registry:write"),
        MARKET,
        "mutation { joinPlatform(input: { surveyed: $nil, tenant: $nil }) { problems { code } } }",
    ),
    operation("surveyDifferences", Some("registry:read"), READERS, "{ surveyDifferences { totalCount } }"),
    operation("surveyedPlatforms", Some("registry:read"), READERS, "{ surveyedPlatforms { edges { cursor } } }"),
    operation("party", Some("registry:read"), READERS, "{ party(ref: { party: $nil }) { id } }"),
    operation("operator", Some("registry:read"), READERS, "{ operator(id: $nil) { id } }"),
    operation("operators", Some("registry:read"), READERS, "{ operators { totalCount } }"),
    operation("streamer", Some("registry:read"), READERS, "{ streamer(id: $nil) { id } }"),
    operation("streamers", Some("registry:read"), READERS, "{ streamers { totalCount } }"),
    operation("agency", Some("registry:read"), READERS, "{ agency(id: $nil) { id } }"),
    operation("agencies", Some("registry:read"), READERS, "{ agencies { totalCount } }"),
    operation("merchant", Some("registry:read"), READERS, "{ merchant(id: $nil) { id } }"),
    operation("merchants", Some("registry:read"), READERS, "{ merchants { totalCount } }"),
    operation("registrations", Some("registry:read"), READERS, "{ registrations { totalCount } }"),
    operation(
        "blacklistEntries",
        Some("blacklist:read"),
        READERS,
        "{ blacklistEntries { pageInfo { hasNextPage } } }",
    ),
    operation(
        "blacklistStatus",
        Some("blacklist:read"),
        READERS,
        "{ blacklistStatus(items: [{ subject: { name: \"欧阳晓彤\" } }]) { listVersion } }",
    ),
    operation(
        "listOnBlacklist",
        Some("blacklist:write"),
        "xihu-live",
        "mutation { listOnBlacklist(input: { subject: { party: $nil }, name: \"试\", role: OPERATOR, facts: \"试\",
           reason: \"试\", legalBasis: { instrument: \"试\", level: LAW, article: \"试\" }, validUntil: \"2027-01-01\",
           appealChannel: \"试\", evidence: [] }) { problems { code } } }",
    ),
    operation(
        "appealBlacklisting",
        Some("blacklist:write"),
        "xihu-live",
        "mutation { appealBlacklisting(input: { entry: $nil, grounds: \"试\", evidence: [] }) { problems { code } } }",
    ),
    operation(
        "decideBlacklistAppeal",
        Some("blacklist:write"),
        "xihu-live",
        "mutation { decideBlacklistAppeal(input: { appeal: $nil, decision: UPHELD, reasons: \"试\" }) { problems { code } } }",
    ),
    operation(
        "removeFromBlacklist",
        Some("blacklist:write"),
        "xihu-live",
        "mutation { removeFromBlacklist(input: { entry: $nil, reasons: \"试\" }) { problems { code } } }",
    ),
    operation(
        "judgeMatch",
        Some("blacklist:write"),
        WRITERS,
        "mutation { judgeMatch(input: { name: \"欧阳晓彤\", entry: $nil, verdict: SAME, reason: \"试\" })
           { problems { code } } }",
    ),
    operation(
        "screening",
        Some("blacklist:read"),
        READERS,
        "{ screening(id: $nil) { id } }",
    ),
    operation(
        "screenings",
        Some("blacklist:read"),
        READERS,
        "{ screenings { pageInfo { hasNextPage } } }",
    ),
    operation(
        "screenFile",
        Some("blacklist:read"),
        READERS,
        "mutation { screenFile(input: { file: $nil }) { problems { code } } }",
    ),
    operation(
        "cancelScreening",
        Some("blacklist:read"),
        READERS,
        "mutation { cancelScreening(input: { screening: $nil }) { problems { code } } }",
    ),
    operation(
        "dispositions",
        Some("registry:read"),
        READERS,
        "{ dispositions { totalCount } }",
    ),
    operation(
        "dispositionDemands",
        Some("registry:read"),
        READERS,
        "{ dispositionDemands { totalCount } }",
    ),
    operation(
        "imposeDisposition",
        Some("disposition:impose"),
        "xihu-live",
        "mutation { imposeDisposition(input: { registration: $nil, kind: WARNING, facts: \"试\", rule: \"试\" })
           { problems { code } } }",
    ),
    operation(
        "liftDisposition",
        Some("disposition:impose"),
        "xihu-live",
        "mutation { liftDisposition(input: { disposition: $nil, reason: \"试\" }) { problems { code } } }",
    ),
    operation(
        "sendDispositionReports",
        Some("disposition:impose"),
        "xihu-live",
        "mutation { sendDispositionReports(input: { disposition: $nil }) { problems { code } } }",
    ),
    operation(
        "receiveDispositionReport",
        Some("disposition:demand"),
        READERS_OF_OFFICES,
        "mutation { receiveDispositionReport(input: { report: $nil }) { problems { code } } }",
    ),
    operation(
        "demandDisposition",
        Some("disposition:demand"),
        READERS_OF_OFFICES,
        "mutation { demandDisposition(input: { subject: { registration: $nil }, kinds: [WARNING], dueOn: \"2027-01-01\",
           facts: \"试\" }) { problems { code } } }",
    ),
    operation(
        "answerDispositionDemand",
        Some("disposition:impose"),
        "xihu-live",
        "mutation { answerDispositionDemand(input: { demand: $nil, answer: \"试\" }) { problems { code } } }",
    ),
    operation(
        "auditEvents",
        Some("audit:read"),
        "auditor zhejiang ningbo",
        "{ auditEvents(first: 1) { pageInfo { hasNextPage } } }",
    ),
    operation(
        "registerOperators",
        Some("registry:write"),
        WRITERS,
        "mutation { registerOperators(input: { items: [{ identity: { kind: USCC, number: \"1\" } }] }) { processed } }",
    ),
    operation(
        "registerStreamers",
        Some("registry:write"),
        WRITERS,
        "mutation { registerStreamers(input: { items: [{ identity: { kind: USCC, number: \"1\" } }] }) { processed } }",
    ),
    operation(
        "registerAgencies",
        Some("registry:write"),
        WRITERS,
        "mutation { registerAgencies(input: { items: [{ identity: { kind: USCC, number: \"1\" } }] }) { processed } }",
    ),
    operation(
        "registerMerchants",
        Some("registry:write"),
        WRITERS,
        "mutation { registerMerchants(input: { items: [{ identity: { kind: USCC, number: \"1\" } }] }) { processed } }",
    ),
    operation(
        "confirmVerification",
        Some("registry:write"),
        WRITERS,
        "mutation { confirmVerification(input: { items: [{ registration: $nil,
           verification: { at: \"2026-11-01T00:00:00+08:00\", method: \"试\" } }] }) { processed } }",
    ),
    operation(
        "recordTraining",
        Some("registry:write"),
        WRITERS,
        "mutation { recordTraining(input: { items: [{ registration: $nil, on: \"2026-12-01\", outcome: PASSED }] })
           { processed } }",
    ),
    operation(
        "reportLiveSession",
        Some("registry:write"),
        WRITERS,
        "mutation { reportLiveSession(input: { account: \"none\", streamers: [], startsAt: \"2026-12-01T20:00:00+08:00\" })
           { problems { code } } }",
    ),
    operation(
        "clearForLive",
        Some("registry:read"),
        READERS,
        "mutation { clearForLive(input: { account: \"none\", streamers: [] }) { problems { code } } }",
    ),
    operation(
        "setLivePolicy",
        Some("registry:write"),
        WRITERS,
        "mutation { setLivePolicy(input: { platform: $nil, failedTraining: WARN }) { problems { code } } }",
    ),
    operation(
        "closeRegistrations",
        Some("registry:write"),
        WRITERS,
        "mutation { closeRegistrations(input: { items: [{ registration: $nil, on: \"2026-12-01\", reason: MISTAKE }] })
           { processed } }",
    ),
    operation(
        "correctIdentity",
        Some("registry:write"),
        WRITERS,
        "mutation { correctIdentity(input: { registration: $nil, to: { kind: USCC, number: \"1\" }, reason: \"试\",
           evidence: [] }) { problems { code } } }",
    ),
    operation(
        "reveal",
        Some("pii:reveal"),
        WRITERS,
        "mutation { reveal(input: { registrations: [$nil], purpose: \"试\" }) { problems { code } } }",
    ),
    operation(
        "confirmPartyLink",
        Some("registry:write"),
        WRITERS,
        "mutation { confirmPartyLink(input: { kind: SAME_PERSON, party: { party: $nil }, other: { registration: $nil },
           reason: \"试\" }) { problems { code } } }",
    ),
    operation(
        "undoPartyLink",
        Some("registry:write"),
        WRITERS,
        "mutation { undoPartyLink(input: { confirmation: $nil, reason: \"试\" }) { problems { code } } }",
    ),
    operation(
        "registerPlatform",
        Some("platform:register"),
        "system national zhejiang guangdong",
        "mutation { registerPlatform(input: { name: \"试\", platformName: \"试\", phone: \"1\", url: \"x\",
           identity: { kind: USCC, number: \"1\" }, domicile: { text: \"试\" } }) { problems { code } } }",
    ),
    operation(
        "prepareSubmission",
        Some("submission:prepare"),
        "xihu-live",
        "mutation { prepareSubmission(input: { window: \"1999-01\" }) { problems { code } } }",
    ),
    operation(
        "fileSubmission",
        Some("submission:file"),
        "xihu-live",
        "mutation { fileSubmission(input: { submission: $nil }) { problems { code } } }",
    ),
    operation(
        "withdrawSubmission",
        Some("submission:file"),
        "xihu-live",
        "mutation { withdrawSubmission(input: { submission: $nil }) { problems { code } } }",
    ),
    operation(
        "acceptSubmission",
        Some("submission:review"),
        "zhejiang guangdong",
        "mutation { acceptSubmission(input: { submission: $nil }) { problems { code } } }",
    ),
    operation(
        "returnSubmission",
        Some("submission:review"),
        "zhejiang guangdong",
        "mutation { returnSubmission(input: { submission: $nil, reasons: [{ sheet: \"试\", message: \"试\" }] })
           { problems { code } } }",
    ),
    operation(
        "createDownloadLink",
        Some("file:download"),
        "national zhejiang guangdong cyberspace xihu-live",
        "mutation { createDownloadLink(input: { file: $nil, purpose: \"试\" }) { problems { code } } }",
    ),
    operation(
        "grantClient",
        Some("client:grant"),
        "security",
        "mutation { grantClient(input: { name: \"试\", role: AUDITOR, scopes: [\"no:such\"], contact: \"试\",
           validUntil: \"2027-01-01\" }) { problems { code } } }",
    ),
    operation(
        "revokeClient",
        Some("client:grant"),
        "security",
        "mutation { revokeClient(input: { client: $nil, reason: MISTAKE }) { problems { code } } }",
    ),
    operation(
        "evasionLeads",
        Some("blacklist:read"),
        READERS,
        "{ evasionLeads { pageInfo { hasNextPage } } }",
    ),
    operation(
        "decideEvasionLead",
        Some("blacklist:write"),
        "xihu-live",
        "mutation { decideEvasionLead(input: { lead: $nil, decision: CONFIRMED, reason: \"试\" }) { problems { code } } }",
    ),
];

/// An actor who gets in, a platform before all others.
pub(crate) fn first_who_may(name: &str) -> &'static str {
    let row = OPERATIONS.iter().find(|operation| operation.name == name);
    let may = row.expect("a row").may;
    let mut all = may.split(' ');
    let platform = all.clone().find(|actor| *actor == "xihu-live");
    platform.or_else(|| all.next()).expect("somebody")
}

#[test]
fn every_operation_has_a_row() {
    let rows: BTreeSet<String> = OPERATIONS
        .iter()
        .map(|operation| operation.name.to_owned())
        .collect();
    assert_eq!(rows.len(), OPERATIONS.len(), "a row is there twice");
    assert_eq!(rows, schema::operations());
}

#[test]
fn rows_name_scopes_that_exist() {
    for operation in OPERATIONS {
        let known = |scope: &str| SCOPES.iter().any(|rule| rule.name == scope);
        assert!(operation.scope.is_none_or(known), "{}", operation.name);
        assert!(
            operation.ask.contains(operation.name),
            "{} is not what it asks",
            operation.name
        );
    }
}

/// The codes of an answer's errors.
async fn refusals(actor: &Actor, operation: &Operation) -> Vec<String> {
    let nil = "\"00000000-0000-0000-0000-000000000000\"";
    let answer = actor
        .ask(&operation.ask.replace("$nil", nil), json!({}))
        .await;
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    errors
        .iter()
        .map(|error| {
            error["extensions"]["code"]
                .as_str()
                .unwrap_or("none")
                .to_owned()
        })
        .collect()
}

on_both! {
    async fn operations_let_in_whom_the_table_says_and_nobody_else(app: TestApp) {
        let mut wrong = String::new();
        for name in EVERYBODY.split(' ') {
            let actor = app.actor(name).await;
            let me = actor.data("{ me { scopes } }", json!({})).await;
            let held = |scope: &str| me["me"]["scopes"].as_array().is_some_and(|all| all.contains(&Value::from(scope)));
            for operation in OPERATIONS {
                let may = operation.may.split(' ').any(|each| each == name);
                assert!(!may || operation.scope.is_none_or(held), "{name} of the world cannot {}", operation.name);
                let expected: &[&str] = if may { &[] } else { &["FORBIDDEN"] };
                let codes = refusals(&actor, operation).await;
                if codes != expected {
                    let _ = writeln!(wrong, "{name} asks {}: {codes:?} instead of {expected:?}", operation.name);
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong}");
    }
}
