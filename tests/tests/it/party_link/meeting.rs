//! Judgements that meet each other, a correction, or the registering of the same people: one confirmation stands, nothing is
//! half done, and nobody is told of a fault.

use futures_util::future::{join, join_all};

use super::*;

on_both! {
    async fn of_many_who_confirm_at_once_one_does_and_the_others_find_it_done(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![represented(1, 1)]).await;
        let (firm, man) = (uscc(1), boss(1));
        for round in 1..=5 {
            let answers = join_all((0..6).map(|_| platform.confirm_link("LEGAL_REPRESENTATIVE", &firm, &man))).await;
            let mut outcomes: Vec<_> = answers.iter().map(|a| a["outcome"].as_str().expect("an outcome")).collect();
            outcomes.sort_unstable();
            assert_eq!(outcomes, ["CONFIRMED", "UNCHANGED", "UNCHANGED", "UNCHANGED", "UNCHANGED", "UNCHANGED"]);
            assert_eq!(app.number("SELECT count(*) FROM party_link WHERE undone_at IS NULL").await, 1);
            let links = platform.links(&firm, false).await;
            let standing = &links[0]["confirmations"][round - 1]["id"];
            let undone = join_all((0..4).map(|_| platform.undo_link(standing))).await;
            let done = undone.iter().filter(|a| a["outcome"] == "UNDONE").count();
            assert_eq!(done, 1, "{undone:#?}");
            assert!(undone.iter().all(|a| a["problems"] == json!([])), "{undone:#?}");
        }
        assert_eq!(app.number("SELECT count(*) FROM party_link").await, 5, "each confirmed once, each taken back once");
    }

    async fn a_platform_and_an_office_confirm_at_once_and_each_has_its_own(app: TestApp) {
        let (platform, office) = (app.actor("xihu-live").await, app.actor("zhejiang").await);
        platform.register(vec![represented(1, 1)]).await;
        let (firm, man) = (uscc(1), boss(1));
        let (a, b) = join(
            platform.confirm_link("LEGAL_REPRESENTATIVE", &firm, &man), office.confirm_link("LEGAL_REPRESENTATIVE", &man, &firm),
        ).await;
        assert_eq!((&a["outcome"], &b["outcome"]), (&json!("CONFIRMED"), &json!("CONFIRMED")), "{a:#} {b:#}");
        assert_eq!(app.number("SELECT count(*) FROM party_link").await, 2);
    }

    async fn a_number_is_corrected_while_its_link_is_confirmed(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        for n in 1..=6 {
            let made = platform.register(vec![represented(n, n)]).await;
            let proof = platform.upload("营业执照").await;
            let correction = json!({ "registration": made["results"][0]["registration"]["id"], "to": uscc(n + 50),
                "reason": "填错", "evidence": [proof] });
            let (firm, man) = (uscc(n), boss(n));
            let (confirmed, corrected) = join(
                platform.confirm_link("LEGAL_REPRESENTATIVE", &firm, &man), platform.correct(correction),
            ).await;
            assert_eq!(corrected["problems"], json!([]), "{corrected:#}");
            // The old number stays in sight, because the registration bore it: whichever came first, both are done.
            assert_eq!(confirmed["outcome"], "CONFIRMED", "{confirmed:#}");
            let old = told(&platform.links(&firm, false).await);
            assert_eq!(old.len(), 2, "{old:#?}");
            assert!(old[0].starts_with("LEGAL_REPRESENTATIVE CONFIRMED 2026-12-01..- CONFIRMED "), "{old:#?}");
            assert!(old[1].starts_with("SAME_PERSON PROPOSED 2026-12-01..- CORRECTED "), "{old:#?}");
            let new = told(&platform.links(&uscc(n + 50), false).await);
            assert_eq!(new.len(), 2, "what is stated goes with the registration: {new:#?}");
            assert_eq!(platform.links(&man, false).await.as_array().map(Vec::len), Some(2));
        }
    }

    async fn two_platforms_name_the_same_people_in_opposite_order(app: TestApp) {
        let (one, two) = (app.actor("xihu-live").await, app.actor("guangzhou-live").await);
        let parties = app.number("SELECT count(*) FROM party").await;
        // Half of those who are named register themselves in the other request.
        let firms = || (1..=60).map(|n| represented(n, n)).collect::<Vec<_>>();
        let mut people: Vec<_> = (1..=60).map(|n| {
            let mut item = if n % 2 == 0 { person(n) } else { represented(n + 60, n) };
            if n % 2 == 0 {
                item["identity"] = boss(n);
            }
            item
        }).collect();
        people.reverse();
        let (a, b) = join(one.register(firms()), two.register(people)).await;
        assert_eq!((&a["created"], &b["created"]), (&json!(60), &json!(60)), "{a:#} {b:#}");
        assert_eq!(app.number("SELECT count(*) FROM party").await, parties + 60 + 60 + 30);
        assert_eq!(app.number("SELECT count(*) FROM tie WHERE until IS NULL").await, 60 + 30);
    }
}
