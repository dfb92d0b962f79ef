//! The scene of the matrix: a platform with one record of every kind, a filing, an import and a link between parties, and
//! everybody who might look at them. Each caller holds every scope that its role may hold, so that a cell says what sight
//! decides and not what a scope happens to be missing.

use std::collections::BTreeMap;

use api::scope::Scope;
use chrono::TimeDelta;
use entity::client;
use entity::kind::{Authority, Role};
use reqwest::Method;
use serde_json::{Value, json};

use super::planted;
use crate::agency::{agency, agency_code};
use crate::app::{Actor, PLATFORMS, TestApp, instant};
use crate::blacklist::listing;
use crate::disposition::warning;
use crate::merchant::farmer;
use crate::operator::{company, credit_code, person, resident_id};
use crate::streamer::streamer;
use crate::training::trained;

/// Who looks: the column's name, the role, and for whom: a platform's or an office's key. The office's authority is
/// market regulation, but for the cyberspace office.
type Part = (&'static str, Role, &'static str);

/// Everybody with a valid token. The platform is domiciled in Xihu, and so are its subjects; Hangzhou is the city above.
pub(crate) const CAST: [Part; 12] = [
    ("platform, own", Role::Platform, "xihu-live"),
    ("platform, other", Role::Platform, "xihu-other"),
    ("county", Role::County, "xihu"),
    ("city in", Role::City, "hangzhou"),
    ("city out", Role::City, "ningbo"),
    ("province of domicile", Role::Province, "zhejiang"),
    ("other province", Role::Province, "guangdong"),
    ("cyberspace", Role::Province, "zhejiang-cyberspace"),
    ("national", Role::National, "national"),
    ("SYSTEM", Role::System, ""),
    ("SECURITY", Role::Security, ""),
    ("AUDITOR", Role::Auditor, ""),
];
/// Those whom the gate turns away: nobody, and two who would be the platform's own.
pub(crate) const OUTSIDE: [&str; 3] = ["anonymous", "expired", "revoked"];

/// The platform's own caller.
pub(super) const OWN: &str = "platform, own";

/// A service with the scene on it.
pub(crate) struct Scene {
    pub(crate) app: TestApp,
    /// The bearer of each column; none for whoever brings no token.
    pub(crate) callers: Vec<(&'static str, Option<String>)>,
    /// What stands for each name in a request.
    names: BTreeMap<&'static str, String>,
}

/// A data file with a client for each part, which may do all that its role may.
fn clients() -> String {
    let part = |(column, role, key): &Part| {
        let authority = match (*role, *key) {
            (_, "zhejiang-cyberspace") => Some(Authority::Cyberspace),
            (Role::County | Role::City | Role::Province | Role::National, _) => {
                Some(Authority::Market)
            }
            _ => None,
        };
        let scopes: Vec<_> = Scope::held_by(*role, authority)
            .map(|scope| format!("\"{scope}\""))
            .collect();
        let (holder, scopes) = (holder(*role, key), scopes.join(", "));
        entry(column, (*role, &holder, &scopes), "2099-12-31")
    };
    let lapsed = |name: &&str| {
        let own = holder(Role::Platform, "xihu-live");
        let until = if *name == "expired" {
            "2026-12-31"
        } else {
            "2099-12-31"
        };
        entry(
            name,
            (Role::Platform, &own, "\"registry:read\", \"file:download\""),
            until,
        )
    };
    let outside = OUTSIDE.iter().filter(|name| **name != "anonymous");
    CAST.iter().map(part).chain(outside.map(lapsed)).collect()
}

fn holder(role: Role, key: &str) -> String {
    let code = |(_, code, _): &(&str, &str, &str)| format!("platform = \"{code}\"");
    match role {
        Role::Platform => {
            let platform = PLATFORMS.iter().find(|(name, ..)| *name == key);
            platform.map(code).expect("a platform of the world")
        }
        _ if key.is_empty() => String::new(),
        _ => format!("office = \"{key}\""),
    }
}

/// What the client of a column is called.
fn client_name(column: &str) -> String {
    let words = column.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty()).map(str::to_lowercase);
    format!("matrix-{}", words.collect::<Vec<_>>().join("-"))
}

fn entry(name: &str, (role, holder, scopes): (Role, &str, &str), until: &str) -> String {
    let (name, role) = (client_name(name), role.as_str());
    format!(
        "[[client]]\nkey = \"{name}\"\nname = \"{name}\"\nrole = \"{role}\"\n{holder}\nscopes = [{scopes}]\n\
         valid_from = 2020-01-01\nvalid_until = {until}\ncontact = \"测试\"\n\n"
    )
}

/// A person who operates a room with everything that can be said of one.
fn operator() -> Value {
    let mut item = person(1);
    item["businessAddress"] = json!({ "text": "文三路88号", "division": "330106" });
    item["domicile"] = json!({ "text": "听雨巷77号", "division": "330106" });
    item["permits"] =
        json!([{ "kind": "OTHER", "kindText": "农产品", "number": "NC1", "issuer": "西湖区" }]);
    item["verification"] = json!({ "at": "2026-11-01T08:00:00+08:00", "method": "人脸" });
    item["accounts"] = json!([{
        "accountNumber": "person-1", "name": "小明直播间", "roomUrl": "https://live.example.com/1",
        "profile": { "on": "2026-11-20", "certification": "个人认证", "operatingModel": "自播", "turnoverBand": "10万元以下" },
    }]);
    let producer = json!({ "kind": "RESIDENT_ID", "number": resident_id("19880808", 9) });
    item["presenters"] = json!([{
        "name": "阿岚 AI", "accountNumber": "person-1",
        "producer": { "name": planted::PRODUCER, "identity": producer },
    }]);
    item
}

impl Scene {
    pub(crate) async fn open(app: TestApp) -> Self {
        app.widen().await;
        app.admit_clients(&clients()).await;
        let mut scene = Self {
            app,
            callers: Vec::new(),
            names: BTreeMap::new(),
        };
        scene.suspect().await;
        scene.register().await;
        scene.link().await;
        scene.act().await;
        scene.revoke().await;
        // The window of January is open, and one client's time is over.
        scene.app.clock.set(instant("2027-01-05T09:00:00+08:00"));
        scene.seat().await;
        scene.hand_in().await;
        scene.survey().await;
        scene.bar().await;
        scene.file().await;
        scene
    }

    /// A request with every name replaced by what it stands for, as GraphQL's texts.
    pub(crate) fn filled(&self, text: &str) -> String {
        self.replaced(text, |value| format!("\"{value}\""))
    }

    /// The same within a path.
    pub(crate) fn path(&self, text: &str) -> String {
        self.replaced(text, ToOwned::to_owned)
    }

    fn replaced(&self, text: &str, written: impl Fn(&str) -> String) -> String {
        let names = self.names.iter();
        names.fold(text.to_owned(), |text, (name, value)| {
            text.replace(name, &written(value))
        })
    }

    /// What a name stands for.
    pub(crate) fn named(&self, name: &str) -> &str {
        self.names.get(name).unwrap_or_else(|| panic!("{name}"))
    }

    /// The caller of a column.
    pub(crate) fn caller(&self, column: &str) -> Actor {
        let found = self.callers.iter().find(|(name, _)| *name == column);
        let (_, token) = found.unwrap_or_else(|| panic!("{column}"));
        self.app.bearer(token.clone().unwrap_or_default())
    }

    pub(super) fn name(&mut self, name: &'static str, value: &Value) {
        let value = value.as_str().unwrap_or_else(|| panic!("{name}: {value}"));
        self.names.insert(name, value.to_owned());
    }

    async fn token(&self, column: &str) -> String {
        let row = client::by_name(&client_name(column))
            .one(&self.app.app.db)
            .await;
        let row = row.expect("read").expect("a client of the matrix");
        self.app.token(row.id.0, TimeDelta::minutes(15))
    }

    async fn seat(&mut self) {
        let mut columns: Vec<_> = CAST.iter().map(|(column, ..)| *column).collect();
        columns.extend(OUTSIDE);
        for column in columns {
            let token = match column {
                "anonymous" => None,
                _ => Some(self.token(column).await),
            };
            self.callers.push((column, token));
        }
    }

    async fn own(&self) -> Actor {
        self.app.actor("xihu-live").await
    }

    /// One record of every kind, and one of another platform.
    async fn register(&mut self) {
        let own = self.own().await;
        let mut streams = streamer(1);
        streams["residence"]["division"] = json!("330106");
        streams["agency"] = json!({ "kind": "USCC", "number": agency_code(1) });
        streams["operators"] = json!([operator()["identity"]]);
        streams["qualifications"][0]["issuer"] = json!("人社局");
        let mut sells = farmer(1);
        sells["businessAddress"]["division"] = json!("330106");
        let mut seated = company(1);
        seated["businessAddress"]["division"] = json!("330106");
        for (name, plural, item) in [
            ("$operator", "Operators", operator()),
            ("$company", "Operators", seated),
            ("$agency", "Agencies", agency(1)),
            ("$streamer", "Streamers", streams),
            ("$merchant", "Merchants", sells),
        ] {
            let made = own.register_kind(plural, vec![item]).await;
            assert_eq!(made["created"], 1, "{made:#}");
            self.name(name, &made["results"][0]["registration"]["id"]);
        }
        let other = self.app.actor("xihu-other").await;
        for (name, n) in [("$theirs", 50), ("$second", 51)] {
            let made = other.register(vec![company(n)]).await;
            self.name(name, &made["results"][0]["registration"]["id"]);
        }
        let moved = json!({ "identity": company(1)["identity"], "phone": planted::NEW_PHONE });
        assert_eq!(own.register(vec![moved]).await["updated"], 1);
        let read = own.operator(&json!(self.named("$operator"))).await;
        self.name("$party", &read["party"]["id"]);
        self.name("$platform", &read["platform"]["id"]);
        self.name("$number", &operator()["identity"]["number"]);
        self.name("$producer", &json!(resident_id("19880808", 9)));
        self.name("$streams", &streamer(1)["identity"]["number"]);
        self.name("$sells", &farmer(1)["identity"]["number"]);
        self.name("$firm", &json!(agency_code(1)));
        self.name("$code", &json!(credit_code(1)));
        own.train(vec![trained(
            &json!(self.named("$streamer")),
            "2026-11-01",
            "PASSED",
        )])
        .await;
        own.set_policy(json!({ "failedTraining": "WARN" })).await;
        let input = json!({ "account": "person-1", "streamers": [{ "registration": self.named("$streamer") }],
            "startsAt": "2026-12-01T20:00:00+08:00", "presenters": [{ "name": "阿岚 AI" }] });
        self.name("$session", &own.report(input).await["session"]["id"]);
        let office = self.app.actor("ningbo").await;
        let me = office.data("{ me { office { id } } }", json!({})).await;
        self.name("$office", &me["me"]["office"]["id"]);
    }

    /// Two leads to an evasion, the first of them decided.
    async fn suspect(&mut self) {
        let own = self.own().await;
        let suspected = person(74);
        own.register(vec![suspected.clone()]).await;
        own.list(listing(&suspected["identity"])).await;
        let accounts = ["person-74", planted::SECOND_ACCOUNT, "moved-74-b"];
        let accounts: Vec<_> = accounts
            .iter()
            .map(|number| json!({ "accountNumber": number }))
            .collect();
        let update = json!({ "identity": suspected["identity"], "accounts": accounts });
        assert_eq!(own.register(vec![update]).await["updated"], 1);
        let leads = own.leads(json!({})).await;
        self.name("$lead", &leads[1]["id"]);
        let input = json!({ "lead": leads[0]["id"], "decision": "DISMISSED", "reason": planted::LEAD_DECIDED });
        let decided = own.decide_lead_with(input).await;
        assert_eq!(decided["problems"], json!([]), "{decided:#}");
    }

    /// A link that the platform confirmed, took back and confirmed again.
    async fn link(&mut self) {
        let own = self.own().await;
        let input = json!({ "kind": "SAME_PERSON", "party": { "registration": self.named("$operator") },
            "other": { "registration": self.named("$streamer") }, "reason": planted::REASON });
        for name in ["$undone", "$confirmation"] {
            let made = own.confirm_link_with(input.clone()).await;
            let confirmations = made["link"]["confirmations"]
                .as_array()
                .expect("confirmations");
            let standing = confirmations.iter().find(|one| one["undoneAt"].is_null());
            let standing = standing.unwrap_or_else(|| panic!("{made:#}"));
            self.name(name, &standing["id"]);
            if name == "$undone" {
                assert_eq!(own.undo_link(&standing["id"]).await["problems"], json!([]));
            }
        }
    }

    /// A demand of the county with a proof, the measure that answers it, lifted again, and a report that was received; and the
    /// same of the other platform, so that it has some of its own.
    async fn act(&mut self) {
        let (own, county) = (self.own().await, self.app.actor("xihu").await);
        let proof = county.upload("举报记录").await;
        let asked = json!({ "subject": { "registration": self.named("$operator") }, "kinds": ["WARNING"],
            "dueOn": "2026-12-31", "facts": planted::DEMANDED, "evidence": [proof] });
        let made = county.on_measures("demandDisposition", asked).await;
        self.name("$proof", &json!(proof));
        self.name("$demand", &made["demand"]["id"]);
        let measure = warning(self.named("$operator"), planted::TAKEN_FOR);
        let made = own.on_measures("imposeDisposition", measure).await;
        self.name("$measure", &made["disposition"]["id"]);
        let answer = json!({ "demand": self.named("$demand"), "answer": planted::ANSWERED,
            "dispositions": [self.named("$measure")] });
        own.on_measures("answerDispositionDemand", answer).await;
        let lift = json!({ "disposition": self.named("$measure"), "reason": "已经改正" });
        own.on_measures("liftDisposition", lift).await;
        let reports = "{ dispositions(first: 1) { edges { node { reports { id } } } } }";
        let seen = county.data(reports, json!({})).await;
        self.name(
            "$report",
            &seen["dispositions"]["edges"][0]["node"]["reports"][0]["id"],
        );
        let receive = json!({ "report": self.named("$report") });
        county
            .on_measures("receiveDispositionReport", receive)
            .await;
        let theirs = self.named("$theirs").to_owned();
        let asked = json!({ "subject": { "registration": theirs }, "kinds": ["WARNING"],
            "dueOn": "2026-12-31", "facts": "另一平台的事" });
        let made = county.on_measures("demandDisposition", asked).await;
        self.name("$asked", &made["demand"]["id"]);
        let other = self.app.actor("xihu-other").await;
        other
            .on_measures("imposeDisposition", warning(&theirs, "另一平台的事"))
            .await;
    }

    /// The client who was revoked.
    async fn revoke(&mut self) {
        let row = client::by_name(&client_name("revoked"))
            .one(&self.app.app.db)
            .await;
        let id = row.expect("read").expect("a client").id.to_string();
        let security = self.app.actor("security").await;
        let input = json!({ "input": { "client": id, "reason": "COMPROMISED" } });
        let revoke = "mutation ($input: RevokeClientInput!) { revokeClient(input: $input) { problems { code } } }";
        let revoked = security.data(revoke, input).await;
        assert_eq!(revoked["revokeClient"]["problems"], json!([]));
        self.name("$client", &json!(id));
    }

    /// Files that were uploaded, one of them imported, one to be screened, and a link to one.
    async fn hand_in(&mut self) {
        let own = self.caller(OWN);
        let upload = own.upload("证明").await;
        self.name("$upload", &json!(upload));
        let lines = own.upload(&company(1).to_string()).await;
        self.name("$lines", &json!(lines));
        let job = own
            .imported(&self.app, &format!("{}\n{{}}\n", company(1)))
            .await;
        self.name("$job", &json!(job));
        let people = own.upload("姓名\n诸葛晓红\n").await;
        let screen =
            "mutation ($file: ID!) { screenFile(input: { file: $file }) { screening { id } } }";
        let asked = own.data(screen, json!({ "file": people })).await;
        self.name("$screening", &asked["screenFile"]["screening"]["id"]);
        let input = json!({ "input": { "file": upload, "purpose": "送审" } });
        let link =
            "mutation ($input: DownloadLinkInput!) { createDownloadLink(input: $input) { url } }";
        let made = own.data(link, input).await;
        let url = made["createDownloadLink"]["url"].as_str().expect("a link");
        let (_, link) = url.split_once("/links/").expect("a link");
        self.name("$link", &json!(link));
    }

    /// Two of the platform's entries, one of them shared, each with letter and appeal; another platform's; and a judgement of a
    /// name that is like a listed one.
    async fn bar(&mut self) {
        let (own, other) = (self.caller(OWN), self.caller("platform, other"));
        let recording = own.upload("直播录屏").await;
        self.name("$recording", &json!(recording));
        let barred = resident_id("19900101", 71);
        self.name("$barred", &json!(barred));
        let listed = |number: &str, name: &str, shared: bool| {
            let mut input = listing(&json!({ "kind": "RESIDENT_ID", "number": number }));
            (input["name"], input["shared"]) = (json!(name), json!(shared));
            (input["facts"], input["reason"]) = (json!(planted::FACTS), json!(planted::LISTED_FOR));
            input
        };
        let mut first = listed(self.named("$streams"), planted::STREAMER, false);
        first["evidence"] = json!([recording]);
        let first = own.list(first).await;
        let second = own.list(listed(&barred, planted::BARRED, true)).await;
        let elsewhere = resident_id("19900101", 72);
        let third = other.list(listed(&elsewhere, "上官文渊", false)).await;
        for (name, of) in [
            ("$entry", &first["entry"]["id"]),
            ("$listed", &first["entry"]["party"]["id"]),
            ("$letter", &first["notice"]["id"]),
            ("$shared", &second["entry"]["id"]),
            ("$told", &second["notice"]["id"]),
            ("$elsewhere", &third["entry"]["id"]),
        ] {
            self.name(name, of);
        }
        for (name, entry) in [("$appeal", &first), ("$contested", &second)] {
            let input = json!({ "entry": entry["entry"]["id"], "grounds": planted::GROUNDS });
            let received = own.appeal(input).await;
            self.name(name, &received["appeal"]["id"]);
        }
        for (decision, why) in [
            ("UNDER_REVIEW", planted::REVIEW),
            ("UPHELD", planted::DECIDED),
        ] {
            let input =
                json!({ "appeal": self.named("$appeal"), "decision": decision, "reasons": why });
            let done = own.decide(input).await;
            assert_eq!(done["problems"], json!([]), "{done:#}");
        }
        let input = json!({ "name": "诸葛晓红", "entry": self.named("$entry"), "verdict": "UNSURE", "reason": planted::JUDGED });
        let judged = own.judge(input).await;
        assert_eq!(judged["problems"], json!([]), "{judged:#}");
    }

    /// A filing that was accepted, and one that was returned.
    async fn file(&mut self) {
        let (own, province) = (self.own().await, self.app.actor("zhejiang").await);
        for (name, report) in [("$submission", "MERCHANT"), ("$returned", "LIVESTREAM")] {
            let made = own
                .prepare(json!({ "window": "2027-01", "report": report }))
                .await;
            assert_eq!(self.app.work().await, 1, "{made:#}");
            let filed = own.step("fileSubmission", &made).await;
            assert_eq!(filed["problems"], json!([]), "{filed:#}");
            self.name(name, &made["submission"]["id"]);
            if name == "$submission" {
                self.name("$workbook", &filed["submission"]["files"][0]["id"]);
                province.step("acceptSubmission", &made).await;
                continue;
            }
            let reasons =
                json!([{ "sheet": "已登记运营者", "row": 1, "message": planted::RETURNED }]);
            let input = json!({ "submission": made["submission"]["id"], "reasons": reasons });
            let done = province
                .act("returnSubmission", "ReturnSubmissionInput", input)
                .await;
            assert_eq!(done["submission"]["state"], "RETURNED", "{done:#}");
        }
        let next = own
            .prepare(json!({ "window": "2027-07", "report": "MERCHANT" }))
            .await;
        assert_eq!(self.app.work().await, 1, "{next:#}");
        self.name("$ready", &next["submission"]["id"]);
    }
}

/// The status and the body of a request, with a token if there is one.
pub(crate) async fn ask(
    app: &TestApp,
    token: Option<&str>,
    (method, path): (Method, &str),
    body: Option<String>,
) -> (u16, String) {
    let mut request = reqwest::Client::new().request(method, format!("{}{path}", app.base));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request
            .header("content-type", "application/json")
            .body(body);
    }
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.text().await.expect("text"))
}
