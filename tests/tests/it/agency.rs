//! Agencies as a platform and its regulators meet them.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::look::{assert_tells, outcomes};
use crate::operator::on_both;
use crate::streamer::streamer;

/// A credit code of an agency in Hangzhou's Xihu district.
pub(crate) fn agency_code(n: u32) -> String {
    let body = format!("91330106MB{n:07}");
    let check = entity::value::credit_code::check_character(&body).expect("a body");
    format!("{body}{check}")
}

/// A sound agency.
pub(crate) fn agency(n: u32) -> Value {
    json!({
        "externalId": format!("a-{n}"),
        "identity": { "kind": "USCC", "number": agency_code(n) },
        "name": format!("杭州第{n}号文化传媒有限公司"),
        "phone": "0571-87654321",
        "domicile": { "text": "天目山路100号", "division": "330106" },
        "permits": [{ "kind": "PERFORMANCE_BROKERAGE", "number": format!("3301{n:06}") }],
    })
}

const FIELDS: &str = "id kind name phone status revision fingerprint platform { platformName }
  party { identity { kind masked } } domicile { text division { code } } permits { kind number }
  verification { state }";

impl Actor {
    /// Registers agencies.
    pub(crate) async fn register_agencies(&self, items: Vec<Value>) -> Value {
        self.register_kind("Agencies", items).await
    }

    /// An agency with the names of its streamers.
    pub(crate) async fn agency(&self, id: &Value) -> Value {
        let query = format!(
            "query ($id: ID!) {{ agency(id: $id) {{ {FIELDS}
               streamers {{ totalCount edges {{ node {{ id name }} }} }} }} }}"
        );
        self.data(&query, json!({ "id": id })).await["agency"].take()
    }
}

on_both! {
    async fn an_agency_is_registered_read_and_listed(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register_agencies(vec![agency(1), agency(2)]).await;
        assert_eq!(outcomes(&made), "CREATED CREATED", "{made:#}");
        let id = &made["results"][0]["registration"]["id"];
        let read = platform.agency(id).await;
        assert_eq!(read["name"], "杭州第1号文化传媒有限公司", "an organisation's name is public");
        assert_eq!(read["kind"], "AGENCY");
        assert_eq!(read["domicile"], json!({ "text": "浙江省杭州市西湖区***", "division": { "code": "330106" } }));
        assert_eq!(read["party"]["identity"]["masked"], json!(agency_code(1)));
        assert_eq!(read["verification"]["state"], "NOT_REQUIRED", "no edition names an interval for agencies");
        let again = platform.register_agencies(vec![agency(1)]).await;
        assert_eq!(outcomes(&again), "UNCHANGED");
        let list = platform.data("{ agencies { totalCount edges { node { name } } } }", json!({})).await;
        assert_eq!(list["agencies"]["totalCount"], 2);
        assert_eq!(app.actor("xihu").await.agency(id).await["name"], read["name"], "seen by domicile");
        assert_eq!(app.actor("guangdong").await.agency(id).await, Value::Null);
    }

    async fn an_agency_is_an_organisation_with_a_phone_and_a_domicile(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut person = agency(1);
        person["identity"] = json!({ "kind": "RESIDENT_ID", "number": crate::operator::resident_id("19900101", 1) });
        let mut bare = agency(2);
        bare.as_object_mut().expect("an object").retain(|key, _| key == "identity" || key == "name");
        let refused = platform.register_agencies(vec![person, bare]).await;
        assert_eq!(outcomes(&refused), "REJECTED REJECTED");
        assert_tells!(refused["results"][0], [("IDENTITY_NOT_ORGANISATION", "items.0.identity")]);
        assert_tells!(refused["results"][1], [("REQUIRED", "items.1.phone"), ("REQUIRED", "items.1.domicile")]);
    }

    async fn when_an_agency_closes_its_streamers_say_so(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register_agencies(vec![agency(1)]).await;
        let agency_id = made["results"][0]["registration"]["id"].clone();
        let members = platform.register_streamers(vec![with_agency(1, 1), with_agency(2, 1), streamer(3)]).await;
        assert_eq!(outcomes(&members), "CREATED CREATED CREATED", "{members:#}");
        let ids: Vec<_> = (0..3).map(|n| members["results"][n]["registration"]["id"].clone()).collect();
        assert_eq!(platform.agency(&agency_id).await["streamers"]["totalCount"], 2);
        let before = platform.streamer(&ids[0]).await;
        assert_eq!(before["agency"]["id"], agency_id);
        platform.close(vec![json!({ "registration": agency_id, "on": "2026-12-01", "reason": "DECEASED_OR_DISSOLVED" })]).await;
        let after = platform.streamer(&ids[0]).await;
        assert_eq!(after["agency"], Value::Null);
        assert_eq!(after["revision"], 2);
        assert_ne!(after["fingerprint"], before["fingerprint"], "the agency is filed with the streamer");
        assert_eq!(after["history"]["edges"][0]["node"]["changed"], json!(["agency"]));
        assert_eq!(platform.streamer(&ids[2]).await["revision"], 1, "who had no agency is not touched");
        assert_eq!(platform.agency(&agency_id).await["streamers"]["totalCount"], 0);
    }

    async fn a_corrected_agency_keeps_its_streamers(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register_agencies(vec![agency(1)]).await;
        let agency_id = made["results"][0]["registration"]["id"].clone();
        let members = platform.register_streamers(vec![with_agency(1, 1)]).await;
        let id = members["results"][0]["registration"]["id"].clone();
        let before = platform.streamer(&id).await;
        let proof = platform.upload("营业执照").await;
        let corrected = platform.correct(json!({
            "registration": agency_id, "to": { "kind": "USCC", "number": agency_code(9) },
            "reason": "代码录入有误", "evidence": [proof] })).await;
        assert_eq!(corrected["problems"], json!([]), "{corrected:#}");
        let after = platform.streamer(&id).await;
        assert_eq!(after["agency"]["id"], agency_id);
        assert_ne!(after["fingerprint"], before["fingerprint"]);
        let same = platform.register_streamers(vec![with_agency(1, 9)]).await;
        assert_eq!(outcomes(&same), "UNCHANGED", "the tie follows the number: {same:#}");
    }
}

/// A streamer of an agency.
pub(crate) fn with_agency(n: u32, agency: u32) -> Value {
    let mut streamer = streamer(n);
    streamer["agency"] = json!({ "kind": "USCC", "number": agency_code(agency) });
    streamer
}
