//! One row or more for each root field and each route: a request that reaches as far as its caller gets, about what the
//! platform of the scene holds. A mutation asks for nothing that would change the scene for whoever comes after it: it is a
//! dry run, or it lacks something that is only missed once the caller has been let in.

use reqwest::Method;

/// A request of a root field.
pub(crate) struct Root {
    /// The field.
    pub(crate) name: &'static str,
    /// What it is asked for, where the field has more than one row.
    pub(crate) about: &'static str,
    pub(crate) ask: &'static str,
    /// What must stand in a list for it to tell something.
    pub(crate) target: &'static str,
}

const fn root(name: &'static str, about: &'static str, ask: &'static str) -> Root {
    Root {
        name,
        about,
        ask,
        target: "",
    }
}

const fn list(name: &'static str, ask: &'static str, target: &'static str) -> Root {
    Root {
        name,
        about: "",
        ask,
        target,
    }
}

const fn about(mut root: Root, about: &'static str) -> Root {
    root.about = about;
    root
}

#[rustfmt::skip] // A table.
pub(crate) const QUERIES: &[Root] = &[
    root("me", "", "{ me { role } }"),
    root("node", "Operator", "{ node(id: $operator) { id } }"),
    root("node", "Streamer", "{ node(id: $streamer) { id } }"),
    root("node", "Agency", "{ node(id: $agency) { id } }"),
    root("node", "Merchant", "{ node(id: $merchant) { id } }"),
    root("node", "Party", "{ node(id: $party) { id } }"),
    root("node", "Platform", "{ node(id: $platform) { id } }"),
    root("node", "Office", "{ node(id: $office) { id } }"),
    root("node", "Submission", "{ node(id: $submission) { id } }"),
    root("node", "Disposition", "{ node(id: $measure) { id } }"),
    root("node", "DispositionDemand", "{ node(id: $demand) { id } }"),
    root("node", "ImportJob", "{ node(id: $job) { id } }"),
    root("node", "StoredFile", "{ node(id: $upload) { id } }"),
    root("node", "BlacklistEntry", "{ node(id: $entry) { id } }"),
    root("node", "BlacklistAppeal", "{ node(id: $appeal) { id } }"),
    root("party", "by registration", "{ party(ref: { registration: $operator }) { id } }"),
    root("party", "by id", "{ party(ref: { party: $party }) { id } }"),
    root("party", "by number", "{ party(ref: { identity: { kind: RESIDENT_ID, number: $number } }) { id } }"),
    root("operator", "", "{ operator(id: $operator) { id } }"),
    list("operators", "{ operators(first: 100) { edges { node { id } } } }", "$operator"),
    root("streamer", "", "{ streamer(id: $streamer) { id } }"),
    list("streamers", "{ streamers(first: 100) { edges { node { id } } } }", "$streamer"),
    root("agency", "", "{ agency(id: $agency) { id } }"),
    list("agencies", "{ agencies(first: 100) { edges { node { id } } } }", "$agency"),
    root("merchant", "", "{ merchant(id: $merchant) { id } }"),
    list("merchants", "{ merchants(first: 100) { edges { node { id } } } }", "$merchant"),
    list("registrations", "{ registrations(first: 100) { edges { node { id } } } }", "$operator"),
    root("submission", "filed", "{ submission(id: $submission) { id } }"),
    root("submission", "not filed yet", "{ submission(id: $ready) { id } }"),
    list("submissions", "{ submissions(first: 100) { edges { node { id } } } }", "$submission"),
    list("due", "{ due(first: 100) { edges { node { platform { id } } } } }", "$platform"),
    list("dispositions", "{ dispositions(first: 100) { edges { node { id } } } }", "$measure"),
    list("dispositionDemands", "{ dispositionDemands(first: 100) { edges { node { id } } } }", "$demand"),
    root("importJob", "", "{ importJob(id: $job) { id } }"),
    list("auditEvents", "{ auditEvents(first: 500, filter: { operation: \"registerOperators\" }) { edges { node { platform } } } }", "$platform"),
    list("liveSessions", "{ liveSessions(first: 100) { edges { node { id } } } }", "$session"),
    root("livePolicy", "", "{ livePolicy(platform: $platform) { own } }"),
    list("blacklistEntries", "{ blacklistEntries(first: 100) { edges { node { id } } } }", "$entry"),
    about(list("blacklistEntries", "{ blacklistEntries(first: 100) { edges { node { id } } } }", "$shared"), "shared"),
    root("screening", "", "{ screening(id: $screening) { id } }"),
    list("screenings", "{ screenings(first: 100) { edges { node { id } } } }", "$screening"),
    root("blacklistStatus", "by number", "{ blacklistStatus(items: [{ subject: { identity: { kind: RESIDENT_ID, number: $streams } } }]) { results { verdict } } }"),
    root("blacklistStatus", "by number, shared", "{ blacklistStatus(items: [{ subject: { identity: { kind: RESIDENT_ID, number: $barred } } }]) { results { verdict } } }"),
    root("blacklistStatus", "by account", "{ blacklistStatus(items: [{ subject: { account: { platform: $platform, accountNumber: \"person-1\" } } }]) { results { verdict } } }"),
    root("blacklistStatus", "by name", "{ blacklistStatus(items: [{ subject: { name: \"诸葛晓红\" } }]) { results { verdict } } }"),
    root("blacklistStatus", "by name, shared", "{ blacklistStatus(items: [{ subject: { name: \"司徒云海\" } }]) { results { verdict } } }"),
    list("importJobs", "{ importJobs(first: 100) { edges { node { id } } } }", "$job"),
    list("surveyDifferences", "{ surveyDifferences(first: 100) { edges { node { id } } } }", "$difference"),
    list("surveyedPlatforms", "{ surveyedPlatforms(first: 100) { edges { node { id } } } }", "$surveyed"),
    list("evasionLeads", "{ evasionLeads(first: 100) { edges { node { id } } } }", "$lead"),
];

#[rustfmt::skip] // A table.
pub(crate) const MUTATIONS: &[Root] = &[
    root("registerOperators", "",
        "mutation { registerOperators(input: { dryRun: true, platform: $platform, items: [
           { identity: { kind: USCC, number: $code }, phone: \"0571-88881234\" }] }) {
           results { problems { code severity } } problems { code severity } } }"),
    root("registerStreamers", "",
        "mutation { registerStreamers(input: { dryRun: true, platform: $platform, items: [
           { identity: { kind: USCC, number: $code } }] }) {
           results { problems { code severity } } problems { code severity } } }"),
    root("registerAgencies", "",
        "mutation { registerAgencies(input: { dryRun: true, platform: $platform, items: [
           { identity: { kind: USCC, number: $code }, name: \"试\", phone: \"0571-88881234\",
             domicile: { text: \"试\", division: \"330106\" } }] }) {
           results { problems { code severity } } problems { code severity } } }"),
    root("registerMerchants", "",
        "mutation { registerMerchants(input: { dryRun: true, platform: $platform, items: [
           { identity: { kind: USCC, number: $code } }] }) {
           results { problems { code severity } } problems { code severity } } }"),
    root("confirmVerification", "",
        "mutation { confirmVerification(input: { dryRun: true, items: [{ registration: $operator,
           verification: { at: \"2026-12-01T00:00:00+08:00\", method: \"试\" } }] }) {
           results { problems { code severity } } problems { code severity } } }"),
    root("recordTraining", "",
        "mutation { recordTraining(input: { dryRun: true, items: [{ registration: $streamer, on: \"2026-12-01\",
           outcome: PASSED }] }) { results { problems { code severity } } problems { code severity } } }"),
    root("reportLiveSession", "",
        "mutation { reportLiveSession(input: { platform: $platform, account: \"none\",
           streamers: [{ registration: $streamer }], startsAt: \"2027-01-05T20:00:00+08:00\" }) {
           problems { code severity } } }"),
    root("clearForLive", "",
        "mutation { clearForLive(input: { platform: $platform, account: \"person-1\",
           streamers: [{ registration: $streamer }] }) { problems { code severity } } }"),
    // What the platform says here holds anyway.
    root("setLivePolicy", "",
        "mutation { setLivePolicy(input: { platform: $platform, failedTraining: WARN }) { problems { code severity } } }"),
    root("closeRegistrations", "",
        "mutation { closeRegistrations(input: { dryRun: true, items: [{ registration: $operator, on: \"2026-12-01\",
           reason: MISTAKE }] }) { results { problems { code severity } } problems { code severity } } }"),
    root("correctIdentity", "",
        "mutation { correctIdentity(input: { registration: $operator, to: { kind: USCC, number: $code }, reason: \"试\",
           evidence: [] }) { problems { code severity } } }"),
    root("confirmPartyLink", "",
        "mutation { confirmPartyLink(input: { kind: SAME_PERSON, party: { registration: $operator },
           other: { registration: $operator }, reason: \"试\" }) { problems { code severity } } }"),
    root("reveal", "",
        "mutation { reveal(input: { registrations: [$operator], purpose: \"试\" }) { problems { code severity } } }"),
    root("undoPartyLink", "",
        "mutation { undoPartyLink(input: { confirmation: $undone, reason: \"试\" }) { problems { code severity } } }"),
    root("listOnBlacklist", "",
        "mutation { listOnBlacklist(input: { platform: $platform, subject: { registration: $operator }, name: \"试一\", role: OPERATOR,
           facts: \"\", reason: \"试\", legalBasis: { instrument: \"广告法\", level: LAW, article: \"第十七条\" },
           validUntil: \"2027-12-01\", appealChannel: \"试\", evidence: [] }) { problems { code severity } } }"),
    root("appealBlacklisting", "",
        "mutation { appealBlacklisting(input: { entry: $entry, grounds: \"\", evidence: [] }) { problems { code severity } } }"),
    root("appealBlacklisting", "shared",
        "mutation { appealBlacklisting(input: { entry: $shared, grounds: \"\", evidence: [] }) { problems { code severity } } }"),
    root("decideBlacklistAppeal", "",
        "mutation { decideBlacklistAppeal(input: { appeal: $contested, decision: UPHELD, reasons: \"\" }) {
           problems { code severity } } }"),
    root("removeFromBlacklist", "",
        "mutation { removeFromBlacklist(input: { entry: $entry, reasons: \"\" }) { problems { code severity } } }"),
    root("removeFromBlacklist", "shared",
        "mutation { removeFromBlacklist(input: { entry: $shared, reasons: \"\" }) { problems { code severity } } }"),
    root("judgeMatch", "",
        "mutation { judgeMatch(input: { name: \"诸葛晓红\", entry: $entry, verdict: SAME, reason: \"\" }) {
           problems { code severity } } }"),
    root("importRegistrations", "",
        "mutation { importRegistrations(input: { file: $lines, kind: OPERATOR, platform: $platform }) {
           problems { code severity } } }"),
    root("screenFile", "",
        "mutation { screenFile(input: { file: $lines }) { problems { code severity } } }"),
    root("cancelScreening", "",
        "mutation { cancelScreening(input: { screening: $screening }) { problems { code severity } } }"),
    root("cancelImport", "",
        "mutation { cancelImport(input: { job: $job }) { problems { code severity } } }"),
    root("importSurvey", "",
        "mutation { importSurvey(input: { file: $lines, platform: $nil }) { problems { code severity } } }"),
    root("mapImport", "",
        "mutation { mapImport(input: { job: $job, columns: [] }) { problems { code severity } } }"),
    root("commitImport", "",
        "mutation { commitImport(input: { job: $job }) { problems { code severity } } }"),
    root("undoImport", "",
        "mutation { undoImport(input: { job: $job }) { problems { code severity } } }"),
    root("joinPlatform", "",
        "mutation { joinPlatform(input: { surveyed: $surveyed, tenant: $platform, dryRun: true }) {
           problems { code severity } } }"),
    root("prepareSubmission", "",
        "mutation { prepareSubmission(input: { window: \"1999-01\", platform: $platform }) {
           problems { code severity } } }"),
    root("fileSubmission", "",
        "mutation { fileSubmission(input: { submission: $submission }) { problems { code severity } } }"),
    root("withdrawSubmission", "",
        "mutation { withdrawSubmission(input: { submission: $submission }) { problems { code severity } } }"),
    root("acceptSubmission", "",
        "mutation { acceptSubmission(input: { submission: $submission }) { problems { code severity } } }"),
    root("returnSubmission", "",
        "mutation { returnSubmission(input: { submission: $submission, reasons: [{ sheet: \"试\", message: \"试\" }] }) {
           problems { code severity } } }"),
    root("imposeDisposition", "",
        "mutation { imposeDisposition(input: { registration: $operator, kind: BLACKLISTING, facts: \"试\", rule: \"试\" }) {
           problems { code severity } } }"),
    root("liftDisposition", "",
        "mutation { liftDisposition(input: { disposition: $measure, reason: \"\" }) { problems { code severity } } }"),
    root("sendDispositionReports", "sent before",
        "mutation { sendDispositionReports(input: { disposition: $measure }) { problems { code severity } } }"),
    root("receiveDispositionReport", "to market offices, received before",
        "mutation { receiveDispositionReport(input: { report: $report }) { problems { code severity } } }"),
    root("demandDisposition", "of a registration",
        "mutation { demandDisposition(input: { subject: { registration: $operator }, kinds: [], dueOn: \"2027-02-01\",
           facts: \"试\" }) { problems { code severity } } }"),
    root("demandDisposition", "of an account",
        "mutation { demandDisposition(input: { subject: { account: { platform: $platform, accountNumber: \"person-1\" } },
           kinds: [], dueOn: \"2027-02-01\", facts: \"试\" }) { problems { code severity } } }"),
    root("answerDispositionDemand", "",
        "mutation { answerDispositionDemand(input: { demand: $demand, answer: \"\" }) { problems { code severity } } }"),
    root("createDownloadLink", "upload",
        "mutation { createDownloadLink(input: { file: $upload, purpose: \"试\" }) { problems { code severity } } }"),
    root("createDownloadLink", "letter to the listed",
        "mutation { createDownloadLink(input: { file: $letter, purpose: \"试\" }) { problems { code severity } } }"),
    root("createDownloadLink", "workbook of a filing",
        "mutation { createDownloadLink(input: { file: $workbook, purpose: \"试\" }) { problems { code severity } } }"),
    root("registerPlatform", "",
        "mutation { registerPlatform(input: { name: \"试\", platformName: \"试\", phone: \"1\", url: \"x\",
           identity: { kind: USCC, number: \"91330106MA00000016\" },
           domicile: { text: \"试\", division: \"330106\" } }) { problems { code severity } } }"),
    root("grantClient", "",
        "mutation { grantClient(input: { name: \"试\", role: AUDITOR, scopes: [\"no:such\"], contact: \"试\",
           validUntil: \"2027-12-01\" }) { problems { code severity } } }"),
    root("revokeClient", "",
        "mutation { revokeClient(input: { client: $client, reason: MISTAKE }) { problems { code severity } } }"),
    root("decideEvasionLead", "",
        "mutation { decideEvasionLead(input: { lead: $lead, decision: CONFIRMED, reason: \"\" }) { problems { code severity } } }"),
];

/// A request of a route.
pub(crate) struct Route {
    /// The path as the router knows it.
    pub(crate) path: &'static str,
    /// What it is asked for.
    pub(crate) about: &'static str,
    /// The path that is asked for.
    pub(crate) ask: &'static str,
    /// What is posted there; none for what is read.
    pub(crate) body: Option<&'static str>,
}

const fn route(path: &'static str, about: &'static str, ask: &'static str) -> Route {
    Route {
        path,
        about,
        ask,
        body: None,
    }
}

const fn post(mut route: Route, body: &'static str) -> Route {
    route.body = Some(body);
    route
}

impl Route {
    pub(crate) const fn method(&self) -> Method {
        match self.body {
            Some(_) => Method::POST,
            None => Method::GET,
        }
    }
}

#[rustfmt::skip] // A table.
pub(crate) const ROUTES: &[Route] = &[
    post(route("/files", "upload", "/files?name=a.txt"), "试"),
    route("/files/{id}", "upload", "/files/$upload"),
    route("/files/{id}", "workbook of a filing", "/files/$workbook"),
    route("/files/{id}", "letter to the listed", "/files/$letter"),
    route("/files/{id}", "evidence of a listing", "/files/$recording"),
    route("/files/{id}", "letter to the listed, shared", "/files/$told"),
    route("/files/{id}", "proof of a demand", "/files/$proof"),
    route("/links/{link}", "made by the platform", "/links/$link"),
    route("/links/{link}", "forged", "/links/x$link"),
    post(route("/graphql", "", "/graphql"), "{\"query\": \"{ __typename }\"}"),
    route("/audit-events", "", "/audit-events"),
    route("/.well-known/jwks.json", "", "/.well-known/jwks.json"),
    route("/templates/{name}", "", "/templates/OPERATORS.xlsx"),
    route("/livez", "", "/livez"),
    route("/readyz", "", "/readyz"),
    route("/", "GraphiQL, in development", "/"),
    route("/graphiql", "GraphiQL, in development", "/graphiql"),
    route("/graphiql/{*name}", "GraphiQL, in development", "/graphiql/nothing.js"),
];
