//! Links between parties as platforms and regulators meet them: what registrations state, what corrections and equal phones
//! suggest, and what people confirm and take back.

mod judging;
mod meeting;
mod sight;

use serde_json::{Value, json};
use tests::database::Engine;

use crate::agency::agency;
use crate::app::{Actor, TestApp};
use crate::look::outcomes;
use crate::merchant::merchant;
use crate::operator::{company, credit_code, on_both, person, resident_id};

/// The resident number of somebody behind a business.
pub(crate) fn boss(n: u32) -> Value {
    json!({ "kind": "RESIDENT_ID", "number": resident_id("19850505", n) })
}

/// A registration with a person of a role behind it.
fn behind(mut item: Value, role: &str, n: u32) -> Value {
    item[role] = json!({ "name": "司马老板", "identity": boss(n) });
    item
}

/// A company with a legal representative.
pub(crate) fn represented(company_number: u32, n: u32) -> Value {
    behind(company(company_number), "legalRepresentative", n)
}

fn uscc(n: u32) -> Value {
    json!({ "kind": "USCC", "number": credit_code(n) })
}

/// Only what names a company, so that everything else is kept.
fn only(n: u32) -> Value {
    json!({ "identity": uscc(n) })
}

impl Actor {
    /// The links of whoever has a number; null where the party is not in sight.
    pub(crate) async fn links(&self, identity: &Value, ended: bool) -> Value {
        const LINKS: &str = "query ($number: IdentityInput!, $ended: Boolean!) { party(ref: { identity: $number }) {
          id registrations(first: 5) { edges { node { id } } }
          links(ended: $ended) { kind since until source grounds state other { id identity { kind masked } }
            confirmations { id by at reason undoneAt undoneBy undoneReason } } } }";
        let variables = json!({ "number": identity, "ended": ended });
        self.data(LINKS, variables).await["party"]["links"].take()
    }

    /// Confirms a link between whoever has these numbers.
    pub(crate) async fn confirm_link(&self, kind: &str, party: &Value, other: &Value) -> Value {
        let input = json!({ "kind": kind, "party": { "identity": party }, "other": { "identity": other },
            "reason": "现场核对了证件原件" });
        self.confirm_link_with(input).await
    }

    /// Confirms a link with other arguments.
    pub(crate) async fn confirm_link_with(&self, input: Value) -> Value {
        const CONFIRM: &str = "mutation ($input: ConfirmPartyLinkInput!) { confirmPartyLink(input: $input) {
          outcome party { id } link { kind state since other { id } confirmations { id by reason undoneAt } }
          problems { code path message severity } } }";
        self.data(CONFIRM, json!({ "input": input })).await["confirmPartyLink"].take()
    }

    /// Takes a confirmation back.
    pub(crate) async fn undo_link(&self, confirmation: &Value) -> Value {
        const UNDO: &str = "mutation ($input: UndoPartyLinkInput!) { undoPartyLink(input: $input) {
          outcome party { id } link { kind state confirmations { id undoneAt undoneBy undoneReason } }
          problems { code path message severity } } }";
        let input = json!({ "confirmation": confirmation, "reason": "证件是伪造的" });
        self.data(UNDO, json!({ "input": input })).await["undoPartyLink"].take()
    }
}

/// What each link says in short: kind, state, first and last day, grounds and the other's number.
fn told(links: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let links = links.as_array().unwrap_or_else(|| panic!("links: {links}"));
    links
        .iter()
        .map(|link| {
            let grounds = link["grounds"].as_array().expect("grounds");
            let grounds: Vec<_> = grounds.iter().map(word).collect();
            [
                word(&link["kind"]),
                word(&link["state"]),
                format!("{}..{}", word(&link["since"]), word(&link["until"])),
                grounds.join("+"),
                word(&link["other"]["identity"]["masked"]),
            ]
            .join(" ")
        })
        .collect()
}

/// A resident number as it is shown.
fn masked(identity: &Value) -> String {
    let number = identity["number"].as_str().expect("a number");
    format!("{}*************{}", &number[..3], &number[16..])
}

async fn a_day_later(app: &TestApp) -> Actor {
    app.clock.advance(chrono::TimeDelta::days(1));
    app.actor("xihu-live").await
}

on_both! {
    async fn what_a_registration_states_links_its_party_and_the_person(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![represented(1, 1)]).await;
        assert_eq!(outcomes(&made), "CREATED");
        let stated = "LEGAL_REPRESENTATIVE PROPOSED 2026-12-01..- REGISTERED";
        assert_eq!(told(&platform.links(&uscc(1), false).await), [format!("{stated} {}", masked(&boss(1)))]);
        let from_the_person = platform.links(&boss(1), false).await;
        assert_eq!(told(&from_the_person), [format!("{stated} {}", credit_code(1))]);
        assert_eq!(from_the_person[0]["source"], "登记信息填报");

        let platform = a_day_later(&app).await;
        assert_eq!(outcomes(&platform.register(vec![represented(1, 2)]).await), "UPDATED");
        let now = format!("LEGAL_REPRESENTATIVE PROPOSED 2026-12-02..- REGISTERED {}", masked(&boss(2)));
        let once = format!("LEGAL_REPRESENTATIVE PROPOSED 2026-12-01..2026-12-02 REGISTERED {}", masked(&boss(1)));
        assert_eq!(told(&platform.links(&uscc(1), false).await), [now.as_str()]);
        assert_eq!(told(&platform.links(&uscc(1), true).await), [once.as_str(), now.as_str()]);
        assert_eq!(platform.links(&boss(1), false).await, json!([]), "it is over, and the person stays in sight");
        assert_eq!(told(&platform.links(&boss(1), true).await).len(), 1);
        assert_eq!(outcomes(&platform.register(vec![represented(1, 2)]).await), "UNCHANGED");
        let unnamed = json!({ "identity": uscc(1), "legalRepresentative": { "name": "司马老板" } });
        assert_eq!(outcomes(&platform.register(vec![unnamed]).await), "UPDATED");
        assert_eq!(platform.links(&uscc(1), false).await, json!([]), "a name alone names nobody");
    }

    async fn every_kind_that_states_people_links_them(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let mut shop = behind(company(1), "proprietor", 1);
        shop["form"] = json!("INDIVIDUAL_BUSINESS");
        platform.register(vec![shop]).await;
        platform.register_agencies(vec![behind(agency(1), "legalRepresentative", 1)]).await;
        let both = behind(behind(merchant(1), "proprietor", 1), "legalRepresentative", 1);
        platform.register_merchants(vec![both]).await;
        let mut kinds: Vec<_> = told(&platform.links(&boss(1), false).await).iter()
            .map(|link| link.split(' ').next().expect("a kind").to_owned()).collect();
        kinds.sort();
        assert_eq!(kinds, ["LEGAL_REPRESENTATIVE", "LEGAL_REPRESENTATIVE", "PROPRIETOR", "PROPRIETOR"]);
        let mut partnership = company(2);
        partnership["legalRepresentative"] = json!({ "name": "某合伙人公司", "identity": uscc(3) });
        let own = behind(person(1), "proprietor", 9);
        let made = platform.register(vec![partnership, own]).await;
        assert_eq!(outcomes(&made), "CREATED CREATED");
        assert_eq!(platform.links(&uscc(2), false).await, json!([]), "an organisation is no person");
        assert_eq!(platform.links(&person(1)["identity"], false).await, json!([]), "and a person no business");
        assert_eq!(app.number("SELECT count(*) FROM tie").await, 5);
    }

    async fn nobody_behind_a_business_is_on_the_lists_of_subjects(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![represented(1, 1)]).await;
        assert_eq!(made["results"][0]["problems"], json!([]), "whoever is named needs no registration: {made:#}");
        let query = "{ operators { totalCount edges { node { streamers { totalCount } } } } streamers { totalCount }
          registrations { totalCount } }";
        for viewer in ["xihu-live", "xihu", "ningbo", "zhejiang"] {
            let lists = app.actor(viewer).await.data(query, json!({})).await;
            assert_eq!(lists["operators"]["edges"], json!([{ "node": { "streamers": { "totalCount": 0 } } }]));
            assert_eq!((&lists["streamers"]["totalCount"], &lists["registrations"]["totalCount"]), (&json!(0), &json!(1)));
        }
    }

    async fn stating_people_takes_a_few_statements_and_none_a_row(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let register = async |items: Vec<Value>| {
            let (before, rows) = (app.statements(), items.len());
            let made = platform.register_with(json!({ "items": items, "idempotencyKey": null })).await;
            assert_eq!(made["created"], rows, "{made:#}");
            app.statements() - before
        };
        // The answer reads back what was written, in one look for all.
        let plain = register(vec![company(1)]).await;
        assert_eq!(register((2..=200).map(company).collect()).await, plain);
        let people = register(vec![represented(201, 1)]).await;
        assert_eq!(people, plain + 3, "who is known, who is new, the ties");
        assert_eq!(register((202..=400).map(|n| represented(n, n % 100)).collect()).await, people);
        let known = register((401..=500).map(|n| represented(n, n % 50)).collect()).await;
        assert_eq!(known, plain + 2);
    }

    async fn closing_ends_it_and_reopening_states_it_anew(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![represented(1, 1)]).await;
        let id = &made["results"][0]["registration"]["id"];
        platform.close(vec![json!({ "registration": id, "on": "2026-12-01", "reason": "CLOSED_BY_PLATFORM" })]).await;
        assert_eq!(platform.links(&boss(1), false).await, json!([]));
        let over = told(&platform.links(&boss(1), true).await);
        assert_eq!(over, [format!("LEGAL_REPRESENTATIVE PROPOSED 2026-12-01..2026-12-01 REGISTERED {}", credit_code(1))]);
        let platform = a_day_later(&app).await;
        assert_eq!(outcomes(&platform.register(vec![only(1)]).await), "REOPENED");
        let again = format!("LEGAL_REPRESENTATIVE PROPOSED 2026-12-02..- REGISTERED {}", credit_code(1));
        assert_eq!(told(&platform.links(&boss(1), false).await), [again]);
        assert_eq!(app.number("SELECT count(*) FROM tie").await, 2, "both periods are kept");
    }

    async fn what_was_registered_before_links_were_kept_is_linked_by_its_next_registering(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register(vec![represented(1, 1), represented(2, 2)]).await;
        app.run("DELETE FROM tie").await;
        assert_eq!(platform.links(&uscc(1), false).await, json!([]));
        assert_eq!(outcomes(&platform.register(vec![only(1), represented(2, 2)]).await), "UPDATED UPDATED");
        assert_eq!(told(&platform.links(&uscc(1), false).await).len(), 1);
        assert_eq!(told(&platform.links(&uscc(2), false).await).len(), 1);
        assert_eq!(outcomes(&platform.register(vec![only(1), represented(2, 2)]).await), "UNCHANGED UNCHANGED");
    }

    async fn a_corrected_number_proposes_that_both_are_one(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let made = platform.register(vec![represented(1, 1)]).await;
        let platform = a_day_later(&app).await;
        let correct = |to: u32, proof: String| json!({ "registration": made["results"][0]["registration"]["id"],
            "to": uscc(to), "reason": "录入时看错了一位", "evidence": [proof] });
        let done = platform.correct(correct(2, platform.upload("执照").await)).await;
        assert_eq!(done["problems"], json!([]), "{done:#}");
        let stated = format!("LEGAL_REPRESENTATIVE PROPOSED 2026-12-01..- REGISTERED {}", masked(&boss(1)));
        let same = |code: u32| format!("SAME_PERSON PROPOSED 2026-12-02..- CORRECTED {}", credit_code(code));
        assert_eq!(told(&platform.links(&uscc(2), false).await), [stated.clone(), same(1)]);
        assert_eq!(told(&platform.links(&uscc(1), false).await), [same(2)], "the old number stays in sight through it");
        let of_the_person = told(&platform.links(&boss(1), false).await);
        assert_eq!(of_the_person, [format!("LEGAL_REPRESENTATIVE PROPOSED 2026-12-01..- REGISTERED {}", credit_code(2))]);
        let platform = a_day_later(&app).await;
        platform.correct(correct(3, platform.upload("执照").await)).await;
        assert_eq!(told(&platform.links(&uscc(3), false).await).len(), 3, "each number it bore, and the person");
        let once = app.column("SELECT CAST(since AS text) || ' ' || CAST(until AS text) FROM tie
            WHERE kind = 'FORMER_IDENTITY' ORDER BY id").await;
        assert_eq!(once, ["2026-12-01 2026-12-02", "2026-12-02 2026-12-03"]);
        back_and_forth(&app).await;
        let found = app.column("SELECT CAST(since AS text) || ' ' || CAST(until AS text) FROM tie ORDER BY until").await;
        assert_eq!(found, once, "the revisions know it all along");
        assert_eq!(told(&platform.links(&uscc(3), false).await), [same(1), same(2).replace("-02..", "-03..")]);
    }

    async fn an_equal_phone_and_name_propose_the_same_person(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        let like = |identity: Value, name: &str, n: u32| {
            let mut item = person(n);
            item["identity"] = identity;
            item["name"] = json!(name);
            item["birthDate"] = json!("1990-01-01");
            item["phone"] = person(1)["phone"].clone();
            item
        };
        let passport = |n: u32| json!({ "kind": "PASSPORT", "number": format!("E1234567{n}"), "issuingCountry": "KOR" });
        let mut firm = company(1);
        firm["phone"] = person(1)["phone"].clone();
        firm["name"] = person(1)["name"].clone();
        platform.register(vec![person(1), like(passport(2), "欧阳小明", 2), like(passport(3), "欧阳明", 3), firm]).await;
        app.actor("guangzhou-live").await.register(vec![like(passport(4), "欧阳小明", 4)]).await;
        let proposed = "SAME_PERSON PROPOSED -..- PHONE_AND_NAME";
        for viewer in ["xihu-live", "zhejiang"] {
            let links = app.actor(viewer).await.links(&person(1)["identity"], false).await;
            assert_eq!(told(&links), [format!("{proposed} E12****72")], "{viewer}: what Guangzhou knows is out of sight");
        }
        assert_eq!(told(&platform.links(&passport(2), false).await).len(), 1);
        assert_eq!(platform.links(&passport(3), false).await, json!([]), "the name differs");
        assert_eq!(platform.links(&uscc(1), false).await, json!([]), "a company is no person");
        assert_eq!(told(&app.actor("national").await.links(&passport(2), false).await).len(), 2);
        // A phone that a whole company of people leave says nothing of who they are.
        let crowd = (10..28).map(|n| like(person(n)["identity"].clone(), "欧阳小明", n));
        platform.register(crowd.collect()).await;
        assert_eq!(platform.links(&person(1)["identity"], false).await, json!([]));
    }
}

/// Takes the last step of the history back and forth again.
async fn back_and_forth(app: &TestApp) {
    use migration::MigratorTrait as _;
    let history = migration::Migrator::migrations();
    let ours = history
        .iter()
        .position(|step| step.name().ends_with("_party_links"))
        .expect("the step");
    let steps = u32::try_from(history.len() - ours).expect("a few");
    let settings = app.settings(&[("database.migration_url", app.database().migration_url())]);
    let owner = api::db::connect_owner(&settings.database)
        .await
        .expect("the database's owner");
    migration::Migrator::down(&owner, Some(steps))
        .await
        .expect("the way back");
    api::db::migrate(&owner, None, &settings.database)
        .await
        .expect("the way forth");
}
