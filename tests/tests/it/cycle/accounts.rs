//! One account, one holder: all endings of a batch count before new holders are judged, and a refused item ends nothing.

use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::TestApp;
use crate::look::{assert_tells, outcomes};
use crate::operator::{codes, company, on_both};

/// A company with these accounts: `+x` is run for somebody else.
fn with(n: u32, accounts: &[&str]) -> Value {
    let mut item = company(n);
    item["accounts"] = accounts
        .iter()
        .map(|account| match account.strip_prefix('+') {
            Some(number) => json!({ "accountNumber": number, "role": "ACTUAL_OPERATOR" }),
            None => json!({ "accountNumber": account }),
        })
        .collect();
    item
}

on_both! {
    async fn an_account_has_one_holder_and_any_number_of_operators(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![with(1, &["x"])]).await;
        let holder = made["results"][0]["registration"]["id"].as_str().expect("an id").to_owned();
        let second = platform.register(vec![with(2, &["+x", "y", "x2"]), with(3, &["+x"]), with(4, &["z", "+y", "x"])]).await;
        assert_eq!(outcomes(&second), "CREATED CREATED REJECTED", "{second:#}");
        assert_tells!(second["results"][2], [("ACCOUNT_HELD", "items.2.accounts.2.accountNumber")]);
        let message = second["results"][2]["problems"][0]["message"].as_str().expect("a message");
        assert!(message.contains(&holder), "{message}");
        let elsewhere = app.actor("xihu-other").await.register(vec![with(4, &["x"])]).await;
        assert_eq!(outcomes(&elsewhere), "CREATED", "another platform numbers its own accounts");
    }

    async fn the_place_told_is_the_place_sent(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![with(1, &["m"])]).await;
        platform.register(vec![with(2, &["a", "n"])]).await;
        let clash = platform.register(vec![with(2, &["+o", "n", "m", "a"])]).await;
        assert_tells!(clash["results"][0], [("ACCOUNT_HELD", "items.0.accounts.2.accountNumber")]);
        let twice = platform.register(vec![with(2, &["+b", "a", "a", "b"])]).await;
        assert_tells!(twice["results"][0], [
            ("ACCOUNT_TWICE", "items.0.accounts.2.accountNumber"),
            ("ACCOUNT_TWICE", "items.0.accounts.3.accountNumber"),
        ]);
    }

    async fn an_account_is_handed_over_within_one_batch_in_any_order(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![with(1, &["x", "k1"]), with(2, &["k2"])]).await;
        let given = platform.register(vec![with(1, &["k1"]), with(2, &["k2", "x"])]).await;
        assert_eq!(outcomes(&given), "UPDATED UPDATED", "{given:#}");
        let taken_back = platform.register(vec![with(1, &["k1", "x"]), with(2, &["k2"])]).await;
        assert_eq!(outcomes(&taken_back), "UPDATED UPDATED", "the taker may come before the giver");
        let swapped = platform.register(vec![with(1, &["k2"]), with(2, &["k1", "x"])]).await;
        assert_eq!(outcomes(&swapped), "UPDATED UPDATED", "{swapped:#}");
        let open = "SELECT number FROM account WHERE until IS NULL AND role = 'HOLDER' ORDER BY number";
        assert_eq!(app.column(open).await, ["k1", "k2", "x"]);
        let runs = platform.register(vec![with(2, &["k1", "+x"]), with(3, &["x"])]).await;
        assert_eq!(outcomes(&runs), "UPDATED CREATED", "a holder may stay on as the one who runs it");
    }

    async fn a_refused_item_ends_nothing(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![with(1, &["x", "k1"]), with(2, &["y"]), with(3, &["z"])]).await;
        let before = app.counts().await;
        let mut broken = with(1, &["k1"]);
        broken["phone"] = json!("not a phone");
        let chain = vec![broken, with(4, &["x"]), with(3, &["y"]), with(2, &["z", "x"])];
        let refused = platform.register(chain).await;
        assert_eq!(outcomes(&refused), "REJECTED REJECTED REJECTED REJECTED", "{refused:#}");
        assert_eq!(codes(&refused, 0), ["PHONE_FORM"]);
        for index in 1..4 {
            assert_eq!(codes(&refused, index), ["ACCOUNT_HELD"], "one refusal pulls the next");
        }
        let mut after = app.counts().await;
        after.insert("audit".to_owned(), before["audit"]);
        assert_eq!(after, before);
    }

    async fn the_first_of_two_new_holders_has_it(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![with(1, &["x"]), with(2, &["x"]), with(3, &["+x"])]).await;
        assert_eq!(outcomes(&made), "CREATED REJECTED CREATED", "{made:#}");
        assert_eq!(codes(&made, 1), ["ACCOUNT_HELD"]);
        assert_eq!(app.number("SELECT count(*) FROM party WHERE kind = 'USCC'").await, 3 + 2);
    }

    async fn more_accounts_than_one_statement_can_name(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let many = |n: u32| {
            let mut item = company(n);
            item["accounts"] = (0..1_000).map(|a| json!({ "accountNumber": format!("{n}-{a}") })).collect();
            item
        };
        let made = platform.register((1..=40).map(many).collect()).await;
        assert_eq!(made["created"], 40, "{:#}", made["results"][0]);
        assert_eq!(app.number("SELECT count(*) FROM account WHERE until IS NULL").await, 40_000);
        let mut more = many(1);
        more["accounts"].as_array_mut().expect("accounts").push(json!({ "accountNumber": "1-1000" }));
        let refused = platform.register(vec![more]).await;
        assert_tells!(refused["results"][0], [("TOO_MANY", "items.0.accounts")]);
    }
}
