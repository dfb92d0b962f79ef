//! Loading the demo into a registry, through the same deeds as real data: offices, clients and platforms are admitted
//! at the beginning of the last window, the operators are registered and filed then, and the rest happens today.
//! Done again it touches nothing; broken off, it goes on where it stood.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::future::Future;

use entity::id::{PlatformId, RegistrationId};
use entity::kind::{
    FilingKind, RecordSource, RegistrationStatus, ReportKind, Role, SubjectKind, SubmissionState,
};
use entity::{client, registration};
use rules::label::Lang;

use super::calendar::moment;
use super::summary::{Line, Summary};
use super::{Calendar, Cast, Demo, PlatformBook};
use crate::admission_file::ClientsFile;
use crate::app::App;
use crate::auth::{self, Caller};
use crate::clock::{FrozenClock, legal_day};
use crate::error::Error;
use crate::registry::batch::Batch;
use crate::registry::closing::{self, CloseItem, CloseRegistrations};
use crate::registry::input::{Item, OperatorInput, Patch};
use crate::registry::platform::{self, RegisterPlatform};
use crate::registry::registration::{self as registering, Register};
use crate::registry::submission::{self, Act, Prepare, Verdict, Wanted};
use crate::registry::{client as clients, office};
use crate::words::Words;

/// Items a request.
const BATCH: usize = 500;
/// How often the filing is looked for until it is written.
const LOOKS: usize = 20;
/// Who admits the platforms.
const SYSTEM: &str = "demo-system";
/// Who receives the first platform's filing and registers own sites.
const PROVINCE: &str = "demo-province";

/// The registry that is filled, and the clock that is taken back to the window and forth again.
struct Loader<'a> {
    app: &'a App,
    clock: &'a FrozenClock,
    summary: Summary,
}

/// Loads the demo as seen from the clock's now. The clock must be the app's own; it is moved, and stands at its now
/// again afterwards. `work` does what the jobs would do: it prepares submissions until none is left.
pub async fn load<W, F>(app: &App, clock: &FrozenClock, work: W) -> Result<Summary, Error>
where
    W: Fn() -> F + Send + Sync,
    F: Future<Output = Result<(), Error>> + Send,
{
    let now = app.now();
    let calendar = Calendar::seen_from(legal_day(now))
        .ok_or_else(|| Error::bad_input("演示数据只到 2099 年", "there is no demo after 2099"))?;
    let demo = Demo::seen_on(calendar)
        .map_err(|faults| Error::internal("reading the demo's offices")(faults.into()))?;
    let summary = Summary {
        today: calendar.today,
        already: false,
        lines: Vec::new(),
        troubles: BTreeSet::new(),
        filing: None,
    };
    let mut loader = Loader {
        app,
        clock,
        summary,
    };
    if loader.is_loaded(&demo).await? {
        loader.summary.already = true;
        return Ok(loader.summary);
    }
    let done = loader.past(&demo, &work).await;
    clock.set(now);
    done?;
    loader.present(&demo).await?;
    Ok(loader.summary)
}

impl Loader<'_> {
    /// Whether the last step was done: the last platform's newcomers are there.
    async fn is_loaded(&self, demo: &Demo) -> Result<bool, Error> {
        let Some(book) = demo.platforms.last() else {
            return Ok(false);
        };
        let row = client::by_name(&book.client).one(&self.app.db).await?;
        let Some(platform) = row.and_then(|client| client.platform_id) else {
            return Ok(false);
        };
        let newcomers = operators(&book.newcomers);
        Ok(self.standing(platform, &newcomers).await?.len() == newcomers.len())
    }

    /// What happened in the window that is over.
    async fn past<W, F>(&mut self, demo: &Demo, work: &W) -> Result<(), Error>
    where
        W: Fn() -> F + Send + Sync,
        F: Future<Output = Result<(), Error>> + Send,
    {
        let calendar = &demo.calendar;
        self.clock.set(moment(calendar.opening(), 30));
        self.admit(demo).await?;
        for book in &demo.platforms {
            let caller = self.caller(&book.client).await?;
            for (what, items) in first_items(book) {
                self.register(&caller, step(book, &what), items).await?;
            }
        }
        match demo.platforms.first() {
            Some(book) => self.file(calendar, book, work).await,
            None => Ok(()),
        }
    }

    /// Offices, the clients of offices and of the house, platforms, the clients of platforms.
    async fn admit(&mut self, demo: &Demo) -> Result<(), Error> {
        let plan = office::apply(self.app, None, &demo.offices, false).await?;
        self.summary.lines.push(Line::of_plan(
            Words::fixed("机关与地域", "offices and territories"),
            &plan,
        ));
        let (platforms, others): (Vec<_>, Vec<_>) = demo
            .clients
            .clients
            .iter()
            .cloned()
            .partition(|client| client.role == Role::Platform);
        let plan = clients::apply(self.app, &ClientsFile { clients: others }, false).await?;
        self.summary.lines.push(Line::of_plan(
            Words::fixed("机关与内部客户端", "clients of offices and of the house"),
            &plan,
        ));
        let system = self.caller(SYSTEM).await?;
        let mut line = Line::new(Words::fixed("平台", "platforms"));
        for book in &demo.platforms {
            let verdict =
                platform::register(self.app, &system.admitter()?, command_of(book)).await?;
            if let Some(count) = line.counts.first_mut() {
                *count += usize::from(verdict.id.is_some());
            }
        }
        self.summary.lines.push(line);
        let plan = clients::apply(self.app, &ClientsFile { clients: platforms }, false).await?;
        self.summary.lines.push(Line::of_plan(
            Words::fixed("平台客户端", "clients of platforms"),
            &plan,
        ));
        Ok(())
    }

    /// Prepares, files and accepts the first platform's filing of the window, unless that was done.
    async fn file<W, F>(
        &mut self,
        calendar: &Calendar,
        book: &PlatformBook,
        work: &W,
    ) -> Result<(), Error>
    where
        W: Fn() -> F + Send + Sync,
        F: Future<Output = Result<(), Error>> + Send,
    {
        let window = calendar.window.to_string();
        let platform = self.caller(&book.client).await?;
        let wanted = Wanted {
            window: Some(window.clone()),
            platform: None,
            report: Some(ReportKind::Livestream),
            state: Some(SubmissionState::Accepted),
        };
        let (accepted, _) = submission::list(self.app, &platform, &wanted, (None, 1)).await?;
        if accepted.is_empty() {
            self.prepare_and_file(&platform, calendar, work).await?;
        }
        let (accepted, _) = submission::list(self.app, &platform, &wanted, (None, 1)).await?;
        if let Some(row) = accepted.first() {
            let (name, rows) = (book.entry.platform_name, row.rows_total);
            self.summary.filing = Some(Words::new(
                format!("{window} 报送：{name} 已接收，{rows} 行"),
                format!("submission {window}: {name} filed and accepted, {rows} rows"),
            ));
        }
        Ok(())
    }

    async fn prepare_and_file<W, F>(
        &mut self,
        platform: &Caller,
        calendar: &Calendar,
        work: &W,
    ) -> Result<(), Error>
    where
        W: Fn() -> F + Send + Sync,
        F: Future<Output = Result<(), Error>> + Send,
    {
        self.clock.set(moment(calendar.filing(), 30));
        let prepare = Prepare {
            platform: None,
            report: ReportKind::Livestream,
            window: calendar.window.to_string(),
            kind: FilingKind::Initial,
            idempotency_key: None,
        };
        let prepared = submission::prepare(self.app, platform, prepare).await?;
        let Some(id) = prepared.submission.filter(|_| self.goes_on(&prepared)) else {
            return Ok(());
        };
        for _ in 0..LOOKS {
            work().await?;
            let found = submission::find(self.app, platform, id).await?;
            if found.is_none_or(|row| row.state != SubmissionState::Preparing) {
                break;
            }
        }
        let act = || Act {
            submission: Some(id),
            idempotency_key: None,
        };
        let filed = submission::file(self.app, platform, act()).await?;
        if self.goes_on(&filed) {
            let province = self.caller(PROVINCE).await?;
            self.clock.set(moment(calendar.acceptance(), 30));
            let accepted = submission::accept(self.app, province.receiver()?, act()).await?;
            self.goes_on(&accepted);
        }
        Ok(())
    }

    /// Whether nothing refused a step of the filing; a refusal is told in the summary.
    fn goes_on(&mut self, verdict: &Verdict) -> bool {
        let refusals = verdict.findings.iter().filter(|finding| finding.refuses());
        let codes: Vec<_> = refusals.map(|finding| finding.code.as_str()).collect();
        if !codes.is_empty() {
            self.summary.filing = Some(Words::new(
                format!("报送未完成：{}", codes.join("、")),
                format!("the submission was not completed: {}", codes.join(", ")),
            ));
        }
        codes.is_empty()
    }

    /// What happens after the filing: changes, closings, own sites, troubles and, last of all, newcomers.
    async fn present(&mut self, demo: &Demo) -> Result<(), Error> {
        for book in &demo.platforms {
            let caller = self.caller(&book.client).await?;
            let changed = Words::fixed("核验与变更", "verified or changed");
            self.send(&caller, step(book, &changed), operators(&book.changes))
                .await?;
            let closed = Words::fixed("注销", "closed");
            self.close(&caller, step(book, &closed), book).await?;
        }
        let province = self.caller(PROVINCE).await?;
        let own_sites = operators(&demo.own_sites);
        let sites = Words::fixed("自建网站运营者", "operators of sites of their own");
        self.register(&province, sites, own_sites).await?;
        if let Some(book) = demo.platforms.first() {
            let caller = self.caller(&book.client).await?;
            let items: Vec<_> = demo
                .troubles
                .iter()
                .map(|trouble| Item::Operator(trouble.item.clone()))
                .collect();
            let batches = self
                .send(
                    &caller,
                    step(book, &Words::fixed("问题示例", "some of each trouble")),
                    items,
                )
                .await?;
            let findings = batches
                .iter()
                .flat_map(|batch| &batch.results)
                .flat_map(|result| &result.findings);
            self.summary
                .troubles
                .extend(findings.map(|finding| finding.code));
        }
        for book in &demo.platforms {
            let caller = self.caller(&book.client).await?;
            self.register(
                &caller,
                step(book, &Words::fixed("新登记", "newly registered")),
                operators(&book.newcomers),
            )
            .await?;
        }
        Ok(())
    }

    /// A client of the demo as it stands now.
    async fn caller(&self, name: &str) -> Result<Caller, Error> {
        let row = client::by_name(name).one(&self.app.db).await?;
        let row = row.ok_or_else(|| {
            Error::bad_input(
                format!("没有客户端 {name}"),
                format!("there is no client {name}"),
            )
        })?;
        auth::caller(self.app, row, "demo".to_owned(), Lang::Zh).await
    }

    /// Registers what is not there yet, so that nothing that was changed since is changed back.
    async fn register(
        &mut self,
        caller: &Caller,
        step: Words,
        mut items: Vec<Item>,
    ) -> Result<(), Error> {
        let platform = caller.platform().unwrap_or(PlatformId::OWN_SITE);
        let standing = self.standing(platform, &items).await?;
        items.retain(|item| external_id(item).is_none_or(|id| !standing.contains_key(id)));
        self.send(caller, step, items).await.map(drop)
    }

    /// Sends items in requests of their size.
    async fn send(
        &mut self,
        caller: &Caller,
        step: Words,
        items: Vec<Item>,
    ) -> Result<Vec<Batch>, Error> {
        let (mut line, mut batches) = (Line::new(step), Vec::new());
        let kind = items.first().map_or(SubjectKind::Operator, Item::kind);
        for chunk in items.chunks(BATCH) {
            let command = Register {
                kind,
                platform: None,
                items: chunk.to_vec(),
                dry_run: false,
                idempotency_key: None,
            };
            let batch = registering::register(self.app, caller, command).await?;
            line.add(&batch);
            batches.push(batch);
        }
        self.summary.lines.push(line);
        Ok(batches)
    }

    /// Closes what is not closed yet.
    async fn close(
        &mut self,
        caller: &Caller,
        step: Words,
        book: &PlatformBook,
    ) -> Result<(), Error> {
        let Some(platform) = caller.platform() else {
            return Ok(());
        };
        let items = operators(&book.operators);
        let standing = self.standing(platform, &items).await?;
        let open = |id: &String| {
            standing
                .get(id)
                .filter(|(_, status)| *status == RegistrationStatus::Active)
                .map(|(id, _)| *id)
        };
        let items = book.closings.iter().filter_map(|closing| {
            Some(CloseItem {
                registration: Some(open(&closing.external_id)?),
                on: closing.on,
                reason: closing.reason,
                note: closing.note.map(ToOwned::to_owned),
            })
        });
        let items: Vec<_> = items.collect();
        let mut line = Line::new(step);
        if !items.is_empty() {
            let command = CloseRegistrations {
                items,
                dry_run: false,
                idempotency_key: None,
            };
            line.add(&closing::close(self.app, caller, command).await?);
        }
        self.summary.lines.push(line);
        Ok(())
    }

    /// Which of these items stand under their external ids.
    async fn standing(
        &self,
        platform: PlatformId,
        items: &[Item],
    ) -> Result<HashMap<String, (RegistrationId, RegistrationStatus)>, Error> {
        let ids: HashSet<String> = items.iter().filter_map(external_id).cloned().collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let kind = items.first().map_or(SubjectKind::Operator, Item::kind);
        let book = (platform, kind, RecordSource::Platform);
        let held = registering::holders(&self.app.db, book, ids).await?;
        let rows = registration::named(held.values().copied())
            .all(&self.app.db)
            .await?;
        let status: HashMap<_, _> = rows.into_iter().map(|row| (row.id, row.status)).collect();
        let held = held.into_iter();
        Ok(held
            .filter_map(|(external, id)| Some((external, (id, *status.get(&id)?))))
            .collect())
    }
}

fn external_id(item: &Item) -> Option<&String> {
    match item.head().0 {
        Patch::Set(id) => Some(id),
        Patch::Keep | Patch::Clear => None,
    }
}

fn operators(items: &[OperatorInput]) -> Vec<Item> {
    items.iter().cloned().map(Item::Operator).collect()
}

/// What a platform registers first, in an order in which whoever is named stands already.
fn first_items(book: &PlatformBook) -> [(Words, Vec<Item>); 4] {
    let Cast {
        agencies,
        streamers,
        merchants,
    } = &book.cast;
    [
        (
            Words::fixed("首次登记服务机构", "agencies first registered"),
            agencies.iter().cloned().map(Item::Agency).collect(),
        ),
        (
            Words::fixed("首次登记商家", "merchants first registered"),
            merchants.iter().cloned().map(Item::Merchant).collect(),
        ),
        (
            Words::fixed("首次登记运营者", "operators first registered"),
            operators(&book.operators),
        ),
        (
            Words::fixed("首次登记主播", "streamers first registered"),
            streamers.iter().cloned().map(Item::Streamer).collect(),
        ),
    ]
}

/// A step that a platform takes.
fn step(book: &PlatformBook, what: &Words) -> Words {
    let name = &book.entry.platform_name;
    let said = |lang| format!("{name} {}", what.say(lang));
    Words::new(said(Lang::Zh), said(Lang::En))
}

fn command_of(book: &PlatformBook) -> RegisterPlatform {
    let entry = &book.entry;
    RegisterPlatform {
        name: entry.name.to_owned(),
        platform_name: entry.platform_name.to_owned(),
        identity: entry.identity.clone(),
        domicile: entry.domicile.clone(),
        phone: entry.phone.to_owned(),
        url: entry.url.to_owned(),
        idempotency_key: None,
    }
}
