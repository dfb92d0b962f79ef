//! What must stand before some problems can be met: registrations, files, submissions, in January 2027.

use serde_json::{Value, json};

use super::survey::Surveys;
use crate::app::{Actor, TestApp, instant};
use crate::blacklist::evasion::with_accounts;
use crate::blacklist::screening::carry_out;
use crate::blacklist::{listing, somebody};
use crate::disposition::warning;
use crate::merchant::merchant;
use crate::operator::{company, person};
use crate::streamer::in_rooms;
use crate::training::{made, trained};

/// The ids that rows speak of.
pub(super) struct Scene {
    /// A company that stands.
    pub(super) company: String,
    /// The same on another platform.
    pub(super) foreign: String,
    /// One that was closed.
    pub(super) closed: String,
    /// An upload of the platform.
    pub(super) proof: String,
    /// A submission that was filed, with a row that has no number.
    pub(super) filed: String,
    /// One that waits for the next window.
    pub(super) ready: String,
    /// A workbook.
    pub(super) workbook: String,
    /// An import that ended, each of whose lines is refused.
    pub(super) import: String,
    /// A link that the province confirmed.
    pub(super) judged: String,
    /// A merchant.
    pub(super) merchant: String,
    /// The client of SECURITY.
    pub(super) security: String,
    /// The platform.
    pub(super) platform: String,
    /// An entry that the platform shares.
    pub(super) listed: String,
    /// The appeal against it that is under review.
    pub(super) appeal: String,
    /// One that was decided before.
    pub(super) decided: String,
    /// An entry that was removed.
    pub(super) unlisted: String,
    /// Screenings of files that are no tables: of another format, protected, damaged and without a header.
    pub(super) screened: [String; 4],
    /// What there is of surveys.
    pub(super) surveys: Surveys,
    /// A measure that was lifted.
    pub(super) lifted: String,
    /// A demand that was answered.
    pub(super) answered: String,
    /// A lead that was decided.
    pub(super) lead: String,
}

impl Scene {
    /// Registers, closes, uploads and files.
    pub(super) async fn of(app: &TestApp) -> Self {
        let platform = app.actor("xihu-live").await;
        let mut founded = company(1);
        founded["registeredOn"] = json!("2020-01-01");
        founded["observedAt"] = json!("2026-11-01T08:00:00+08:00");
        let mut nameless = person(1);
        nameless["identity"] = json!({ "kind": "NETWORK_ID", "number": "aB3dE5gH7j" });
        nameless["birthDate"] = json!("1990-01-01");
        let made = platform.register(vec![founded, company(2), nameless]).await;
        let id = |index: usize| text(&made["results"][index]["registration"]["id"]);
        let closing = json!({ "registration": id(1), "on": "2026-12-01", "reason": "MISTAKE" });
        assert_eq!(platform.close(vec![closing]).await["closed"], 1);
        let other = app
            .actor("xihu-other")
            .await
            .register(vec![company(3)])
            .await;
        app.clock.set(instant("2027-01-05T10:00:00+08:00"));
        let platform = app.actor("xihu-live").await;
        let filed = platform.ready(app, json!({ "window": "2027-01" })).await;
        let file = json!({ "submission": filed["id"] });
        let done = platform.submission_deed("fileSubmission", file).await;
        assert_eq!(done["submission"]["state"], "FILED", "{done:#}");
        let ready = platform.ready(app, json!({ "window": "2027-07" })).await;
        let refused = format!(
            "no json\n{{\"nmae\":1}}\n{{\"name\":1}}\n{}\n",
            "x".repeat(300_000)
        );
        let import = platform.imported(app, &refused).await;
        let [listed, decided, appeal, unlisted] = barred(&platform).await;
        let judge = app.actor("zhejiang").await;
        let (first, second) = (&company(1)["identity"], &company(2)["identity"]);
        let judged = judge.confirm_link("SAME_PERSON", first, second).await;
        let merchant = platform
            .register_kind("Merchants", vec![merchant(60)])
            .await;
        before_live(&platform).await;
        let screened = screened(app, &platform).await;
        let measures = measures(app, &platform, &id(0)).await;
        let security = entity::client::by_name("security").one(&app.app.db).await;
        Self {
            company: id(0),
            surveys: Box::pin(Surveys::of(app)).await,
            lifted: measures.0,
            answered: measures.1,
            foreign: text(&other["results"][0]["registration"]["id"]),
            closed: id(1),
            proof: platform.upload("材料").await,
            workbook: text(&filed["files"][0]["id"]),
            import,
            filed: text(&filed["id"]),
            platform: app.platform_id("xihu-live").await,
            listed,
            appeal,
            decided,
            unlisted,
            screened,
            ready: text(&ready["id"]),
            merchant: text(&merchant["results"][0]["registration"]["id"]),
            judged: text(&judged["link"]["confirmations"][0]["id"]),
            security: security
                .expect("clients are read")
                .expect("a client")
                .id
                .to_string(),
            lead: lead(&platform).await,
        }
    }
}

/// Streamers of the first company: one who was never trained, one who is closed, one who cheated, and one of another room who
/// was trained last year; and a company whose verification is due soon, with a report for the evening.
async fn before_live(platform: &Actor) {
    let streamers = [(61, 1), (62, 1), (63, 1), (64, 65)].map(|(n, room)| in_rooms(n, &[room]));
    let mut due = company(65);
    due["verification"]["at"] = json!("2026-07-20T08:00:00+08:00");
    platform.register(vec![due]).await;
    let batch = platform.register_streamers(streamers.to_vec()).await;
    let closing =
        json!({ "registration": made(&batch, 1), "on": "2027-01-05", "reason": "MISTAKE" });
    platform.close(vec![closing]).await;
    let trainings = vec![
        trained(&made(&batch, 2), "2027-01-04", "CHEATED"),
        trained(&made(&batch, 3), "2026-06-01", "PASSED"),
    ];
    platform.train(trainings).await;
    let suspension = json!({ "registration": made(&batch, 3), "kind": "LIVE_SUSPENSION", "facts": "多次虚假宣传",
        "rule": "《直播规范》第3条", "proportionality": "再次违规", "remedy": "可以向客服提出异议", "openOrders": "照常发货",
        "validUntil": "2027-01-31" });
    platform.on_measures("imposeDisposition", suspension).await;
    let report = json!({ "account": "acct-65", "streamers": [{ "registration": made(&batch, 0) }],
        "startsAt": "2027-01-05T20:00:00+08:00" });
    assert_eq!(platform.report(report).await["problems"], json!([]));
}

/// Screenings of files that cannot be screened.
async fn screened(app: &TestApp, platform: &Actor) -> [String; 4] {
    let old = b"\xD0\xCF\x11\xE0".to_vec();
    let mut protected = old.clone();
    protected.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let files = [
        old,
        protected,
        b"PK\x03\x04 damaged".to_vec(),
        b"no,header".to_vec(),
    ];
    let mut ids = [const { String::new() }; 4];
    for (id, bytes) in ids.iter_mut().zip(files) {
        let file = platform.upload_bytes("people.csv", bytes).await;
        *id = text(&platform.screen(&file).await["screening"]["id"]);
    }
    carry_out(app).await;
    ids
}

/// An entry, an appeal against it that was decided and one that is under review; and an entry that was removed.
async fn barred(platform: &Actor) -> [String; 4] {
    let mut shared = listing(&somebody(61));
    shared["shared"] = json!(true);
    let listed = platform.list(shared).await["entry"]["id"].take();
    let mut appeals = Vec::new();
    for decision in ["UPHELD", "UNDER_REVIEW"] {
        let received = platform
            .appeal(json!({ "entry": listed, "grounds": "不服" }))
            .await;
        let appeal = received["appeal"]["id"].clone();
        let step = json!({ "appeal": appeal, "decision": decision, "reasons": "核对录屏" });
        assert_eq!(platform.decide(step).await["problems"], json!([]));
        appeals.push(text(&appeal));
    }
    let [decided, appeal] = appeals.try_into().expect("two appeals");
    let removed = platform.list(listing(&somebody(62))).await["entry"]["id"].take();
    platform.remove(&removed, "事实有误").await;
    [text(&listed), decided, appeal, text(&removed)]
}

/// A measure that was taken and lifted, and a demand that was made and answered.
async fn measures(app: &TestApp, platform: &Actor, company: &str) -> (String, String) {
    let taken = platform
        .on_measures("imposeDisposition", warning(company, "虚构原价"))
        .await;
    let lifted = text(&taken["disposition"]["id"]);
    let lift = json!({ "disposition": lifted, "reason": "已经改正" });
    platform.on_measures("liftDisposition", lift).await;
    let office = app.actor("xihu").await;
    let demand = json!({ "subject": { "registration": company }, "kinds": ["WARNING"],
        "dueOn": "2027-02-01", "facts": "群众举报" });
    let made = office.on_measures("demandDisposition", demand).await;
    let answered = text(&made["demand"]["id"]);
    let answer = json!({ "demand": answered, "answer": "已予警示" });
    platform
        .on_measures("answerDispositionDemand", answer)
        .await;
    (lifted, answered)
}

/// Somebody who stands and is listed, and whose second account was looked at; and somebody whom the platform shares.
async fn lead(platform: &Actor) -> String {
    platform.register(vec![person(63)]).await;
    platform.list(listing(&somebody(63))).await;
    let mut shared = listing(&somebody(64));
    shared["shared"] = json!(true);
    platform.list(shared).await;
    platform
        .register(vec![with_accounts(63, &["person-63", "second"])])
        .await;
    let lead = platform.leads(json!({})).await[0]["id"].clone();
    let input = json!({ "lead": lead, "decision": "DISMISSED", "reason": "经批准新增" });
    let decided = platform.decide_lead_with(input).await;
    assert_eq!(decided["problems"], json!([]), "{decided:#}");
    text(&lead)
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no id: {value}"))
        .to_owned()
}
