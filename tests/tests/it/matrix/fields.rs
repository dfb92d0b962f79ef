//! Every text that an answer can hold, by the type and field that hold it. Those that tell something of a person or a
//! business have a row with what the platform said in clear; the others are named as nobody's.

use super::cast::planted as p;

/// A document that reads fields of one root.
pub(crate) type Probe = (&'static str, &'static str);

#[rustfmt::skip] // A table.
pub(crate) const PROBES: &[Probe] = &[
    ("operator", "{ operator(id: $operator) { externalId fingerprint name ownSite phone businessAddress { text } domicile { text }
       permits { number issuer kindText } verification { method } history { edges { node { by } } }
       accounts { accountNumber name roomUrl profile { certification operatingModel turnoverBand } }
       presenters { name accountNumber producer { name identity { masked } } responsibleOperator { name identity { masked } } }
       party { identity { masked } registrations { edges { node { name phone } } }
         links(ended: true) { source confirmations { by reason undoneBy undoneReason } } } } }"),
    ("streamer", "{ streamer(id: $streamer) { externalId fingerprint name stageName phone occupation residence { text }
       qualifications { title certificateNumber issuer } party { identity { masked } } agency { name } } }"),
    ("agency", "{ agency(id: $agency) { externalId fingerprint name phone domicile { text } permits { number }
       party { identity { masked } } } }"),
    ("merchant", "{ merchant(id: $merchant) { externalId fingerprint name phone businessAddress { text } shops { name url }
       party { identity { masked } } } }"),
    ("node", "{ node(id: $platform) { ... on Platform { name platformName phone url domicile { text } party { identity { masked } } } } }"),
    ("submission", "{ submission(id: $returned) { returnReasons { message } files { name path sha256 } } }"),
    ("importJob", "{ importJob(id: $job) { fileName } }"),
    ("screening", "{ screening(id: $screening) { fileName } }"),
    ("liveSessions", "{ liveSessions { edges { node { account by presenters { name } } } } }"),
    ("me", "{ me { office { name phone } } }"),
    ("reveal", "mutation { reveal(input: { registrations: [$operator], purpose: \"试\" }) { revealed { name number phone address } } }"),
    ("entry", "{ entry: node(id: $entry) { ... on BlacklistEntry { name facts reason appealChannel contact legalBasis { instrument article }
       party { identity { masked } } appeals { grounds review reasons } } } }"),
    ("shared", "{ shared: node(id: $shared) { ... on BlacklistEntry { name facts reason contact party { identity { masked } } } } }"),
    ("alike", "{ alike: blacklistStatus(items: [{ ref: \"r\", subject: { name: \"诸葛晓红\" } }]) { results {
       matches { entry { name facts } judgement { reason } } } } }"),
    ("links", "{ links: auditEvents(first: 1, filter: { operation: \"createDownloadLink\" }) { edges { node {
       clientName requestId operation purpose detail segment } } } }"),
    ("changes", "{ changes: auditEvents(first: 1, filter: { operation: \"registerOperators\", outcome: DONE }) { edges { node {
       changes { field before after } } } } }"),
    ("revokeClient", "mutation { revokeClient(input: { client: $client, reason: MISTAKE }) { client { name contact } } }"),
];

/// A field, the probe and the pointer that reach it, and what it holds in clear; nothing where the house made the text.
pub(crate) type Row = (&'static str, &'static str, &'static str, &'static str);

/// Numbers that [`super::Scene`] planted are told by their names there.
#[rustfmt::skip] // A table.
pub(crate) const ROWS: &[Row] = &[
    ("Operator.name", "operator", "/name", p::PERSON),
    ("Operator.phone", "operator", "/phone", p::PERSON_PHONE),
    ("Address.text", "operator", "/businessAddress/text", "文三路88号"),
    ("Address.text (domicile)", "operator", "/domicile/text", "听雨巷77号"),
    ("Identity.masked", "operator", "/party/identity/masked", "$number"),
    ("Operator.externalId", "operator", "/externalId", "p-1"),
    ("Operator.fingerprint", "operator", "/fingerprint", ""),
    ("Operator.ownSite", "operator", "/ownSite", ""),
    ("Permit.number", "operator", "/permits/0/number", "NC1"),
    ("Permit.issuer", "operator", "/permits/0/issuer", "西湖区"),
    ("Permit.kindText", "operator", "/permits/0/kindText", "农产品"),
    ("Verification.method", "operator", "/verification/method", "人脸"),
    ("Revision.by", "operator", "/history/edges/0/node/by", ""),
    ("LiveAccount.accountNumber", "operator", "/accounts/0/accountNumber", "person-1"),
    ("LiveAccount.name", "operator", "/accounts/0/name", "小明直播间"),
    ("LiveAccount.roomUrl", "operator", "/accounts/0/roomUrl", "https://live.example.com/1"),
    ("RoomProfile.certification", "operator", "/accounts/0/profile/certification", "个人认证"),
    ("RoomProfile.operatingModel", "operator", "/accounts/0/profile/operatingModel", "自播"),
    ("RoomProfile.turnoverBand", "operator", "/accounts/0/profile/turnoverBand", "10万元以下"),
    ("SyntheticPresenter.name", "operator", "/presenters/0/name", "阿岚 AI"),
    ("SyntheticPresenter.accountNumber", "operator", "/presenters/0/accountNumber", "person-1"),
    ("PresenterProducer.name", "operator", "/presenters/0/producer/name", p::PRODUCER),
    ("Identity.masked (producer)", "operator", "/presenters/0/producer/identity/masked", "$producer"),
    ("ResponsibleOperator.name", "operator", "/presenters/0/responsibleOperator/name", p::PERSON),
    ("Identity.masked (responsible operator)", "operator", "/presenters/0/responsibleOperator/identity/masked", "$number"),
    ("Operator.name (by party)", "operator", "/party/registrations/edges/0/node/name", p::PERSON),
    ("Operator.phone (by party)", "operator", "/party/registrations/edges/0/node/phone", p::PERSON_PHONE),
    ("PartyLink.source", "operator", "/party/links/0/source", ""),
    ("PartyLinkConfirmation.by", "operator", "/party/links/0/confirmations/0/by", ""),
    ("PartyLinkConfirmation.reason", "operator", "/party/links/0/confirmations/0/reason", p::REASON),
    ("PartyLinkConfirmation.undoneBy", "operator", "/party/links/0/confirmations/1/undoneBy", ""),
    ("PartyLinkConfirmation.undoneReason", "operator", "/party/links/0/confirmations/1/undoneReason", p::UNDOING),
    ("Revealed.name", "reveal", "/revealed/0/name", p::PERSON),
    ("Revealed.number", "reveal", "/revealed/0/number", "$number"),
    ("Revealed.phone", "reveal", "/revealed/0/phone", p::PERSON_PHONE),
    ("Revealed.address", "reveal", "/revealed/0/address", "文三路88号"),
    ("Streamer.name", "streamer", "/name", p::STREAMER),
    ("Streamer.phone", "streamer", "/phone", p::STREAMER_PHONE),
    ("Address.text (residence)", "streamer", "/residence/text", "福田街道银海路1号"),
    ("Identity.masked (streamer)", "streamer", "/party/identity/masked", "$streams"),
    ("Streamer.stageName", "streamer", "/stageName", "小红1号"),
    ("Streamer.occupation", "streamer", "/occupation", "主播"),
    ("Streamer.externalId", "streamer", "/externalId", "s-1"),
    ("Streamer.fingerprint", "streamer", "/fingerprint", ""),
    ("Qualification.title", "streamer", "/qualifications/0/title", "互联网营销师"),
    ("Qualification.certificateNumber", "streamer", "/qualifications/0/certificateNumber", "Z00001"),
    ("Qualification.issuer", "streamer", "/qualifications/0/issuer", "人社局"),
    ("Agency.name (by streamer)", "streamer", "/agency/name", "杭州第1号文化传媒有限公司"),
    ("Agency.name", "agency", "/name", "杭州第1号文化传媒有限公司"),
    ("Agency.phone", "agency", "/phone", p::AGENCY_PHONE),
    ("Address.text (agency)", "agency", "/domicile/text", "天目山路100号"),
    ("Identity.masked (agency)", "agency", "/party/identity/masked", "$firm"),
    ("Agency.externalId", "agency", "/externalId", "a-1"),
    ("Agency.fingerprint", "agency", "/fingerprint", ""),
    ("Merchant.name", "merchant", "/name", p::FARMER),
    ("Merchant.phone", "merchant", "/phone", p::FARMER_PHONE),
    ("Address.text (merchant)", "merchant", "/businessAddress/text", "苏溪镇1号"),
    ("Identity.masked (merchant)", "merchant", "/party/identity/masked", "$sells"),
    ("Merchant.externalId", "merchant", "/externalId", "f-1"),
    ("Merchant.fingerprint", "merchant", "/fingerprint", ""),
    ("Shop.name", "merchant", "/shops/0/name", "丁家果园1"),
    ("Shop.url", "merchant", "/shops/0/url", "App 首页搜索“丁家果园”"),
    ("Platform.name", "node", "/name", "xihu-live网络科技有限公司"),
    ("Platform.platformName", "node", "/platformName", "xihu-live"),
    ("Platform.phone", "node", "/phone", p::PLATFORM_PHONE),
    ("Platform.url", "node", "/url", "https://live.example.com"),
    ("Address.text (platform)", "node", "/domicile/text", "文三路1号"),
    ("Identity.masked (platform)", "node", "/party/identity/masked", "91330106MA00000016"),
    ("ReturnReason.message", "submission", "/returnReasons/0/message", p::RETURNED),
    ("StoredFile.name", "submission", "/files/0/name", ""),
    ("StoredFile.path", "submission", "/files/0/path", ""),
    ("StoredFile.sha256", "submission", "/files/0/sha256", ""),
    ("ImportJob.fileName", "importJob", "/fileName", "proof.txt"),
    ("Screening.fileName", "screening", "/fileName", "proof.txt"),
    ("LiveSession.account", "liveSessions", "/edges/0/node/account", "person-1"),
    ("LiveSession.by", "liveSessions", "/edges/0/node/by", ""),
    ("LivePresenter.name", "liveSessions", "/edges/0/node/presenters/0/name", "阿岚 AI"),
    ("BlacklistEntry.name", "entry", "/name", p::STREAMER),
    ("BlacklistEntry.facts", "entry", "/facts", p::FACTS),
    ("BlacklistEntry.reason", "entry", "/reason", p::LISTED_FOR),
    ("BlacklistEntry.appealChannel", "entry", "/appealChannel", "平台申诉中心，工作日9时至17时"),
    ("BlacklistEntry.contact", "entry", "/contact", p::PLATFORM_PHONE),
    ("Identity.masked (listed)", "entry", "/party/identity/masked", "$streams"),
    ("BlacklistAppeal.grounds", "entry", "/appeals/0/grounds", p::GROUNDS),
    ("BlacklistAppeal.review", "entry", "/appeals/0/review", p::REVIEW),
    ("BlacklistAppeal.reasons", "entry", "/appeals/0/reasons", p::DECIDED),
    ("BlacklistEntry.name (shared)", "shared", "/name", p::BARRED),
    ("BlacklistEntry.facts (shared)", "shared", "/facts", p::FACTS),
    ("BlacklistEntry.reason (shared)", "shared", "/reason", p::LISTED_FOR),
    ("BlacklistEntry.contact (shared)", "shared", "/contact", p::PLATFORM_PHONE),
    ("Identity.masked (listed, shared)", "shared", "/party/identity/masked", "$barred"),
    ("BlacklistEntry.name (by a like name)", "alike", "/results/0/matches/0/entry/name", p::STREAMER),
    ("MatchJudgement.reason", "alike", "/results/0/matches/0/judgement/reason", p::JUDGED),
    ("AuditEvent.clientName", "links", "/edges/0/node/clientName", ""),
    ("AuditEvent.requestId", "links", "/edges/0/node/requestId", ""),
    ("AuditEvent.operation", "links", "/edges/0/node/operation", ""),
    ("AuditEvent.purpose", "links", "/edges/0/node/purpose", "送审"),
    ("AuditEvent.detail", "links", "/edges/0/node/detail", ""),
    ("AuditEvent.segment", "links", "/edges/0/node/segment", ""),
    ("AuditChange.field", "changes", "/edges/0/node/changes/0/field", ""),
    ("AuditChange.before", "changes", "/edges/0/node/changes/0/before", p::COMPANY_PHONE),
    ("AuditChange.after", "changes", "/edges/0/node/changes/0/after", p::NEW_PHONE),
    ("Office.name", "me", "/office/name", ""),
    ("Office.phone", "me", "/office/phone", ""),
    ("Client.name", "revokeClient", "/client/name", ""),
    ("Client.contact", "revokeClient", "/client/contact", "matrix-revoked：测试"),
];

/// Texts that tell nothing of a person or a business: words of the law and of the house, and what the caller said itself.
pub(crate) const NOBODYS: &[&str] = &[
    "Article.edition",
    "Article.instrument",
    "Article.number",
    // Ids, codes and hashes, for a platform of what it asked itself.
    "ClearForLivePayload.record",
    "BlacklistStatus.ref",
    "BlacklistStatusAnswer.listVersion",
    "Client.scopes",
    "Division.code",
    "Division.fullName",
    "Division.name",
    "DownloadLinkPayload.url",
    "Identity.issuingCountry",
    "ImportColumn.column",
    "ImportColumn.field",
    "ImportColumn.header",
    "ImportColumn.sheet",
    "ImportRow.sheet",
    "LegalBasis.article",
    "LegalBasis.instrument",
    "Problem.code",
    "Problem.message",
    "Problem.path",
    "Problem.suggestion",
    "RegistrationResult.externalId",
    "ReturnReason.column",
    "ReturnReason.sheet",
    "Revision.changed",
    "ScorePart.name",
    "SheetCount.sheet",
    "StoredFile.mediaType",
    "Submission.edition",
    "Viewer.scopes",
];

/// Texts that no import has yet: they come with surveys and with the authorities' lists, and so do their rows.
pub(crate) const LATER: &[&str] = &["BlacklistEntry.source", "ImportColumn.samples"];
