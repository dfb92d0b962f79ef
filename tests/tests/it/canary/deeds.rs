//! Deeds that are done with everything of a person in the fields that are meant for it, as a platform and its province do
//! them, with the jobs that belong to them.

use std::time::Duration;

use serde_json::{Value, json};

use super::needles::Canary;
use super::requests::Api;
use super::sender::Sender;
use crate::operator::{company, resident_id};

/// It stands in clear by design, and so shows that the search finds what is there.
pub(super) const PLAIN: &str = "room-canary-plain-7351";

/// Everything of the person in the fields that are meant for it.
fn person(canaries: &[Canary], proof: &str) -> Value {
    let [number, phone, name, address, _] = canaries else {
        panic!("five canaries");
    };
    let own = json!({ "kind": "RESIDENT_ID", "number": number.text });
    let at = json!({ "text": address.text, "division": "330782" });
    json!({
        "externalId": "canary-1", "identity": own, "name": name.text, "form": "NATURAL_PERSON", "phone": phone.text,
        "businessAddress": at, "domicile": at, "accounts": [{ "accountNumber": PLAIN }],
        "presenters": [{ "name": "云中数字人", "producer": { "name": name.text, "identity": own } }],
        "sellers": [own],
        "verification": { "at": "2026-10-01T08:00:00+08:00", "method": "OCR", "evidence": proof },
    })
}

/// What a platform does with the person, from registering to filing, each deed done.
pub(super) async fn done(sender: &mut Sender, api: &Api, canaries: &[Canary], window: &str) {
    let platform = sender.named("demo-platform-2");
    let all: Vec<_> = canaries.iter().map(|canary| canary.text.as_str()).collect();
    let all = all.join(" ");
    let proof = sender.upload(&platform, &all).await;
    let item = person(canaries, &proof);
    let [operator, streamer, merchant] = registered(sender, api, &item).await;
    changed(
        sender,
        api,
        (&all, &proof),
        [&operator, &streamer, &merchant],
    )
    .await;
    linked(sender, api, &item["identity"], &all).await;
    barred(sender, api, canaries, (&all, &proof)).await;
    let ask = json!({ "registrations": [operator], "purpose": "核对" });
    let revealed = sender.deed(api, &platform, "reveal", ask).await;
    assert!(
        revealed.to_string().contains(&canaries[0].text),
        "reveal shows it: {revealed:#}"
    );
    imported(sender, api, canaries).await;
    surveyed(sender, api, canaries).await;
    filed(sender, api, (&all, window)).await;
}

/// The person in every role, and the head of a firm: the ids of operator, streamer and merchant.
async fn registered(sender: &mut Sender, api: &Api, item: &Value) -> [Value; 3] {
    let platform = sender.named("demo-platform-2");
    let (identity, at) = (item["identity"].clone(), item["businessAddress"].clone());
    let named = json!({ "identity": identity, "name": item["name"], "phone": item["phone"] });
    let with = |fields: Value| {
        let mut item = named.clone();
        let members = item.as_object_mut().expect("an object");
        members.extend(fields.as_object().expect("an object").clone());
        item
    };
    let boss = json!({ "name": item["name"], "identity": identity });
    let firm = json!({ "identity": company(9_101)["identity"], "name": "宁波金丝雀测试有限公司", "phone": item["phone"],
        "domicile": at, "legalRepresentative": boss });
    let deeds = [
        ("registerOperators", item.clone()),
        (
            "registerStreamers",
            with(json!({ "residence": at, "operators": [identity] })),
        ),
        (
            "registerMerchants",
            with(
                json!({ "form": "NATURAL_PERSON", "businessAddress": at, "exemption": "HOME_CRAFT",
            "shops": [{ "name": "甲店" }] }),
            ),
        ),
        ("registerAgencies", firm),
    ];
    let mut ids = Vec::new();
    for (deed, item) in deeds {
        let input = json!({ "items": [item], "idempotencyKey": format!("canary {deed}") });
        let made = sender.deed(api, &platform, deed, input.clone()).await;
        assert_eq!(made["created"], 1, "{made:#}");
        ids.push(made["results"][0]["registration"]["id"].clone());
        sender.deed(api, &platform, deed, input).await;
    }
    ids.truncate(3);
    ids.try_into().expect("three ids")
}

/// A verification, a closing and a correction, each with its reason.
async fn changed(
    sender: &mut Sender,
    api: &Api,
    (all, proof): (&str, &str),
    [operator, streamer, merchant]: [&Value; 3],
) {
    let platform = sender.named("demo-platform-2");
    let verification =
        json!({ "at": "2026-11-01T08:00:00+08:00", "method": "OCR", "evidence": proof });
    let checked = json!({ "items": [{ "registration": operator, "verification": verification }] });
    sender
        .deed(api, &platform, "confirmVerification", checked)
        .await;
    let gone =
        json!({ "registration": streamer, "on": "2026-11-01", "reason": "OTHER", "note": all });
    sender
        .deed(
            api,
            &platform,
            "closeRegistrations",
            json!({ "items": [gone] }),
        )
        .await;
    let other = json!({ "kind": "RESIDENT_ID", "number": resident_id("19880808", 813) });
    let corrected =
        json!({ "registration": merchant, "to": other, "reason": all, "evidence": [proof] });
    sender
        .deed(api, &platform, "correctIdentity", corrected)
        .await;
}

/// A judgement of who is who, and a look at the person.
async fn linked(sender: &mut Sender, api: &Api, identity: &Value, all: &str) {
    let platform = sender.named("demo-platform-2");
    let link = json!({ "kind": "SAME_PERSON", "party": { "identity": identity },
        "other": { "identity": company(9_101)["identity"] }, "reason": all });
    sender.deed(api, &platform, "confirmPartyLink", link).await;
    let query = api.document("query", "party", &["ref"]);
    let reference = json!({ "ref": { "identity": identity } });
    sender.ask(&platform, "party", &query, reference).await;
}

/// The person on the list and off it again, with an appeal that was decided and a name that was judged.
async fn barred(sender: &mut Sender, api: &Api, canaries: &[Canary], (all, proof): (&str, &str)) {
    let platform = sender.named("demo-platform-2");
    let (number, name) = (&canaries[0].text, &canaries[2].text);
    let subject = json!({ "identity": { "kind": "RESIDENT_ID", "number": number } });
    let listed = json!({
        "subject": subject, "name": name, "role": "STREAMER", "facts": all, "reason": all, "validUntil": "2099-12-31",
        "legalBasis": { "instrument": "广告法", "level": "LAW", "article": "第十七条" },
        "appealChannel": "平台申诉中心", "evidence": [proof],
    });
    let listed = sender.deed(api, &platform, "listOnBlacklist", listed).await;
    let entry = listed["entry"]["id"].clone();
    assert!(entry.is_string(), "{listed:#}");
    let judged = json!({ "name": name, "entry": entry, "verdict": "SAME", "reason": all });
    sender.deed(api, &platform, "judgeMatch", judged).await;
    let query = api.document("query", "blacklistStatus", &["items"]);
    let asked = json!({ "items": [{ "subject": { "name": name } }, { "subject": subject }] });
    let found = sender
        .ask(&platform, "blacklistStatus", &query, asked)
        .await;
    let found = &found["data"]["blacklistStatus"]["results"];
    for index in [0, 1] {
        assert_eq!(found[index]["verdict"], "LISTED", "{found:#}");
    }
    let appeal = json!({ "entry": entry, "grounds": all, "evidence": [proof] });
    let appeal = sender
        .deed(api, &platform, "appealBlacklisting", appeal)
        .await;
    for decision in ["UNDER_REVIEW", "UPHELD"] {
        let decided =
            json!({ "appeal": appeal["appeal"]["id"], "decision": decision, "reasons": all });
        let decided = sender
            .deed(api, &platform, "decideBlacklistAppeal", decided)
            .await;
        assert_eq!(decided["appeal"]["state"], decision, "{decided:#}");
    }
    let removed = json!({ "entry": entry, "reasons": all });
    let removed = sender
        .deed(api, &platform, "removeFromBlacklist", removed)
        .await;
    assert_eq!(removed["entry"]["state"], "REMOVED", "{removed:#}");
}

/// A file of good and bad lines.
async fn imported(sender: &mut Sender, api: &Api, canaries: &[Canary]) {
    let platform = sender.named("demo-platform-2");
    let [number, phone, name, ..] = canaries else {
        panic!("five canaries")
    };
    let mut again = person(canaries, "x");
    again["externalId"] = json!(phone.text);
    let lines = [
        again.to_string(),
        format!("{{\"{}\": \"{}\"}}", phone.text, number.text),
        format!("{{ \"identity\": \"{}\" }}", number.text),
        format!("not JSON {} {}", number.text, name.text),
        json!({ "identity": { "kind": "USCC", "number": number.text }, "phone": number.text })
            .to_string(),
    ];
    let file = sender.upload(&platform, &lines.join("\n")).await;
    let begun = json!({ "file": file, "kind": "OPERATOR" });
    let begun = sender
        .deed(api, &platform, "importRegistrations", begun)
        .await;
    let id = begun["job"]["id"].clone();
    let query = "query ($id: ID!) { importJob(id: $id) { state rejected problems { code path message suggestion }
        rows { edges { node { problems { code path message suggestion } } } } problemsFile { path } } }";
    for _ in 0..600 {
        let job = sender
            .ask(&platform, "importJob", query, json!({ "id": id }))
            .await;
        if job["data"]["importJob"]["state"] == "COMMITTED" {
            assert_eq!(job["data"]["importJob"]["rejected"], 5, "{job:#}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the import does not end");
}

/// A workbook with the person in the right columns and in wrong ones, read and written.
async fn surveyed(sender: &mut Sender, api: &Api, canaries: &[Canary]) {
    let platform = sender.named("demo-platform-2");
    let [number, phone, name, address, _] = canaries else {
        panic!("five canaries")
    };
    let (number, phone, name, address) = (&number.text, &phone.text, &name.text, &address.text);
    let lines = [
        format!("填报人：{name}，联系电话：{phone}"),
        "直播账号,运营者名称,运营者证件号码,运营者联系电话,直播场所".to_owned(),
        format!("canary-room,{name},{number},{phone},浙江省义乌市{address}"),
        // Rows of one subject stand and fall together, so the wrong ones name nobody.
        format!("{number},{name},{phone},{number},{address}"),
        format!("{phone},{number},{name},{address},{number}"),
    ];
    let file = sender.upload(&platform, &lines.join("\n")).await;
    let begun = sender
        .deed(api, &platform, "importSurvey", json!({ "file": file }))
        .await;
    let id = begun["job"]["id"].clone();
    let query = "query ($id: ID!) { importJob(id: $id) { state accepted rejected columns { header samples } facts { kind text }
        problems { code path message suggestion } rows { edges { node { effects { changes { before after } }
        problems { code path message suggestion } } } } } }";
    for wanted in ["REVIEW", "COMMITTED"] {
        let mut state = Value::Null;
        for _ in 0..600 {
            let job = sender
                .ask(&platform, "importJob", query, json!({ "id": id }))
                .await;
            state = job["data"]["importJob"]["state"].clone();
            if state == wanted {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(state, wanted, "the survey does not get there");
        if wanted == "REVIEW" {
            let commit = json!({ "job": id, "mode": "GOOD_ROWS" });
            sender.deed(api, &platform, "commitImport", commit).await;
        }
    }
}

/// A filing with a download of one's own, and a return with reasons.
async fn filed(sender: &mut Sender, api: &Api, (all, window): (&str, &str)) {
    let (platform, province) = (
        sender.named("demo-platform-2"),
        sender.named("demo-province-2"),
    );
    let prepared = sender
        .deed(
            api,
            &platform,
            "prepareSubmission",
            json!({ "window": window }),
        )
        .await;
    let id = prepared["submission"]["id"].clone();
    assert!(id.is_string(), "{prepared:#}");
    let query = "query ($id: ID!) { submission(id: $id) { state files { id path } problems { path message } } }";
    let mut ready = Value::Null;
    for _ in 0..600 {
        ready = sender
            .ask(&platform, "prepared", query, json!({ "id": id }))
            .await["data"]["submission"]
            .take();
        if ready["state"] == "READY" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let file = &ready["files"][0];
    let link = json!({ "file": file["id"], "purpose": "核对" });
    let link = sender
        .deed(api, &platform, "createDownloadLink", link)
        .await;
    let url = link["url"].as_str().unwrap_or_else(|| panic!("{link}"));
    let url = url
        .strip_prefix("http")
        .map_or(format!("{}{url}", sender.base), |_| url.to_owned());
    let own = sender
        .http
        .get(url)
        .send()
        .await
        .expect("an answer")
        .bytes()
        .await
        .expect("a workbook");
    assert!(own.len() > 1_000, "a workbook of one's own");
    let input = json!({ "submission": id });
    sender.deed(api, &platform, "fileSubmission", input).await;
    let reason = json!({ "sheet": "已登记运营者", "message": all });
    let returned = json!({ "submission": id, "reasons": [reason] });
    let returned = sender
        .deed(api, &province, "returnSubmission", returned)
        .await;
    assert_eq!(returned["submission"]["state"], "RETURNED", "{returned:#}");
}
