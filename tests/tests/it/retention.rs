//! What is kept no longer is removed, with what belongs to it, and nothing that somebody still needs. Time is the database's
//! own, so what is to be old is dated back.

use api::jobs;
use api::registry::retention::{self, Count, Held};
use entity::kind::HeldKind;
use futures_util::future::join;
use sea_orm::DbBackend;
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::blacklist::{listing, somebody, verdicts};
use crate::look::outcomes;
use crate::operator::{company, on_both, person, resident_id};
use crate::streamer::streamer;

const NOTHING: Count = Count {
    registrations: 0,
    checks: 0,
    submissions: 0,
    imports: 0,
    objections: 0,
    sessions: 0,
    entries: 0,
};

impl TestApp {
    async fn retain(&self) -> Count {
        let (due, _) = retention::due(&self.app).await.expect("what is due");
        let done = jobs::retain(&self.app).await.expect("retention");
        if due.submissions == 0 {
            assert_eq!(due, done, "a dry run tells what is removed");
        }
        assert_eq!(jobs::retain(&self.app).await.expect("again"), NOTHING);
        done
    }

    /// Dates columns of a table back by years.
    pub(crate) async fn dated_back(&self, table: &str, columns: &[&str], years: u32, which: &str) {
        let postgres = self.app.db.get_database_backend() == DbBackend::Postgres;
        for column in columns {
            let day = column.ends_with("_on");
            let new = match (postgres, day) {
                (true, true) => format!("({column} - interval '{years} years')::date"),
                (true, false) => format!("{column} - interval '{years} years'"),
                (false, true) => format!("date({column}, '-{years} years')"),
                (false, false) => {
                    format!("(strftime('%Y', {column}) - {years}) || substr({column}, 5)")
                }
            };
            self.run(&format!(
                "UPDATE {table} SET {column} = {new} WHERE {which}"
            ))
            .await;
        }
    }

    async fn rows_in(&self, table: &str) -> i64 {
        self.number(&format!("SELECT count(*) FROM {table}")).await
    }

    /// How many files lie in the store.
    fn files_kept(&self) -> usize {
        let folder = self.folder.path().join("files/files");
        std::fs::read_dir(folder).map_or(0, Iterator::count)
    }

    /// What the audit says was removed, by kind.
    async fn removed(&self, kind: &str) -> Vec<(Vec<String>, Value)> {
        let entries = self.audit().await.into_iter();
        let of_kind = entries
            .filter(|entry| entry.operation == "retention")
            .filter_map(|entry| {
                let detail: Value = serde_json::from_str(&entry.detail).expect("JSON");
                let ids = entry.subjects.split(' ').map(str::to_owned).collect();
                (detail["removed"]["kind"] == kind).then(|| (ids, detail["removed"].clone()))
            });
        of_kind.collect()
    }
}

fn id_of(batch: &Value, index: usize) -> String {
    let id = &batch["results"][index]["registration"]["id"];
    id.as_str().expect("an id").to_owned()
}

async fn closed(platform: &Actor, id: &str) {
    let item = json!({ "registration": id, "on": "2026-12-01", "reason": "CLOSED_BY_PLATFORM" });
    assert_eq!(outcomes(&platform.close(vec![item]).await), "CLOSED");
}

on_both! {
    async fn a_closed_registration_goes_with_all_that_is_its_own(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let before = (app.rows_in("party").await, app.files_kept());
        let (proof, shared) = (platform.upload("一张证件").await, platform.upload("一份合同").await);
        let mut leaving = person(1);
        leaving["verification"] = json!({ "at": "2026-10-01T08:00:00+08:00", "method": "OCR", "evidence": proof });
        leaving["sellers"] = json!([{ "kind": "RESIDENT_ID", "number": resident_id("19700101", 9) }]);
        let staying = json!({ "at": "2026-10-01T08:00:00+08:00", "method": "OCR", "evidence": shared });
        let mut other = person(2);
        other["verification"] = staying.clone();
        let made = platform.register(vec![leaving, other, company(3)]).await;
        assert_eq!(outcomes(&made), "CREATED CREATED CREATED", "{made:#}");
        let (gone, kept) = (id_of(&made, 0), id_of(&made, 1));
        let verify = "mutation ($input: ConfirmVerificationInput!) { confirmVerification(input: $input) { updated } }";
        let again = json!({ "registration": gone, "verification": { "at": "2026-11-01T08:00:00+08:00", "method": "OCR", "evidence": shared } });
        assert_eq!(platform.data(verify, json!({ "input": { "items": [again] } })).await["confirmVerification"]["updated"], 1);
        closed(&platform, &gone).await;
        assert_eq!(app.retain().await, NOTHING, "its time is not over");
        app.dated_back("registration", &["closed_on"], 4, "status = 'CLOSED'").await;
        assert_eq!(app.retain().await, Count { registrations: 1, ..NOTHING });

        assert_eq!(app.rows_in("registration").await, 2);
        for table in ["revision", "account", "tie", "file_use"] {
            let own = format!("{table} WHERE {} = {}", if table == "file_use" { "used_by" } else { "registration_id" }, uuid(&app, &gone));
            assert_eq!(app.rows_in(&own).await, 0, "{table}");
        }
        assert_eq!(app.rows_in("party").await, before.0 + 2, "the person and the seller that nobody else names are forgotten");
        assert_eq!(app.files_kept(), before.1 + 1, "the proof is gone, what another one uses is not");
        assert_eq!(platform.operator(&json!(kept)).await["status"], "ACTIVE");
        let (ids, what) = app.removed("registrations").await.remove(0);
        assert_eq!(ids, [gone]);
        assert_eq!((&what["revisions"], &what["parties"], &what["files"]), (&json!(3), &json!(2), &json!(1)), "{what}");
        assert!(!what.to_string().contains("欧阳"), "ids and counts, nothing else");
    }

    async fn what_is_held_named_filed_or_objected_to_stays(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register((1..=6).map(person).collect()).await;
        let mut tied = streamer(7);
        tied["operators"] = json!([person(3)["identity"]]);
        platform.register_streamers(vec![tied]).await;
        let ids: Vec<String> = (0..6).map(|index| id_of(&made, index)).collect();
        // The first two are filed.
        for id in &ids[2..] {
            closed(&platform, id).await;
        }
        app.run("UPDATE tie SET until = NULL WHERE kind = 'STREAMER_OPERATOR'").await;
        app.clock.advance(chrono::TimeDelta::days(45));
        let platform = app.actor("xihu-live").await;
        let prepared = platform.prepare(json!({ "window": "2027-01" })).await;
        app.work().await;
        platform.step("fileSubmission", &prepared).await;
        for id in &ids[..1] {
            closed(&platform, id).await;
        }
        let hold = |kind, subject: &str| Held { kind, subject: subject.parse().expect("an id") };
        let placed = retention::add_hold(&app.app, hold(HeldKind::Registration, &ids[3]), "某案，联系13512345678").await;
        let placed = placed.expect("a deed").expect("a hold");
        let asked = api::registry::subject::Asked {
            person: api::registry::subject::Person { kind: entity::kind::IdentityKind::ResidentId, country: None },
            number: resident_id("19900101", 5), kind: entity::kind::ObjectionKind::Objection, received_on: None, text: "不同意删除".to_owned(),
        };
        api::registry::subject::add(&app.app, &asked).await.expect("a deed").expect("entered");
        app.dated_back("registration", &["closed_on"], 4, "status = 'CLOSED'").await;

        assert_eq!(app.retain().await.registrations, 1, "the sixth alone");
        let left = app.column("SELECT CAST(external_id AS TEXT) FROM registration WHERE status = 'CLOSED' ORDER BY external_id").await;
        assert_eq!(left, ["p-1", "p-3", "p-4", "p-5"], "filed, named by an open tie, held, objected to");
        assert!(!app.dump().await.contains("13512345678"), "the reason of a hold is sealed");

        retention::lift_hold(&app.app, placed, "结案").await.expect("a deed").expect("lifted");
        assert_eq!(app.retain().await.registrations, 1, "what is lifted goes");
        let all = retention::holds(&app.app, true).await.expect("holds");
        assert_eq!((all[0].reason.as_str(), all[0].lifted.as_ref().map(|(_, why)| why.as_str())), ("某案，联系13512345678", Some("结案")));
        assert!(retention::holds(&app.app, false).await.expect("holds").is_empty());
        let platform_id = app.platform_id("xihu-live").await;
        app.run("UPDATE tie SET until = since WHERE until IS NULL").await;
        retention::add_hold(&app.app, hold(HeldKind::Platform, &platform_id), "检查").await.expect("a deed").expect("a hold");
        assert_eq!(app.retain().await, NOTHING, "a platform is held with all that stands in its book");
    }

    async fn superseded_checks_go_from_below_and_what_was_filed_stays(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let (first, second) = (platform.upload("甲").await, platform.upload("乙").await);
        let before = app.files_kept();
        let mut item = person(1);
        item["verification"] = json!({ "at": "2026-10-01T08:00:00+08:00", "method": "OCR", "evidence": first });
        let made = platform.register(vec![item, person(2)]).await;
        let id = id_of(&made, 0);
        let patch = |fields: Value| {
            let mut patch = json!({ "identity": person(1)["identity"] });
            for (name, value) in fields.as_object().expect("fields") {
                patch[name] = value.clone();
            }
            vec![patch]
        };
        platform.register(patch(json!({ "phone": "13900000011" }))).await;
        platform.register(patch(json!({ "verification": { "at": "2026-11-01T08:00:00+08:00", "method": "OCR", "evidence": second } }))).await;
        platform.register(patch(json!({ "phone": "13900000012" }))).await;
        assert_eq!(app.retain().await, NOTHING);
        // The third is what took the second's place, four years ago; the fourth is of today.
        let own = format!("registration_id = {}", uuid(&app, &id));
        app.dated_back("revision", &["recorded_at"], 4, &format!("{own} AND number < 4")).await;
        app.dated_back("registration", &["created_at"], 4, "1 = 1").await;
        assert_eq!(app.retain().await, Count { checks: 2, ..NOTHING });
        let numbers = format!("SELECT CAST(number AS TEXT) FROM revision WHERE {own} ORDER BY number");
        assert_eq!(app.column(&numbers).await, ["3", "4"]);
        assert_eq!(app.files_kept(), before - 1, "the proof of the check that was removed is gone, the other one stays");
        let told = format!("{{ operator(id: \"{id}\") {{ revision history(first: 10) {{ edges {{ node {{ number }} }} pageInfo {{ hasNextPage }} }} }} }}");
        let told = platform.data(&told, json!({})).await;
        assert_eq!(told["operator"]["history"]["edges"].as_array().map(Vec::len), Some(2), "{told}");
        assert_eq!(app.removed("checks").await[0].1["revisions"], 2);

        app.clock.advance(chrono::TimeDelta::days(45));
        let platform = app.actor("xihu-live").await;
        platform.prepare(json!({ "window": "2027-01" })).await;
        platform.register(patch(json!({ "phone": "13900000013" }))).await;
        app.dated_back("revision", &["recorded_at"], 4, &own).await;
        assert_eq!(app.retain().await, Count { checks: 1, ..NOTHING }, "the third; the fourth was frozen");
        assert_eq!(app.column(&numbers).await, ["4", "5"]);
    }

    async fn old_filings_lose_workbooks_and_rows_and_the_last_one_stays(app: TestApp) {
        app.actor("xihu-live").await.register(vec![company(1), person(2)]).await;
        app.clock.advance(chrono::TimeDelta::days(45));
        let filed = async |window: &str| {
            let platform = app.actor("xihu-live").await;
            let prepared = platform.prepare(json!({ "window": window })).await;
            app.work().await;
            let filed = platform.step("fileSubmission", &prepared).await;
            assert_eq!(filed["submission"]["state"], "FILED", "{filed:#}");
            prepared
        };
        let old = filed("2027-01").await;
        app.actor("zhejiang").await.step("acceptSubmission", &old).await;
        app.clock.advance(chrono::TimeDelta::days(180));
        let new = filed("2027-07").await;
        let platform = app.actor("xihu-live").await;
        app.dated_back("submission", &["updated_at", "filed_at"], 4, "1 = 1").await;
        let stored = app.files_kept();
        let (due, _) = retention::due(&app.app).await.expect("what is due");
        assert_eq!(due.submissions, 1);
        assert_eq!(app.retain().await, Count { submissions: 1, ..NOTHING });
        let seen = platform.filing(&old).await;
        assert_eq!((&seen["submission"]["state"], &seen["submission"]["files"]), (&json!("ACCEPTED"), &json!([])));
        assert_eq!(seen["submission"]["rowCount"], 2, "that and how much was filed stays known");
        assert!(app.files_kept() < stored);
        let rows = |filing: &Value| {
            let id = uuid(&app, filing["submission"]["id"].as_str().expect("an id"));
            format!("submission_row WHERE submission_id = {id}")
        };
        assert_eq!((app.rows_in(&rows(&old)).await, app.rows_in(&rows(&new)).await), (0, 2), "the next filing is compared with the last");
        assert!(!platform.filing(&new).await["submission"]["files"].as_array().expect("files").is_empty());
    }

    async fn old_imports_go_with_their_files(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let before = app.files_kept();
        let text = format!("{}\n{}\n", company(1), json!({ "identity": { "kind": "USCC", "number": "1" } }));
        let file = platform.upload(&text).await;
        let begin = "mutation ($input: ImportRegistrationsInput!) { importRegistrations(input: $input) { job { id } problems { code } } }";
        let job = platform.data(begin, json!({ "input": { "file": file, "kind": "OPERATOR" } })).await;
        assert_eq!(job["importRegistrations"]["problems"], json!([]), "{job}");
        assert_eq!(jobs::import_once(&app.app).await.expect("an import"), 1);
        assert_eq!(app.files_kept(), before + 2, "the upload and the problems");
        assert_eq!(app.retain().await, NOTHING);
        app.dated_back("import_job", &["updated_at"], 4, "1 = 1").await;
        assert_eq!(app.retain().await, Count { imports: 1, ..NOTHING });
        assert_eq!((app.rows_in("import_job").await, app.rows_in("import_chunk").await), (0, 0));
        assert_eq!(app.files_kept(), before);
        assert_eq!(app.rows_in("registration").await, 1, "what was imported stays");
    }

    async fn an_ended_entry_goes_with_appeals_letters_and_evidence(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let before = (app.rows_in("party").await, app.files_kept());
        let proof = platform.upload("直播录屏").await;
        let mut entries = Vec::new();
        for n in 1..=4 {
            let mut input = listing(&somebody(n));
            if n == 1 {
                input["evidence"] = json!([proof]);
            }
            let entry = platform.list(input).await["entry"].take();
            entries.push((entry["id"].clone(), entry["party"]["id"].clone()));
        }
        let received = platform.appeal(json!({ "entry": entries[0].0, "grounds": "不是本人" })).await;
        let decided = json!({ "appeal": received["appeal"]["id"], "decision": "REMOVED", "reasons": "查明属实" });
        assert_eq!(platform.decide(decided).await["problems"], json!([]));
        let judged = json!({ "name": "欧阳小彤", "entry": entries[0].0, "verdict": "SAME", "reason": "电话核实" });
        assert_eq!(platform.judge(judged).await["problems"], json!([]));
        platform.appeal(json!({ "entry": entries[1].0, "grounds": "仍在申诉" })).await;
        for (entry, _) in &entries[1..3] {
            platform.remove(entry, "查明不实").await;
        }
        let held = entries[2].1.as_str().expect("a party");
        let held = Held { kind: HeldKind::Party, subject: held.parse().expect("an id") };
        retention::add_hold(&app.app, held, "某案").await.expect("a deed").expect("a hold");
        assert_eq!(app.retain().await, NOTHING, "their time is not over");
        app.dated_back("blacklist_entry", &["ended_at"], 4, "ended_at IS NOT NULL").await;
        let version = app.number("SELECT number FROM blacklist_version").await;
        assert_eq!(app.retain().await, Count { entries: 1, ..NOTHING }, "appealed, held and in force, the others stay");

        assert_eq!(app.number("SELECT number FROM blacklist_version").await, version + 1);
        assert_eq!((app.rows_in("blacklist_entry").await, app.rows_in("blacklist_appeal").await), (3, 1));
        assert_eq!((app.rows_in("match_judgement").await, app.rows_in("blacklist_notice").await), (0, 5));
        assert_eq!(app.rows_in("party").await, before.0 + 3, "whom nothing names any more is forgotten");
        assert_eq!(app.files_kept(), before.1 + 5, "letters and evidence are gone");
        let (ids, what) = app.removed("entries").await.remove(0);
        assert_eq!(json!(ids), json!([entries[0].0]));
        assert_eq!((&what["appeals"], &what["judgements"], &what["files"]), (&json!(1), &json!(1), &json!(3)), "{what}");
    }

    async fn a_party_that_is_listed_outlives_its_registration(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![person(1)]).await;
        let mut input = listing(&person(1)["identity"]);
        input["role"] = json!("OPERATOR");
        platform.list(input).await;
        closed(&platform, &id_of(&made, 0)).await;
        app.dated_back("registration", &["closed_on"], 4, "status = 'CLOSED'").await;
        assert_eq!(app.retain().await, Count { registrations: 1, ..NOTHING });
        let asked = vec![json!({ "identity": person(1)["identity"] })];
        assert_eq!(verdicts(&platform.status(asked).await), "LISTED");
    }

    async fn two_processes_at_once_do_no_harm(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register((1..=30).map(person).collect()).await;
        for index in 0..20 {
            closed(&platform, &id_of(&made, index)).await;
        }
        app.dated_back("registration", &["closed_on"], 4, "status = 'CLOSED'").await;
        let other = app.beside(&[]).await;
        let (one, two) = join(jobs::retain(&app.app), jobs::retain(&other.app)).await;
        let done = [one, two].into_iter().flatten().map(|count| count.registrations).sum::<u64>();
        let rest = jobs::retain(&app.app).await.expect("what is left").registrations;
        assert_eq!(done + rest, 20, "each goes once, whoever removes it");
        assert_eq!(app.rows_in("registration").await, 10);
        let told: usize = app.removed("registrations").await.iter().map(|(ids, _)| ids.len()).sum();
        assert_eq!(told, 20);
    }
}

/// An id as the database writes it in a statement.
fn uuid(app: &TestApp, id: &str) -> String {
    if app.app.db.get_database_backend() == DbBackend::Postgres {
        format!("'{id}'")
    } else {
        format!("x'{}'", id.replace('-', ""))
    }
}
