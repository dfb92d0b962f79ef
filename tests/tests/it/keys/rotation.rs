//! A rotation of all keys from one suite to the other, with two processes on one database: who starts out of step is refused
//! with a sentence, people are found by their number before, during and after, and at last the old keys are gone.

use std::path::PathBuf;

use api::jobs::reseal_once;
use api::registry::reseal::count;
use api::registry::rotation::activation::may_follow;
use api::registry::rotation::{holder, retire::retire};
use api::start::{self, Parts};
use api::vault::{KeyUse, Keys, KeysFault, Readers, Rotated, Suite};
use serde_json::{Value, json};
use tests::database::Engine;

use crate::app::{Actor, TestApp};
use crate::blacklist::{listing, somebody, verdicts};
use crate::operator::{company, on_both, person};

/// More than two batches.
const MANY: u32 = 450;
const RINGS: [KeyUse; 4] = [KeyUse::Seal, KeyUse::Index, KeyUse::Cursor, KeyUse::Link];
const GM: (&str, &str) = ("crypto.suite", "gm");

impl TestApp {
    fn keys_file(&self) -> PathBuf {
        self.folder.path().join("vault-keys.json")
    }

    fn change<T>(&self, change: impl FnOnce(&mut Keys) -> Result<T, KeysFault>) -> T {
        Keys::change(&self.keys_file(), Readers::Any, change).expect("the keys file is changed")
    }

    fn rotate(&self) {
        self.change(|keys| {
            for ring in RINGS {
                let random = |bytes: &mut [u8]| self.app.entropy.fill(bytes);
                keys.add(ring, Some(Suite::Gm), &random, self.app.now())?;
            }
            Ok(())
        });
    }

    fn activate(&self, rings: &[KeyUse]) {
        self.change(|keys| {
            rings
                .iter()
                .try_for_each(|ring| keys.activate(*ring).map(|_| ()))
        });
    }

    /// Ends as a process does that is told to.
    async fn leaves(&self) {
        holder::leave(&self.app).await.expect("it says goodbye");
    }

    async fn reseals(&self) -> i64 {
        reseal_once(&self.app).await.expect("the reconciler runs")
    }

    /// Why another process does not start with the keys file as it is.
    async fn refused(&self, more: &[(&str, &str)]) -> String {
        let refused = start::open(self.settings(more), Parts::default(), false).await;
        refused.err().expect("a refusal").to_string()
    }

    async fn under(&self, key: u32) -> u64 {
        let counts = count::by_key(&self.app).await.expect("counts");
        counts.iter().filter_map(|(_, keys)| keys.get(&key)).sum()
    }
}

/// Two people with one phone and one name, found to be alike by the index of the phone.
fn alike(n: u32) -> Value {
    let mut one = person(n);
    one["phone"] = json!("13911112222");
    one
}

/// Everybody is found again by number, is nobody else, and reads as before.
async fn finds(platform: &Actor, many: u32) {
    let again = platform.register((0..many).map(company).collect()).await;
    assert_eq!(again["unchanged"], many, "{}", again["results"][0]);
    let query = "query ($ref: PartyRef!) { party(ref: $ref) { registrations { edges { node { name } } } } }";
    let reference = json!({ "ref": { "identity": company(7)["identity"] } });
    let party = &platform.data(query, reference).await["party"];
    let name = &party["registrations"]["edges"][0]["node"]["name"];
    assert_eq!(*name, company(7)["name"], "{party:#}");
    let links = platform.links(&alike(901)["identity"], false).await;
    assert_eq!(links[0]["grounds"], json!(["PHONE_AND_NAME"]), "{links:#}");
}

/// Whom a name finds: one who is listed under it, one whose listing came later, and nobody by what was judged not the same.
async fn knows(platform: &Actor, names: &[(&str, &str)]) {
    let asked = names.iter().map(|(name, _)| json!({ "name": name }));
    let answer = platform.status(asked.collect()).await;
    let expected: Vec<_> = names.iter().map(|(_, verdict)| *verdict).collect();
    assert_eq!(verdicts(&answer), expected.join(" "), "{answer:#}");
}

/// Lists somebody under a name.
async fn bars(platform: &Actor, n: u32, name: &str) -> Value {
    let mut input = listing(&somebody(n));
    input["name"] = json!(name);
    let listed = platform.list(input).await;
    assert_eq!(listed["problems"], json!([]), "{listed:#}");
    listed["entry"]["id"].clone()
}

async fn judges(platform: &Actor, entry: &Value, name: &str) {
    let input = json!({ "name": name, "entry": entry, "verdict": "NOT_THE_SAME", "reason": "出生年份不同" });
    assert_eq!(platform.judge(input).await["problems"], json!([]));
}

async fn parties(app: &TestApp) -> i64 {
    app.number("SELECT count(*) FROM party").await
}

on_both! {
    async fn every_key_is_rotated_while_the_registry_is_in_use(app: TestApp) {
        let old = app.actor("xihu-live").await;
        old.register((0..MANY).map(company).collect()).await;
        old.register(vec![alike(901), alike(902)]).await;
        let proof = old.upload("一份凭证").await;
        let once = json!({ "items": [company(3)], "idempotencyKey": "kept" });
        let kept = old.register_with(once.clone()).await;
        let known = parties(&app).await;
        finds(&old, MANY).await;

        // Step 1: the keys are held. The old process is still at work, so nothing is indexed yet and nothing is activated.
        app.rotate();
        let held = app.beside(&[]).await;
        let new = old.clone_at(&held);
        assert_eq!(held.reseals().await, 0);
        let lagging = may_follow(&held.app, Rotated::Seal, 2).await.expect("a look");
        assert!(matches!(lagging, Err(KeysFault::Lagging { id: 2, .. })), "{lagging:?}");
        new.register((MANY..MANY + 5).map(company).collect()).await;
        finds(&old, MANY + 5).await;
        finds(&new, MANY + 5).await;

        // Step 2: everybody holds them; what is there is indexed under the new key, in two columns that are both unique.
        app.leaves().await;
        let early = may_follow(&held.app, Rotated::Index, 2).await.expect("a look");
        assert!(matches!(early, Err(KeysFault::NotIndexed { id: 2 })), "{early:?}");
        assert!(held.reseals().await > i64::from(2 * MANY), "numbers and phones");
        let lacking = "SELECT count(*) FROM party WHERE number_index_even IS NULL";
        assert_eq!(held.number(lacking).await, 0);
        let lacking = "SELECT count(*) FROM registration WHERE phone_index IS NOT NULL AND phone_index_even IS NULL";
        assert_eq!(held.number(lacking).await, 0);
        finds(&new, MANY + 5).await;

        // Step 3: they are active. Both processes find whom the other one registers.
        app.activate(&RINGS);
        assert!(app.refused(&[]).await.contains("crypto.suite"), "the setting names the suite");
        let active = app.beside(&[GM]).await;
        let newest = old.clone_at(&active);
        newest.register((MANY + 5..MANY + 9).map(company).collect()).await;
        finds(&new, MANY + 9).await;
        finds(&newest, MANY + 9).await;
        assert_eq!(parties(&app).await, known + 9, "nobody is there twice");
        let before = parties(&app).await;
        let other = app.actor("guangzhou-live").await.clone_at(&active);
        for from in (5_000..5_250).step_by(50) {
            let batch = || (from..from + 50).map(company).collect();
            let (ours, theirs) = tokio::join!(new.register(batch()), other.register(batch()));
            assert_eq!((&ours["created"], &theirs["created"]), (&json!(50), &json!(50)), "{ours:#}{theirs:#}");
        }
        assert_eq!(parties(&app).await, before + 250, "whichever key either process searches by");
        let again = newest.register_with(once.clone()).await;
        assert_eq!(again["results"], kept["results"], "a request that was done under the old keys is known");
        assert_eq!(active.reseals().await, 0, "a process still seals by the old key");
        let waits = retire(&active.app, Rotated::Seal, 1).await.expect("a look");
        assert!(matches!(waits, Err(KeysFault::StillMaking { id: 1, .. })), "{waits:?}");

        // Step 4: only the new keys make what is new, and what is old is sealed anew.
        held.leaves().await;
        let used = retire(&active.app, Rotated::Seal, 1).await.expect("a look");
        assert!(matches!(used, Err(KeysFault::StillUsed { id: 1, .. })), "{used:?}");
        assert!(active.reseals().await > i64::from(2 * MANY));
        assert_eq!(active.under(1).await, 0);
        assert!(active.under(2).await > u64::from(2 * MANY));

        // Step 5: the old keys go, from the database's memory and from the file.
        for (ring, rotated) in [(KeyUse::Seal, Rotated::Seal), (KeyUse::Index, Rotated::Index)] {
            retire(&active.app, rotated, 1).await.expect("a look").expect("it may go");
            app.change(|keys| keys.retire(ring, 1));
        }
        let last = app.beside(&[GM]).await;
        let reader = old.clone_at(&last);
        finds(&newest, MANY + 9).await;
        finds(&reader, MANY + 9).await;
        reader.register(vec![company(MANY + 9)]).await;
        finds(&newest, MANY + 10).await;
        assert_eq!(reader.download(&format!("/files/{proof}")).await, "一份凭证".as_bytes());
        assert_eq!(parties(&app).await, known + 260);
        assert_eq!(reader.register_with(once).await["results"], kept["results"]);
    }

    async fn listed_and_judged_names_are_found_through_a_rotation(app: TestApp) {
        let old = app.actor("xihu-live").await;
        let entry = bars(&old, 1, "欧阳晓彤").await;
        judges(&old, &entry, "欧阳小彤").await;
        let ended = bars(&old, 9, "令狐明远").await;
        old.remove(&ended, "查明不实").await;
        let mut names = vec![("歐陽曉彤", "CANDIDATES"), ("欧阳小彤", "CLEAR"), ("令狐明远", "CLEAR"), ("诸葛孔方", "CLEAR")];
        knows(&old, &names).await;
        app.rotate();
        let held = app.beside(&[]).await;
        let new = old.clone_at(&held);
        // Listed by one who holds both keys, while others know the old one only.
        bars(&new, 2, "上官文渊").await;
        names.push(("上官文渊", "CANDIDATES"));
        for actor in [&old, &new] {
            knows(actor, &names).await;
        }
        app.leaves().await;
        held.reseals().await;
        let keys = "SELECT count(DISTINCT key_id) FROM blacklist_token";
        assert_eq!(held.number(keys).await, 2, "tokens of both keys stand beside each other");
        knows(&new, &names).await;
        judges(&new, &entry, "欧阳晓桐").await;
        names.push(("欧阳晓桐", "CLEAR"));

        app.activate(&RINGS);
        let active = app.beside(&[GM]).await;
        let newest = old.clone_at(&active);
        bars(&newest, 3, "慕容云海").await;
        names.push(("慕容云海", "CANDIDATES"));
        for actor in [&new, &newest] {
            knows(actor, &names).await;
        }
        held.leaves().await;
        active.reseals().await;
        for (ring, rotated) in [(KeyUse::Seal, Rotated::Seal), (KeyUse::Index, Rotated::Index)] {
            retire(&active.app, rotated, 1).await.expect("a look").expect("it may go");
            app.change(|keys| keys.retire(ring, 1));
        }
        let last = app.beside(&[GM]).await;
        let reader = old.clone_at(&last);
        knows(&reader, &names).await;
        let still = reader.status(vec![json!({ "identity": somebody(1) })]).await;
        assert_eq!(verdicts(&still), "LISTED");
        reader.remove(&entry, "查明不实").await;
        knows(&reader, &[("歐陽曉彤", "CLEAR")]).await;
    }

    async fn who_is_out_of_step_does_not_start(app: TestApp) {
        let platform = app.actor("xihu-live").await;
        platform.register((0..5).map(company).collect()).await;
        let file = app.keys_file();
        let first = std::fs::read(&file).expect("the keys file");
        let add = |keys: &mut Keys| {
            let random = |bytes: &mut [u8]| app.app.entropy.fill(bytes);
            keys.add(KeyUse::Seal, None, &random, app.app.now())
        };
        app.change(add);
        let held = std::fs::read(&file).expect("the keys file");
        app.activate(&[KeyUse::Seal]);
        let refused = app.refused(&[]).await;
        assert!(refused.contains("does not hold key 2 of the ring seal"), "{refused}");
        app.leaves().await;
        let active = app.beside(&[]).await;
        let second = std::fs::read(&file).expect("the keys file");

        std::fs::write(&file, &first).expect("written");
        let refused = app.refused(&[]).await;
        assert!(refused.contains("key 2 of the ring seal, which the key file lacks"), "{refused}");
        std::fs::write(&file, &second).expect("written");
        std::fs::write(&file, &held).expect("written");
        let refused = app.refused(&[]).await;
        assert!(refused.contains("gone on to key 2"), "{refused}");
        std::fs::write(&file, &second).expect("written");

        // A process that fell silent and wakes without the key is told to stop.
        assert!(holder::beat(&active.app).await.expect("a beat").is_none());
        let behind = holder::beat(&app.app).await.expect("a beat").expect("it must stop");
        assert!(matches!(behind, KeysFault::Lost { id: 2, .. }), "{behind:?}");
        app.leaves().await;

        // A damaged row holds the old key: it is counted, recorded, and not thrown away.
        app.run("UPDATE party SET number = substr(number, 1, 20) WHERE id = (SELECT id FROM party ORDER BY id DESC LIMIT 1)").await;
        active.reseals().await;
        assert_eq!(active.number("SELECT CAST(sum(damaged) AS BIGINT) FROM reseal").await, 1);
        let used = retire(&active.app, Rotated::Seal, 1).await.expect("a look");
        assert!(matches!(used, Err(KeysFault::StillUsed { things: 1, shelf: "party.number", .. })), "{used:?}");
    }
}
