//! More of the world than every test needs: a city above a county, a development zone, an office of two places, and a
//! platform domiciled in Ningbo. Data files are applied here as a machine's operator applies them.

use api::registry::{client, office};
use serde_json::{Value, json};

use crate::app::{Actor, TestApp};
use crate::operator::credit_code;

/// The number of the credit code of the platform in Ningbo; no test's company has it.
const NINGBO_LIVE: u32 = 9_000_001;

/// Hangzhou above Xihu, the zone inside Xihu, and an office competent for Ningbo and for Yiwu, which lies elsewhere.
const OFFICES: &str = r#"
[[office]]
key = "hangzhou"
name = "杭州市市场监督管理局"
authority = "MARKET"
level = "CITY"
division = "330100"
territory = [{ division = "330100" }]

[[office]]
key = "zone"
name = "钱塘试验区市场监督管理局"
authority = "MARKET"
level = "COUNTY"
division = "L330191"
territory = [{ division = "L330191" }]

[[office]]
key = "coast"
name = "甬义市场监督管理局"
authority = "MARKET"
level = "CITY"
division = "330200"
territory = [{ division = "330200" }, { division = "330782" }]
"#;

/// One client of a data file.
fn entry(name: &str, role: &str, holder: &str, scopes: &str) -> String {
    format!(
        "[[client]]\nkey = \"{name}\"\nname = \"{name}\"\nrole = \"{role}\"\n{holder}\nscopes = [{scopes}]\n\
         valid_from = 2020-01-01\nvalid_until = 2099-12-31\ncontact = \"测试\"\n\n"
    )
}

impl TestApp {
    /// The world with [`OFFICES`], their clients, and the platform `ningbo-live`.
    pub(crate) async fn widen(&self) {
        self.admit_offices(OFFICES).await;
        let system = self.actor("system").await;
        let code = credit_code(NINGBO_LIVE);
        let made = system
            .admit_platform("ningbo-live", &code, "330203", Value::Null)
            .await;
        assert_eq!(made["problems"], json!([]), "{made:#}");
        let reading = "\"registry:read\", \"registry:write\", \"file:upload\"";
        let filing =
            "\"registry:read\", \"registry:write\", \"submission:prepare\", \"submission:file\"";
        let platform = format!("platform = \"{code}\"");
        let mut clients = entry("ningbo-live", "PLATFORM", &platform, filing);
        for (name, role) in [("hangzhou", "CITY"), ("zone", "COUNTY"), ("coast", "CITY")] {
            clients += &entry(name, role, &format!("office = \"{name}\""), reading);
        }
        self.admit_clients(&clients).await;
    }

    /// Applies an offices file.
    pub(crate) async fn admit_offices(&self, text: &str) {
        let file = office::read(&self.app, text).await.expect("a read");
        let file = file.expect("a sound file");
        let applied = office::apply(&self.app, None, &file, false).await;
        applied.expect("offices are applied");
    }

    /// Applies a clients file.
    pub(crate) async fn admit_clients(&self, text: &str) {
        let file = client::read(&self.app, text).await.expect("a read");
        let file = file.expect("a sound file");
        let applied = client::apply(&self.app, &file, false).await;
        applied.expect("clients are applied");
    }
}

impl Actor {
    /// Registers a platform, or registers it anew, under a key if one is given.
    pub(crate) async fn admit_platform(
        &self,
        name: &str,
        code: &str,
        division: &str,
        key: Value,
    ) -> Value {
        const ADMIT: &str = "mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) {
          platform { id platformName updatedAt domicile { division { code } } } problems { code path } } }";
        let input = json!({
            "name": format!("{name}网络科技有限公司"), "platformName": name, "phone": "0571-88880000",
            "identity": { "kind": "USCC", "number": code }, "url": "https://live.example.com",
            "domicile": { "text": "文三路1号", "division": division }, "idempotencyKey": key,
        });
        self.data(ADMIT, json!({ "input": input })).await["registerPlatform"].take()
    }
}
