//! What is held about a person is told to that person, whole and in plain, and what the person asks has its clock. The
//! commands are typed into the real program; the number is never among their words.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::TestApp;
use crate::blacklist::{listing, somebody};
use crate::operator::{company, on_both, person, resident_id};
use crate::streamer::streamer;

/// What a command printed, and whether it did what it was asked.
struct Said {
    done: bool,
    out: String,
    err: String,
}

impl Said {
    fn out(self) -> String {
        assert!(self.done, "{}", self.err);
        self.out
    }

    fn err(self) -> String {
        assert!(!self.done && self.out.is_empty(), "{}", self.out);
        self.err
    }
}

impl TestApp {
    /// Types a command on the machine of this service, with something on standard input.
    fn types(&self, line: &str, input: &str) -> Said {
        let at = |name: &str| self.folder.path().join(name);
        let mut child = Command::new(env!("CARGO_BIN_EXE_test-minglu"))
            .args(line.split(' '))
            .current_dir(self.folder.path())
            .env("MINGLU_DATABASE_URL", &self.url)
            .env("MINGLU_CRYPTO_KEYS_FILE", at("vault-keys.json"))
            .env("MINGLU_AUTH_SIGNING_KEY", at("token-signing-key.json"))
            .env("MINGLU_AUTH_KEY_SET", at("token-keys.json"))
            .env("MINGLU_FILES_STORE", at("files"))
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a process");
        let mut pipe = child.stdin.take().expect("its input");
        pipe.write_all(input.as_bytes()).expect("it reads");
        drop(pipe);
        let ended = child.wait_with_output().expect("it ends");
        Said {
            done: ended.status.success(),
            out: String::from_utf8(ended.stdout).expect("text"),
            err: String::from_utf8(ended.stderr).expect("text"),
        }
    }
}

on_both! {
    async fn everything_about_a_person_is_told_to_that_person(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let number = resident_id("19900101", 1);
        let proof = platform.upload("一张证件").await;
        let mut item = person(1);
        item["verification"] = json!({ "at": "2026-10-01T08:00:00+08:00", "method": "人像比对", "evidence": proof });
        let mut firm = company(2);
        firm["legalRepresentative"] = json!({ "name": "欧阳小明", "identity": item["identity"] });
        let made = platform.register(vec![item.clone(), firm, person(3)]).await;
        let id = made["results"][0]["registration"]["id"].clone();
        platform.register(vec![json!({ "identity": item["identity"], "phone": "13900009999" })]).await;
        let mut seen = streamer(4);
        seen["operators"] = json!([item["identity"]]);
        platform.register_streamers(vec![seen]).await;
        app.clock.advance(chrono::TimeDelta::days(45));
        let (platform, office) = (app.actor("xihu-live").await, app.actor("zhejiang").await);
        let prepared = platform.prepare(json!({ "window": "2027-01" })).await;
        app.work().await;
        let filed = platform.step("fileSubmission", &prepared).await;
        office.fetch(&filed["submission"]["files"][0]).await;
        let reveal = "mutation ($input: RevealInput!) { reveal(input: $input) { problems { code } } }";
        let asked = json!({ "input": { "registrations": [id], "purpose": "核对第12号投诉" } });
        assert_eq!(platform.data(reveal, asked).await["reveal"]["problems"], json!([]));
        let sought = "query ($n: String!) { party(ref: { identity: { kind: RESIDENT_ID, number: $n } }) { id } }";
        office.data(sought, json!({ "n": number })).await;

        let page = app.types("subject report", &format!("{number}\n")).out();
        for told in [
            &*number, "欧阳小明", "13900000001", "13900009999", "福田街道", "person-1", "第 2 版", "第 1 版", "人像比对", "xihu-live",
            "登记的主体与其法定代表人或者负责人", "直播营销人员与直播间运营者", "2027-01", "已报送", "330000",
            "查看未脱敏信息", "核对第12号投诉", "按证件号码查询", "下载文件", "打印本人信息", "登记直播间运营者（已完成）", "\n七、本人提出的请求",
        ] {
            assert!(page.contains(told), "{told} is not told:\n{page}");
        }
        for other in [&*resident_id("19900101", 3), "13900000003", "宁波海曙"] {
            assert!(!page.contains(other), "{other} is somebody else's:\n{page}");
        }
        let held: Value = serde_json::from_str(&app.types("subject report --json", &number).out()).expect("JSON");
        assert_eq!(held["registrations"][0]["revisions"][0]["facts"]["phone"], "13900009999", "{held:#}");
        assert_eq!((&held["registrations"][0]["id"], &held["mentions"][1]["until"]), (&id, &Value::Null));
        assert_eq!(held["registrations"][0]["files"], json!([proof]));
        let entries = app.audit().await;
        let reports: Vec<_> = entries.iter().filter(|entry| entry.operation == "subjectReport").collect();
        assert_eq!(reports.len(), 2);
        assert!(reports[0].subjects.contains(id.as_str().expect("an id")) && !reports[0].detail.contains(&number));
    }

    async fn what_the_list_says_of_a_person_is_told_to_that_person(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let number = resident_id("19900101", 1);
        let proof = platform.upload("直播录屏").await;
        let mut input = listing(&somebody(1));
        input["evidence"] = json!([proof]);
        let listed = platform.list(input).await;
        platform.list(listing(&somebody(2))).await;
        let received = platform.appeal(json!({ "entry": listed["entry"]["id"], "grounds": "当日主播不是我本人。" })).await;
        let decided = json!({ "appeal": received["appeal"]["id"], "decision": "UPHELD", "reasons": "录屏与本人相符。" });
        platform.decide(decided).await;
        app.actor("guangdong").await.status(vec![json!({ "identity": somebody(1) })]).await;
        let page = app.types("subject report", &format!("{number}\n")).out();
        for told in [
            "黑名单记录（1 条）", "平台黑名单，xihu-live", "自 2026-12-01 至 2027-05-31", "欧阳晓彤", "《中华人民共和国广告法》第十七条",
            "疾病治疗功能", "经两次警示", "平台申诉中心", "2026-12-01 收到申诉（维持列入）：当日主播不是我本人。", "录屏与本人相符。",
            "列入黑名单告知书：文件", "申诉处理结果告知书：文件", &proof, "guangdong：查询黑名单", "xihu-live：列入黑名单",
        ] {
            assert!(page.contains(told), "{told} is not told:\n{page}");
        }
        let held: Value = serde_json::from_str(&app.types("subject report --json", &number).out()).expect("JSON");
        assert_eq!(held["entries"].as_array().map(Vec::len), Some(1), "the other one's is not told: {held:#}");
        assert_eq!(held["entries"][0]["letters"].as_array().map(Vec::len), Some(2));
    }

    async fn nobody_and_nonsense_are_told_apart(app: TestApp) {
        let nobody = app.types("subject report", &resident_id("19700101", 1)).out();
        assert_eq!(nobody.trim(), "没有保存此人的信息。");
        assert_eq!(app.types("subject report --json", &resident_id("19700101", 1)).out().trim(), "null");
        let wrong = app.types("subject report", "330782197001010011\n").err();
        assert!(!wrong.contains("330782"), "what was typed is not repeated: {wrong}");
        assert!(app.types("subject report", "").err().contains("identity number"));
        let passport = app.types("subject report --kind PASSPORT --country KOR", "M12345678").out();
        assert_eq!(passport.trim(), "没有保存此人的信息。");
        assert!(!app.types("subject report --number 1", "").done, "a number is no flag");
    }

    async fn what_a_person_asks_is_clocked_and_answered_once(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![person(1)]).await;
        let number = resident_id("19900101", 1);
        let letter = format!("{number}\n我的电话已改为13512345678，\n请更正。\n");
        let added = app.types("subject objection add --asks CORRECTION --received-on 2026-02-13", &letter).out();
        let (id, due) = added.trim().split_once('\n').expect("two lines");
        assert!(due.ends_with("2026-03-12"), "fifteen working days over 春节 and its working Saturdays: {due}");
        let listed = app.types("subject objection list", "").out();
        assert!(listed.contains(id) && listed.contains("overdue") && listed.contains("请更正"), "{listed}");
        assert!(!app.dump().await.contains("13512345678"), "the words are sealed");
        let page = app.types("subject report", &number).out();
        assert!(page.contains("2026-02-13 收到，2026-03-12 前答复：我的电话已改为13512345678，"), "{page}");

        let answer = format!("subject objection answer --id {id} --outcome GRANTED --answered-on");
        assert!(app.types(&format!("{answer} 2026-02-12"), "已更正").err().contains("2026-02-13"), "not before it was received");
        assert!(app.types(&format!("{answer} 2126-02-12"), "已更正").err().contains("future"));
        app.types(&format!("{answer} 2026-03-01"), "已请平台更正").out();
        assert!(!app.types(&format!("{answer} 2026-03-02"), "再答").done, "an answer is given once");
        assert_eq!(app.types("subject objection list", "").out().trim(), "");
        let listed = app.types("subject objection list --all", "").out();
        assert!(listed.contains("2026-03-01 granted"), "{listed}");
        let page = app.types("subject report", &number).out();
        assert!(page.contains("2026-03-01 答复：同意。已请平台更正"), "{page}");

        let stranger = format!("{}\n请删除\n", resident_id("19700101", 1));
        assert!(!app.types("subject objection add --asks DELETION", &stranger).done, "nothing is held of them");
        assert!(app.types("subject objection add --asks DELETION", &number).err().contains("text"), "a request says something");
        let operations: Vec<_> = app.audit().await.into_iter().map(|entry| entry.operation).collect();
        for deed in ["enterObjection", "answerObjection", "listObjections"] {
            assert!(operations.iter().any(|operation| operation == deed), "{deed}");
        }
    }

    async fn holds_are_placed_listed_and_lifted(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![person(1)]).await;
        let id = made["results"][0]["registration"]["id"].as_str().expect("an id").to_owned();
        let add = format!("hold add --registration {id}");
        let hold = app.types(&add, "法院协助执行通知，当事人13512345678").out();
        assert_eq!(app.types(&add, "又一次").out(), hold, "what is held already keeps its hold");
        let hold = hold.trim();
        let listed = app.types("hold list", "").out();
        assert!(listed.contains(hold) && listed.contains(&id) && listed.contains("法院协助执行通知"), "{listed}");
        assert!(!app.dump().await.contains("13512345678"), "the reason is sealed");
        assert!(!app.types("hold add --party 00000000-0000-7000-8000-000000000000", "无").done, "there is no such party");
        assert!(!app.types(&format!("hold add --party {id} --platform {id}"), "两个").done);
        assert!(!app.types(&add, "").done, "a hold has a reason");
        app.types(&format!("hold lift --id {hold}"), "通知已撤销").out();
        assert!(!app.types(&format!("hold lift --id {hold}"), "再来").done);
        assert_eq!(app.types("hold list", "").out().trim(), "");
        assert!(app.types("hold list --all", "").out().contains("通知已撤销"));
        let due = app.types("retention --dry-run", "").out();
        assert!(due.contains("closed registrations") && due.contains("unused uploads"), "{due}");
        assert!(app.types("retention", "").out().lines().all(|line| line.ends_with(" 0")));
    }
}
