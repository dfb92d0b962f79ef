//! How often and for how much one caller may ask: each client by itself, whoever has no token by address, and an address
//! behind a proxy only where the settings name the proxy.

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};

const ME: &str = "{ me { role } }";

impl Actor {
    async fn heard(&self, query: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = self
            .request(Method::POST, "/graphql")
            .json(&json!({ "query": query }));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.expect("an answer")
    }

    /// How many of so many requests are answered.
    async fn answered(&self, many: usize, headers: &[(&str, &str)]) -> (usize, Option<Response>) {
        let mut last = None;
        for number in 0..many {
            let answer = self.heard(ME, headers).await;
            if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                return (number, Some(answer));
            }
            last = Some(answer);
        }
        (many, last)
    }
}

/// Insists on a refusal that tells when to come again.
async fn refused(answer: Response, words: &str) {
    assert_eq!(answer.status(), 429);
    let after = answer.headers()["retry-after"]
        .to_str()
        .expect("text")
        .parse::<u32>();
    let after = after.expect("seconds");
    assert!((1..=60).contains(&after), "{after}");
    let answer: Value = answer.json().await.expect("JSON");
    assert!(answer.get("data").is_none(), "{answer}");
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"]["code"], "RATE_LIMITED");
    assert_eq!(error["extensions"]["retryAfter"], after);
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|message| message.contains(words)),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_client_has_its_own_minute() {
    let app = TestApp::start_with(Engine::Sqlite, &[("limits.requests_per_minute", "60")]).await;
    let (platform, other) = (
        app.actor("xihu-live").await,
        app.actor("guangzhou-live").await,
    );
    // Less than a second goes by in tests of sixty requests, or a few more are answered.
    let (answered, last) = platform.answered(200, &[]).await;
    assert!((60..100).contains(&answered), "{answered}");
    refused(last.expect("an answer"), "请求过于频繁").await;
    refused(
        platform.heard(ME, &[("accept-language", "en")]).await,
        "too many requests",
    )
    .await;
    let files = platform.request(Method::POST, "/files?name=x").body("x");
    refused(files.send().await.expect("an answer"), "请求过于频繁").await;
    assert_eq!(
        other.answered(20, &[]).await.0,
        20,
        "another client's minute is its own"
    );
    let live = platform
        .request(Method::GET, "/livez")
        .send()
        .await
        .expect("an answer");
    assert_eq!(live.status(), 200, "a probe is nobody's request");
    // Another token is the same client.
    let again = app.actor("xihu-live").await;
    refused(
        again.heard(ME, &[("accept-language", "en")]).await,
        "too many requests",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_for_is_paid_before_it_is_done() {
    let few = [
        ("limits.complexity", "1000"),
        ("limits.cost_per_minute", "1000"),
    ];
    let app = TestApp::start_with(Engine::Sqlite, &few).await;
    let platform = app.actor("xihu-live").await;
    let page = "{ operators(first: 200) { edges { node { id } } } }";
    let first = platform.heard(page, &[]).await;
    assert_eq!(first.status(), 200);
    refused(platform.heard(page, &[]).await, "查询的数据过多").await;
    let batch = json!([{ "query": page }, { "query": ME }]);
    let batch = platform
        .request(Method::POST, "/graphql")
        .json(&batch)
        .send()
        .await;
    let batch: Value = batch.expect("an answer").json().await.expect("JSON");
    assert_eq!(
        batch[0]["errors"][0]["extensions"]["code"], "RATE_LIMITED",
        "{batch}"
    );
    assert_eq!(
        batch[1]["data"]["me"]["role"], "PLATFORM",
        "what is small is still answered"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_no_token_is_counted_by_address() {
    let few = [("limits.anonymous_per_minute", "30")];
    let direct = TestApp::start_with(Engine::Sqlite, &few).await;
    let stranger = direct.bearer("forged".to_owned());
    let from = |address| [("x-forwarded-for", address)];
    let (answered, last) = stranger.answered(100, &from("198.51.100.1")).await;
    assert!((30..50).contains(&answered), "{answered}");
    refused(last.expect("an answer"), "没有有效令牌").await;
    let other = stranger.heard(ME, &from("198.51.100.2")).await;
    assert_eq!(
        other.status(),
        429,
        "nobody's word about an address is believed"
    );
    let link = reqwest::get(format!("{}/links/AAAA", direct.base)).await;
    assert_eq!(
        link.expect("an answer").status(),
        429,
        "links are followed without a token"
    );
    let platform = direct.actor("xihu-live").await;
    assert_eq!(
        platform.answered(40, &[]).await.0,
        40,
        "a client is not its address"
    );

    let proxied = direct
        .beside(&[few[0], ("server.trusted_proxies", "127.0.0.0/8")])
        .await;
    let stranger = proxied.bearer("forged".to_owned());
    let (answered, _) = stranger.answered(100, &from("198.51.100.1")).await;
    assert!((30..50).contains(&answered), "{answered}");
    let other = stranger.heard(ME, &from("198.51.100.2")).await;
    assert_eq!(other.status(), 401, "the proxy's word is");
    let spoofed = stranger.heard(ME, &from("6.6.6.6, 198.51.100.1")).await;
    assert_eq!(
        spoofed.status(),
        429,
        "the client's own word before it is not"
    );
}
