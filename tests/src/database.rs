//! Databases for tests: each test has one of its own, fresh or copied from a template that is made once in a run.
//! Nothing here knows what a template holds; whoever asks for one builds it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::{postgres, run};

/// The two databases that the registry runs on; tests run on both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// An empty database.
    #[must_use]
    pub fn fresh(self) -> TestDatabase {
        self.create(&unique(), None)
    }

    /// A template that `build` fills, given its address, once in the run: the other tests and processes that ask for
    /// the same name wait for it. `build` must close its connections, or the template cannot be copied.
    pub fn template(self, name: &str, build: impl FnOnce(&str)) -> Template {
        let prefix = run::current().prefix();
        let name = format!("{prefix}{name}");
        run::current().once(&format!("{self:?}-{name}"), || {
            // What is left of a build that panicked.
            drop(TestDatabase {
                engine: self,
                name: name.clone(),
                url: String::new(),
                serving: String::new(),
            });
            let database = self.create(&name, None);
            build(database.url());
            database.keep();
            String::new()
        });
        Template { engine: self, name }
    }

    fn create(self, name: &str, template: Option<&str>) -> TestDatabase {
        let url = match self {
            Self::Sqlite => create_sqlite(name, template),
            Self::Postgres => wait_for(postgres::create_database(name, template)),
        };
        let serving = match self {
            Self::Sqlite => url.clone(),
            Self::Postgres => postgres::serving_url_of(name),
        };
        TestDatabase {
            engine: self,
            name: name.to_owned(),
            url,
            serving,
        }
    }
}

/// A database that is only ever copied.
#[derive(Clone, Debug)]
pub struct Template {
    engine: Engine,
    name: String,
}

impl Template {
    /// A copy for one test.
    #[must_use]
    pub fn copy(&self) -> TestDatabase {
        self.engine.create(&unique(), Some(&self.name))
    }
}

/// One test's own database; dropped with the value, whoever is still connected.
#[derive(Debug)]
pub struct TestDatabase {
    engine: Engine,
    name: String,
    url: String,
    serving: String,
}

impl TestDatabase {
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The address for whoever owns it, who makes and looks at everything.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address for the service, which owns nothing on PostgreSQL; `MINGLU_DATABASE_URL` says this.
    #[must_use]
    pub fn serving_url(&self) -> &str {
        &self.serving
    }

    /// The address for migrations, where it is another one; `MINGLU_DATABASE_MIGRATION_URL` says this.
    #[must_use]
    pub fn migration_url(&self) -> &str {
        match self.engine {
            Engine::Sqlite => "",
            Engine::Postgres => &self.url,
        }
    }

    /// Leaves the database to the run's watchdog.
    fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for TestDatabase {
    /// Failures are left alone: the watchdog clears away whatever stays.
    fn drop(&mut self) {
        match self.engine {
            Engine::Sqlite => {
                let _ = fs::remove_dir_all(sqlite_folder(&self.name));
            }
            Engine::Postgres => {
                let _ = wait_for(postgres::drop_database(&self.name));
            }
        }
    }
}

/// Waits for a future on a thread and a runtime of its own: from tests, from within their runtimes and from drops.
pub fn wait_for<T: Send>(future: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime")
                .block_on(future)
        });
        waiting
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{}{}_{number}", run::current().prefix(), std::process::id())
}

fn sqlite_folder(name: &str) -> PathBuf {
    run::current().folder().join("sqlite").join(name)
}

/// A folder each, because SQLite keeps its log and shared memory beside the database.
fn create_sqlite(name: &str, template: Option<&str>) -> String {
    let folder = sqlite_folder(name);
    fs::create_dir_all(&folder).expect("a folder for SQLite");
    if let Some(template) = template {
        copy_files(&sqlite_folder(template), &folder);
    }
    format!("sqlite://{}?mode=rwc", folder.join("registry.db").display())
}

fn copy_files(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("the template's folder") {
        let path = entry.expect("the template's files").path();
        fs::copy(&path, to.join(path.file_name().unwrap_or_default()))
            .expect("a copy of the template");
    }
}
