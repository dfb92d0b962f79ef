//! A foreign id answers exactly as an absent one: the same status, the same bytes but for the request's id, and the same
//! statements, so that nothing tells whether somebody else holds a record. Every argument that takes an id has a row here;
//! the arguments are taken from the schema, so that a new one without a row fails.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use async_graphql_parser::parse_schema;
use async_graphql_parser::types::{
    InputValueDefinition, ServiceDocument, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use reqwest::Method;
use serde_json::json;
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::matrix::cast::Scene;
use crate::operator::on_both;

/// Another platform, which is let in wherever a platform is.
const OTHER: &str = "platform, other";
/// An office of another province, which is let in wherever a province is.
const AWAY: &str = "other province";

/// An office of the platform's own county.
const COUNTY: &str = "county";

/// An argument by its path, who asks, what is foreign to whoever asks, and the request, where the id is `$id`.
type Row = (&'static str, &'static str, &'static str, &'static str);

const BATCH: &str = "{ processed results { outcome problems { code path message } } problems { code path message } }";
const PAYLOAD: &str = "{ problems { code path message } }";

#[rustfmt::skip] // A table.
const ROWS: &[Row] = &[
    ("node.id", OTHER, "$operator", "{ node(id: $id) { id } }"),
    ("node.id", OTHER, "$streamer", "{ node(id: $id) { id } }"),
    ("node.id", AWAY, "$agency", "{ node(id: $id) { id } }"),
    ("node.id", AWAY, "$merchant", "{ node(id: $id) { id } }"),
    ("node.id", AWAY, "$party", "{ node(id: $id) { id } }"),
    ("node.id", AWAY, "$submission", "{ node(id: $id) { id } }"),
    ("node.id", OTHER, "$submission", "{ node(id: $id) { id } }"),
    ("node.id", OTHER, "$job", "{ node(id: $id) { id } }"),
    ("node.id", OTHER, "$upload", "{ node(id: $id) { id } }"),
    ("node.id", AWAY, "$workbook", "{ node(id: $id) { id } }"),
    ("node.id", OTHER, "$entry", "{ node(id: $id) { id } }"),
    ("node.id", AWAY, "$entry", "{ node(id: $id) { id } }"),
    ("node.id", OTHER, "$appeal", "{ node(id: $id) { id } }"),
    ("node.id", OTHER, "$contested", "{ node(id: $id) { id } }"),
    ("node.id", AWAY, "$contested", "{ node(id: $id) { id } }"),
    ("node.id", OTHER, "$letter", "{ node(id: $id) { id } }"),
    ("node.id", AWAY, "$told", "{ node(id: $id) { id } }"),
    ("operator.id", OTHER, "$operator", "{ operator(id: $id) { id history { totalCount } } }"),
    ("operator.id", AWAY, "$operator", "{ operator(id: $id) { id history { totalCount } } }"),
    ("streamer.id", OTHER, "$streamer", "{ streamer(id: $id) { id } }"),
    ("agency.id", OTHER, "$agency", "{ agency(id: $id) { id } }"),
    ("merchant.id", OTHER, "$merchant", "{ merchant(id: $id) { id } }"),
    ("party.ref.registration", OTHER, "$operator", "{ party(ref: { registration: $id }) { id } }"),
    ("party.ref.registration", AWAY, "$operator", "{ party(ref: { registration: $id }) { id } }"),
    ("party.ref.party", OTHER, "$party", "{ party(ref: { party: $id }) { id } }"),
    ("submission.id", OTHER, "$submission", "{ submission(id: $id) { id } }"),
    ("submission.id", AWAY, "$submission", "{ submission(id: $id) { id } }"),
    ("importJob.id", OTHER, "$job", "{ importJob(id: $id) { id } }"),
    ("auditEvents.filter.client", AWAY, "$client", "{ auditEvents(first: 5, filter: { client: $id }) { edges { node { id } } } }"),
    ("auditEvents.filter.office", AWAY, "$office", "{ auditEvents(first: 5, filter: { office: $id }) { edges { node { id } } } }"),
    ("auditEvents.filter.party", AWAY, "$party", "{ auditEvents(first: 5, filter: { party: $id }) { edges { node { operation } } } }"),
    ("operators.filter.agency", OTHER, "$agency", "{ operators(filter: { agency: $id }) { totalCount edges { node { id } } } }"),
    ("streamers.filter.agency", OTHER, "$agency", "{ streamers(filter: { agency: $id }) { totalCount edges { node { id } } } }"),
    ("agencies.filter.agency", OTHER, "$agency", "{ agencies(filter: { agency: $id }) { totalCount edges { node { id } } } }"),
    ("merchants.filter.agency", OTHER, "$agency", "{ merchants(filter: { agency: $id }) { totalCount edges { node { id } } } }"),
    ("registrations.filter.agency", OTHER, "$agency", "{ registrations(filter: { agency: $id }) { totalCount edges { node { id } } } }"),
    ("operators.filter.platform", OTHER, "$platform", "{ operators(filter: { platform: $id }) { totalCount edges { node { id } } } }"),
    ("streamers.filter.platform", OTHER, "$platform", "{ streamers(filter: { platform: $id }) { totalCount edges { node { id } } } }"),
    ("agencies.filter.platform", OTHER, "$platform", "{ agencies(filter: { platform: $id }) { totalCount edges { node { id } } } }"),
    ("merchants.filter.platform", AWAY, "$platform", "{ merchants(filter: { platform: $id }) { totalCount edges { node { id } } } }"),
    ("registrations.filter.platform", AWAY, "$platform", "{ registrations(filter: { platform: $id }) { totalCount edges { node { id } } } }"),
    ("submissions.filter.platform", OTHER, "$platform", "{ submissions(filter: { platform: $id }) { totalCount edges { node { id } } } }"),
    ("submissions.filter.platform", AWAY, "$platform", "{ submissions(filter: { platform: $id }) { totalCount edges { node { id } } } }"),
    ("registerOperators.input.platform", OTHER, "$platform", "mutation { registerOperators(input: { platform: $id, items: [{ identity: { kind: USCC, number: $code } }] }) BATCH }"),
    ("registerOperators.input.platform", AWAY, "$platform", "mutation { registerOperators(input: { platform: $id, items: [{ identity: { kind: USCC, number: $code } }] }) BATCH }"),
    ("registerStreamers.input.platform", OTHER, "$platform", "mutation { registerStreamers(input: { platform: $id, items: [{ identity: { kind: USCC, number: $code } }] }) BATCH }"),
    ("registerAgencies.input.platform", OTHER, "$platform", "mutation { registerAgencies(input: { platform: $id, items: [{ identity: { kind: USCC, number: $code } }] }) BATCH }"),
    ("registerMerchants.input.platform", OTHER, "$platform", "mutation { registerMerchants(input: { platform: $id, items: [{ identity: { kind: USCC, number: $code } }] }) BATCH }"),
    ("registerOperators.input.items.verification.evidence", OTHER, "$upload", "mutation { registerOperators(input: { items: [{ externalId: \"e-1\", identity: { kind: USCC, number: $code }, verification: VERIFIED }] }) BATCH }"),
    ("registerStreamers.input.items.verification.evidence", OTHER, "$upload", "mutation { registerStreamers(input: { items: [{ identity: { kind: RESIDENT_ID, number: $streams }, verification: VERIFIED }] }) BATCH }"),
    ("registerAgencies.input.items.verification.evidence", OTHER, "$upload", "mutation { registerAgencies(input: { items: [{ identity: { kind: USCC, number: $code }, verification: VERIFIED }] }) BATCH }"),
    ("registerMerchants.input.items.verification.evidence", OTHER, "$upload", "mutation { registerMerchants(input: { items: [{ identity: { kind: USCC, number: $code }, verification: VERIFIED }] }) BATCH }"),
    ("registerOperators.input.items.guardianConsent.evidence", OTHER, "$upload", "mutation { registerOperators(input: { items: [{ identity: { kind: RESIDENT_ID, number: $streams }, guardianConsent: CONSENT }] }) BATCH }"),
    ("registerStreamers.input.items.guardianConsent.evidence", OTHER, "$upload", "mutation { registerStreamers(input: { items: [{ identity: { kind: RESIDENT_ID, number: $streams }, guardianConsent: CONSENT }] }) BATCH }"),
    ("confirmVerification.input.items.registration", OTHER, "$operator", "mutation { confirmVerification(input: { items: [{ registration: $id, verification: { at: \"2026-12-01T00:00:00+08:00\", method: \"试\" } }] }) BATCH }"),
    ("confirmVerification.input.items.registration", AWAY, "$operator", "mutation { confirmVerification(input: { items: [{ registration: $id, verification: { at: \"2026-12-01T00:00:00+08:00\", method: \"试\" } }] }) BATCH }"),
    ("confirmVerification.input.items.verification.evidence", OTHER, "$upload", "mutation { confirmVerification(input: { items: [{ registration: $theirs, verification: VERIFIED }] }) BATCH }"),
    ("recordTraining.input.items.registration", OTHER, "$streamer", "mutation { recordTraining(input: { items: [{ registration: $id, on: \"2026-12-01\", outcome: PASSED }] }) BATCH }"),
    ("recordTraining.input.items.registration", AWAY, "$streamer", "mutation { recordTraining(input: { items: [{ registration: $id, on: \"2026-12-01\", outcome: PASSED }] }) BATCH }"),
    ("recordTraining.input.items.evidence", OTHER, "$upload", "mutation { recordTraining(input: { items: [{ registration: $theirs, on: \"2026-12-01\", outcome: PASSED, evidence: $id }] }) BATCH }"),
    ("reportLiveSession.input.platform", OTHER, "$platform", "mutation { reportLiveSession(input: { platform: $id, account: \"acct-50\", streamers: [{ registration: $theirs }], startsAt: SOON }) PAYLOAD }"),
    ("reportLiveSession.input.operator.registration", OTHER, "$operator", "mutation { reportLiveSession(input: { account: \"acct-50\", operator: { registration: $id }, streamers: [{ registration: $theirs }], startsAt: SOON }) PAYLOAD }"),
    ("reportLiveSession.input.operator.party", OTHER, "$party", "mutation { reportLiveSession(input: { account: \"acct-50\", operator: { party: $id }, streamers: [{ registration: $theirs }], startsAt: SOON }) PAYLOAD }"),
    ("reportLiveSession.input.streamers.registration", OTHER, "$streamer", "mutation { reportLiveSession(input: { account: \"acct-50\", streamers: [{ registration: $id }], startsAt: SOON }) PAYLOAD }"),
    ("reportLiveSession.input.streamers.party", OTHER, "$party", "mutation { reportLiveSession(input: { account: \"acct-50\", streamers: [{ party: $id }], startsAt: SOON }) PAYLOAD }"),
    ("reportLiveSession.input.presenters.responsibleOperator.registration", OTHER, "$operator", "mutation { reportLiveSession(input: { account: \"acct-50\", streamers: [{ registration: $theirs }], startsAt: SOON, presenters: [{ name: \"试\", responsibleOperator: { registration: $id } }] }) PAYLOAD }"),
    ("reportLiveSession.input.presenters.responsibleOperator.party", OTHER, "$party", "mutation { reportLiveSession(input: { account: \"acct-50\", streamers: [{ registration: $theirs }], startsAt: SOON, presenters: [{ name: \"试\", responsibleOperator: { party: $id } }] }) PAYLOAD }"),
    ("clearForLive.input.platform", OTHER, "$platform", "mutation { clearForLive(input: { platform: $id, account: \"acct-50\", streamers: [{ registration: $theirs }] }) PAYLOAD }"),
    ("clearForLive.input.platform", AWAY, "$platform", "mutation { clearForLive(input: { platform: $id, account: \"acct-50\", streamers: [{ registration: $theirs }] }) PAYLOAD }"),
    ("clearForLive.input.streamers.registration", OTHER, "$streamer", "mutation { clearForLive(input: { account: \"acct-50\", streamers: [{ registration: $id }] }) ANSWER }"),
    ("clearForLive.input.streamers.party", OTHER, "$party", "mutation { clearForLive(input: { account: \"acct-50\", streamers: [{ party: $id }] }) ANSWER }"),
    ("setLivePolicy.input.platform", OTHER, "$platform", "mutation { setLivePolicy(input: { platform: $id, failedTraining: DENY }) PAYLOAD }"),
    ("livePolicy.platform", OTHER, "$platform", "{ livePolicy(platform: $id) { own } }"),
    ("livePolicy.platform", AWAY, "$platform", "{ livePolicy(platform: $id) { own } }"),
    ("liveSessions.filter.platform", OTHER, "$platform", "{ liveSessions(filter: { platform: $id }) { totalCount edges { node { id } } } }"),
    ("liveSessions.filter.platform", AWAY, "$platform", "{ liveSessions(filter: { platform: $id }) { totalCount edges { node { id } } } }"),
    ("closeRegistrations.input.items.registration", OTHER, "$operator", "mutation { closeRegistrations(input: { items: [{ registration: $id, on: \"2026-12-01\", reason: MISTAKE }] }) BATCH }"),
    ("closeRegistrations.input.items.registration", AWAY, "$operator", "mutation { closeRegistrations(input: { items: [{ registration: $id, on: \"2026-12-01\", reason: MISTAKE }] }) BATCH }"),
    ("correctIdentity.input.registration", OTHER, "$operator", "mutation { correctIdentity(input: { registration: $id, to: { kind: USCC, number: $firm }, reason: \"试\", evidence: [] }) PAYLOAD }"),
    ("correctIdentity.input.evidence", OTHER, "$upload", "mutation { correctIdentity(input: { registration: $theirs, to: { kind: USCC, number: $firm }, reason: \"试\", evidence: [$id] }) PAYLOAD }"),
    ("confirmPartyLink.input.party.registration", OTHER, "$operator", "mutation { confirmPartyLink(input: { kind: SAME_PERSON, party: { registration: $id }, other: { registration: $theirs }, reason: \"试\" }) PAYLOAD }"),
    ("confirmPartyLink.input.party.party", OTHER, "$party", "mutation { confirmPartyLink(input: { kind: SAME_PERSON, party: { party: $id }, other: { registration: $theirs }, reason: \"试\" }) PAYLOAD }"),
    ("confirmPartyLink.input.other.registration", OTHER, "$operator", "mutation { confirmPartyLink(input: { kind: SAME_PERSON, party: { registration: $theirs }, other: { registration: $id }, reason: \"试\" }) PAYLOAD }"),
    ("confirmPartyLink.input.other.party", AWAY, "$party", "mutation { confirmPartyLink(input: { kind: SAME_PERSON, party: { party: $id }, other: { party: $id }, reason: \"试\" }) PAYLOAD }"),
    ("confirmPartyLink.input.evidence", OTHER, "$upload", "mutation { confirmPartyLink(input: { kind: SAME_PERSON, party: { registration: $theirs }, other: { registration: $second }, reason: \"试\", evidence: [$id] }) PAYLOAD }"),
    ("reveal.input.registrations", OTHER, "$operator", "mutation { reveal(input: { registrations: [$id], purpose: \"试\" }) PAYLOAD }"),
    ("reveal.input.registrations", AWAY, "$operator", "mutation { reveal(input: { registrations: [$id], purpose: \"试\" }) PAYLOAD }"),
    ("undoPartyLink.input.confirmation", OTHER, "$confirmation", "mutation { undoPartyLink(input: { confirmation: $id, reason: \"试\" }) PAYLOAD }"),
    ("undoPartyLink.input.confirmation", AWAY, "$confirmation", "mutation { undoPartyLink(input: { confirmation: $id, reason: \"试\" }) PAYLOAD }"),
    ("importRegistrations.input.file", OTHER, "$lines", "mutation { importRegistrations(input: { file: $id, kind: OPERATOR }) PAYLOAD }"),
    ("importRegistrations.input.platform", OTHER, "$platform", "mutation { importRegistrations(input: { file: $nil, kind: OPERATOR, platform: $id }) PAYLOAD }"),
    ("screening.id", OTHER, "$screening", "{ screening(id: $id) { id } }"),
    ("screenFile.input.file", OTHER, "$lines", "mutation { screenFile(input: { file: $id }) PAYLOAD }"),
    ("cancelScreening.input.screening", OTHER, "$screening", "mutation { cancelScreening(input: { screening: $id }) PAYLOAD }"),
    ("cancelImport.input.job", OTHER, "$job", "mutation { cancelImport(input: { job: $id }) PAYLOAD }"),
    ("cancelImport.input.job", AWAY, "$job", "mutation { cancelImport(input: { job: $id }) PAYLOAD }"),
    ("importSurvey.input.file", OTHER, "$lines", "mutation { importSurvey(input: { file: $id }) PAYLOAD }"),
    ("importSurvey.input.platform", OTHER, "$platform", "mutation { importSurvey(input: { file: $nil, platform: $id }) PAYLOAD }"),
    ("mapImport.input.job", OTHER, "$job", "mutation { mapImport(input: { job: $id, columns: [] }) PAYLOAD }"),
    ("commitImport.input.job", OTHER, "$job", "mutation { commitImport(input: { job: $id }) PAYLOAD }"),
    ("undoImport.input.job", OTHER, "$job", "mutation { undoImport(input: { job: $id }) PAYLOAD }"),
    ("joinPlatform.input.surveyed", AWAY, "$surveyed", "mutation { joinPlatform(input: { surveyed: $id, tenant: $nil }) PAYLOAD }"),
    ("joinPlatform.input.tenant", AWAY, "$job", "mutation { joinPlatform(input: { surveyed: $nil, tenant: $id }) PAYLOAD }"),
    ("prepareSubmission.input.platform", OTHER, "$platform", "mutation { prepareSubmission(input: { window: \"2027-01\", platform: $id }) PAYLOAD }"),
    ("fileSubmission.input.submission", OTHER, "$submission", "mutation { fileSubmission(input: { submission: $id }) PAYLOAD }"),
    ("withdrawSubmission.input.submission", OTHER, "$submission", "mutation { withdrawSubmission(input: { submission: $id }) PAYLOAD }"),
    ("acceptSubmission.input.submission", AWAY, "$submission", "mutation { acceptSubmission(input: { submission: $id }) PAYLOAD }"),
    ("returnSubmission.input.submission", AWAY, "$submission", "mutation { returnSubmission(input: { submission: $id, reasons: [{ sheet: \"试\", message: \"试\" }] }) PAYLOAD }"),
    ("blacklistEntries.filter.party", OTHER, "$listed", "{ blacklistEntries(filter: { party: $id }) { edges { node { id } } } }"),
    ("blacklistEntries.filter.party", AWAY, "$listed", "{ blacklistEntries(filter: { party: $id }) { edges { node { id } } } }"),
    // What a platform shares is no secret, so a day is asked about on which nothing was listed yet.
    ("blacklistEntries.filter.platform", OTHER, "$platform", "{ blacklistEntries(filter: { platform: $id, inForceOn: \"2020-01-01\" }) { edges { node { id } } } }"),
    ("blacklistStatus.items.subject.account.platform", OTHER, "$platform", "{ blacklistStatus(items: [{ subject: { account: { platform: $id, accountNumber: \"person-1\" } } }]) STATUS }"),
    ("blacklistStatus.items.subject.account.platform", AWAY, "$platform", "{ blacklistStatus(items: [{ subject: { account: { platform: $id, accountNumber: \"person-1\" } } }]) STATUS }"),
    ("listOnBlacklist.input.platform", OTHER, "$platform", "mutation { listOnBlacklist(input: { platform: $id, subject: { registration: $theirs }, LISTING, evidence: [] }) PAYLOAD }"),
    ("listOnBlacklist.input.subject.registration", OTHER, "$streamer", "mutation { listOnBlacklist(input: { subject: { registration: $id }, LISTING, evidence: [] }) PAYLOAD }"),
    ("listOnBlacklist.input.subject.party", OTHER, "$party", "mutation { listOnBlacklist(input: { subject: { party: $id }, LISTING, evidence: [] }) PAYLOAD }"),
    ("listOnBlacklist.input.subject.party", OTHER, "$listed", "mutation { listOnBlacklist(input: { subject: { party: $id }, LISTING, evidence: [] }) PAYLOAD }"),
    ("listOnBlacklist.input.evidence", OTHER, "$recording", "mutation { listOnBlacklist(input: { subject: { registration: $theirs }, evidence: [$id], LISTING }) PAYLOAD }"),
    ("appealBlacklisting.input.entry", OTHER, "$entry", "mutation { appealBlacklisting(input: { entry: $id, grounds: \"试\", evidence: [] }) PAYLOAD }"),
    ("appealBlacklisting.input.evidence", OTHER, "$recording", "mutation { appealBlacklisting(input: { entry: $elsewhere, grounds: \"试\", evidence: [$id] }) PAYLOAD }"),
    ("decideBlacklistAppeal.input.appeal", OTHER, "$appeal", "mutation { decideBlacklistAppeal(input: { appeal: $id, decision: UNDER_REVIEW, reasons: \"试\" }) PAYLOAD }"),
    ("decideBlacklistAppeal.input.appeal", OTHER, "$contested", "mutation { decideBlacklistAppeal(input: { appeal: $id, decision: REMOVED, reasons: \"试\" }) PAYLOAD }"),
    ("removeFromBlacklist.input.entry", OTHER, "$entry", "mutation { removeFromBlacklist(input: { entry: $id, reasons: \"试\" }) PAYLOAD }"),
    ("judgeMatch.input.entry", OTHER, "$entry", "mutation { judgeMatch(input: { name: \"诸葛晓红\", entry: $id, verdict: SAME, reason: \"试\" }) PAYLOAD }"),
    ("judgeMatch.input.entry", AWAY, "$entry", "mutation { judgeMatch(input: { name: \"诸葛晓红\", entry: $id, verdict: SAME, reason: \"试\" }) PAYLOAD }"),
    ("createDownloadLink.input.file", OTHER, "$letter", "mutation { createDownloadLink(input: { file: $id, purpose: \"试\" }) PAYLOAD }"),
    ("node.id", OTHER, "$measure", "{ node(id: $id) { id } }"),
    ("node.id", AWAY, "$measure", "{ node(id: $id) { id } }"),
    ("node.id", OTHER, "$demand", "{ node(id: $id) { id } }"),
    ("node.id", AWAY, "$demand", "{ node(id: $id) { id } }"),
    ("dispositions.filter.platform", OTHER, "$platform", "{ dispositions(filter: { platform: $id }) { totalCount edges { node { id } } } }"),
    ("dispositions.filter.platform", AWAY, "$platform", "{ dispositions(filter: { platform: $id }) { totalCount edges { node { id } } } }"),
    ("dispositions.filter.registration", OTHER, "$operator", "{ dispositions(filter: { registration: $id }) { totalCount edges { node { id } } } }"),
    ("dispositionDemands.filter.platform", OTHER, "$platform", "{ dispositionDemands(filter: { platform: $id }) { totalCount edges { node { id } } } }"),
    ("dispositionDemands.filter.platform", AWAY, "$platform", "{ dispositionDemands(filter: { platform: $id }) { totalCount edges { node { id } } } }"),
    ("imposeDisposition.input.registration", OTHER, "$operator", "mutation { imposeDisposition(input: { registration: $id, kind: WARNING, facts: \"试\", rule: \"试\" }) PAYLOAD }"),
    ("imposeDisposition.input.demand", OTHER, "$demand", "mutation { imposeDisposition(input: { registration: $theirs, kind: WARNING, facts: \"试\", rule: \"试\", demand: $id }) PAYLOAD }"),
    ("liftDisposition.input.disposition", OTHER, "$measure", "mutation { liftDisposition(input: { disposition: $id, reason: \"试\" }) PAYLOAD }"),
    ("sendDispositionReports.input.disposition", OTHER, "$measure", "mutation { sendDispositionReports(input: { disposition: $id }) PAYLOAD }"),
    ("receiveDispositionReport.input.report", AWAY, "$report", "mutation { receiveDispositionReport(input: { report: $id }) PAYLOAD }"),
    ("demandDisposition.input.subject.registration", AWAY, "$operator", "mutation { demandDisposition(input: { subject: { registration: $id }, kinds: [WARNING], dueOn: \"2027-02-01\", facts: \"试\" }) PAYLOAD }"),
    ("demandDisposition.input.subject.account.platform", AWAY, "$platform", "mutation { demandDisposition(input: { subject: { account: { platform: $id, accountNumber: \"person-1\" } }, kinds: [WARNING], dueOn: \"2027-02-01\", facts: \"试\" }) PAYLOAD }"),
    ("demandDisposition.input.evidence", COUNTY, "$upload", "mutation { demandDisposition(input: { subject: { registration: $operator }, kinds: [WARNING], dueOn: \"2027-02-01\", facts: \"试\", evidence: [$id] }) PAYLOAD }"),
    ("answerDispositionDemand.input.demand", OTHER, "$demand", "mutation { answerDispositionDemand(input: { demand: $id, answer: \"试\" }) PAYLOAD }"),
    ("answerDispositionDemand.input.dispositions", OTHER, "$measure", "mutation { answerDispositionDemand(input: { demand: $asked, answer: \"\", dispositions: [$id] }) PAYLOAD }"),
    ("answerDispositionDemand.input.evidence", OTHER, "$upload", "mutation { answerDispositionDemand(input: { demand: $asked, answer: \"\", evidence: [$id] }) PAYLOAD }"),
    ("createDownloadLink.input.file", OTHER, "$upload", "mutation { createDownloadLink(input: { file: $id, purpose: \"试\" }) PAYLOAD }"),
    ("createDownloadLink.input.file", AWAY, "$workbook", "mutation { createDownloadLink(input: { file: $id, purpose: \"试\" }) PAYLOAD }"),
    ("evasionLeads.filter.platform", OTHER, "$platform", "{ evasionLeads(filter: { platform: $id }) { edges { node { id } } } }"),
    ("evasionLeads.filter.platform", AWAY, "$platform", "{ evasionLeads(filter: { platform: $id }) { edges { node { id } } } }"),
    ("decideEvasionLead.input.lead", OTHER, "$lead", "mutation { decideEvasionLead(input: { lead: $id, decision: CONFIRMED, reason: \"试\" }) PAYLOAD }"),
];

/// Arguments to which nothing is foreign: SECURITY grants for every platform and office, and revokes anybody; no case is known
/// until cases are there.
const UNLIMITED: &[&str] = &[
    "grantClient.input.office",
    "grantClient.input.platform",
    "reveal.input.case",
    "revokeClient.input.client",
];

/// How an answer looks from outside, and what it took.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    status: u16,
    body: String,
    statements: Vec<String>,
}

/// A body without the ids that differ from one request to the next.
fn blanked(body: &str, id: &str) -> String {
    let body = body.replace(id, "ID");
    match body.split_once("\"requestId\":\"") {
        Some((before, rest)) => {
            let after = rest.split_once('"').map_or("", |(_, after)| after);
            format!("{before}{}", blanked(after, id))
        }
        None => body,
    }
}

async fn seen(app: &TestApp, request: reqwest::RequestBuilder, id: &str) -> Seen {
    let before = app.statements();
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let body = blanked(&answer.text().await.expect("text"), id);
    let statements = app.statements_since(before);
    Seen {
        status,
        body,
        statements,
    }
}

/// What stands for the short words of the table.
fn written(ask: &str) -> String {
    let verified = "{ at: \"2026-12-01T00:00:00+08:00\", method: \"试\", evidence: $id }";
    let consent = "{ givenOn: \"2026-11-01\", guardianName: \"试\", evidence: $id }";
    let listing = "name: \"诸葛小红\", role: STREAMER, facts: \"试\", reason: \"试\", validUntil: \"2027-12-01\", \
         appealChannel: \"试\", legalBasis: { instrument: \"广告法\", level: LAW, article: \"第十七条\" }";
    let status = "{ listVersion results { verdict matches { entry { id } } problems { code path message } } }";
    let pairs = [
        ("LISTING", listing),
        ("STATUS", status),
        ("BATCH", BATCH),
        ("PAYLOAD", PAYLOAD),
        // The record differs by its own id.
        (
            "ANSWER",
            "{ verdict reasons { code path message } problems { code path message } }",
        ),
        ("SOON", "\"2027-01-05T20:00:00+08:00\""),
        ("VERIFIED", verified),
        ("CONSENT", consent),
    ];
    pairs.iter().fold(ask.to_owned(), |ask, (word, meaning)| {
        ask.replace(word, meaning)
    })
}

fn posted(actor: &Actor, scene: &Scene, ask: &str, id: &str) -> reqwest::RequestBuilder {
    let nil = "\"00000000-0000-0000-0000-000000000000\"";
    let ask = written(ask)
        .replace("$id", &format!("\"{id}\""))
        .replace("$nil", nil);
    let body = json!({ "query": scene.filled(&ask) });
    actor.request(Method::POST, "/graphql").json(&body)
}

/// Tells how two answers differ, if they do.
fn difference(foreign: &Seen, absent: &Seen) -> Option<String> {
    if foreign == absent {
        return None;
    }
    let mut told = String::new();
    let _ = writeln!(
        told,
        "{} {}\n{} {}",
        foreign.status, foreign.body, absent.status, absent.body
    );
    for (name, of, other) in [("foreign", foreign, absent), ("absent", absent, foreign)] {
        let only = of.statements.iter().filter(|sql| {
            let times = |all: &[String]| all.iter().filter(|one| one == sql).count();
            times(&of.statements) > times(&other.statements)
        });
        for sql in only {
            let _ = writeln!(
                told,
                "  only {name}: {}",
                sql.chars().take(300).collect::<String>()
            );
        }
    }
    Some(told)
}

on_both! {
    async fn a_foreign_id_answers_as_an_absent_one(app: TestApp) {
        let scene = Scene::open(app).await;
        let mut wrong = String::new();
        for (path, column, name, ask) in ROWS {
            let actor = scene.caller(column);
            let foreign = scene.named(name).to_owned();
            // Of the same time and shape as the other, so that nothing but its absence is different.
            let absent = scene.app.app.id::<uuid::Uuid>().to_string();
            let first = seen(&scene.app, posted(&actor, &scene, ask, &foreign), &foreign).await;
            let second = seen(&scene.app, posted(&actor, &scene, ask, &absent), &absent).await;
            assert!(first.status == 200 && !first.statements.is_empty(), "{path}: {first:#?}");
            assert!(!first.body.contains("FORBIDDEN"), "{path}, {column} is not let in: {}", first.body);
            if let Some(told) = difference(&first, &second) {
                let _ = writeln!(wrong, "{path}, {column} of {name}: {told}");
            }
        }
        for (column, name) in [(OTHER, "$upload"), (OTHER, "$workbook"), (AWAY, "$workbook"), (OTHER, "$letter"), (OTHER, "$recording"), (OTHER, "$told"), (AWAY, "$letter"), (OTHER, "$proof"), (AWAY, "$proof")] {
            let actor = scene.caller(column);
            let (foreign, absent) = (scene.named(name).to_owned(), scene.app.app.id::<uuid::Uuid>().to_string());
            let get = |id: &str| actor.request(Method::GET, &format!("/files/{id}"));
            let first = seen(&scene.app, get(&foreign), &foreign).await;
            let second = seen(&scene.app, get(&absent), &absent).await;
            assert_eq!(first.status, 404, "{first:#?}");
            if let Some(told) = difference(&first, &second) {
                let _ = writeln!(wrong, "/files of {name}, {column}: {told}");
            }
        }
        assert!(wrong.is_empty(), "{wrong}");
    }
}

/// The input types of the schema by their names.
fn inputs(document: &ServiceDocument) -> Vec<&TypeDefinition> {
    let types = document
        .definitions
        .iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some(&definition.node),
            _ => None,
        });
    types.collect()
}

/// The paths of every id that an argument holds.
fn ids(
    types: &[&TypeDefinition],
    path: &str,
    value: &InputValueDefinition,
    into: &mut BTreeSet<String>,
) {
    let path = format!("{path}.{}", value.name.node);
    let bare = value.ty.node.to_string().replace(['[', ']', '!'], "");
    if bare == "ID" {
        into.insert(path);
        return;
    }
    let input = types.iter().find(|definition| definition.name.node == bare);
    if let Some(TypeKind::InputObject(input)) = input.map(|definition| &definition.kind) {
        for field in &input.fields {
            ids(types, &path, &field.node, into);
        }
    }
}

#[test]
fn every_id_of_an_argument_has_a_row() {
    let document = parse_schema(api::graphql::sdl()).expect("a schema");
    let types = inputs(&document);
    let mut paths = BTreeSet::new();
    for definition in &types {
        let TypeKind::Object(object) = &definition.kind else {
            continue;
        };
        for field in &object.fields {
            let name = match definition.name.node.as_str() {
                "Query" | "Mutation" => field.node.name.node.to_string(),
                owner => format!("{owner}.{}", field.node.name.node),
            };
            for argument in &field.node.arguments {
                ids(&types, &name, &argument.node, &mut paths);
            }
        }
    }
    let rows = ROWS.iter().map(|(path, ..)| (*path).to_owned());
    let unlimited = UNLIMITED.iter().map(|path| (*path).to_owned());
    assert_eq!(rows.chain(unlimited).collect::<BTreeSet<_>>(), paths);
}
