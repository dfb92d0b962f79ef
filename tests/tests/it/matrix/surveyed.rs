//! What the scene of the matrix has of surveys.

use serde_json::json;

use super::cast::{OWN, Scene};
use crate::survey::operators;

impl Scene {
    /// What the county found on the platform, and on one that it knows by its name only; and a survey of the platform's own that
    /// waits with a mapping that was learnt.
    pub(super) async fn survey(&mut self) {
        let (own, county) = (self.caller(OWN), self.caller("county"));
        let platform = self.named("$platform").to_owned();
        let found = operators("", [1]).replace("13800000001", "13911111111");
        let job = county
            .reviewed(&self.app, &found, json!({ "platform": platform }))
            .await;
        county.commits(&self.app, &job, "GOOD_ROWS").await;
        let unknown = operators("星光直播", [81]);
        let job = county.reviewed(&self.app, &unknown, json!({})).await;
        county.commits(&self.app, &job, "GOOD_ROWS").await;
        let told = "{ surveyDifferences(first: 1) { edges { node { id } } }
            surveyedPlatforms(first: 1) { edges { node { id } } } }";
        let told = county.data(told, json!({})).await;
        let id = |list: &str| told[list]["edges"][0]["node"]["id"].clone();
        self.name("$difference", &id("surveyDifferences"));
        self.name("$surveyed", &id("surveyedPlatforms"));
        let job = own
            .reviewed(&self.app, &operators("", [82]), json!({}))
            .await;
        let column = json!({ "sheet": job["columns"][0]["sheet"], "column": "A", "field": null });
        own.maps(&self.app, &job, json!([column])).await;
    }
}
