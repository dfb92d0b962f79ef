//! The papers beside the code: what they name exists, so that a page cannot go on speaking of a file that moved. Decision
//! records are left out, because a record is not rewritten when the house changes.

use std::fs;
use std::path::Path;

use rules::label::Lang;
use toml::Value;

use crate::tidy::{Offences, root, sources};

/// What a path that is named in a paper begins with.
const FOLDERS: &[&str] = &[
    "api/",
    "benches/",
    "docs/",
    "entity/",
    "examples/",
    "migration/",
    "reports/",
    "rules/",
    "scripts/",
    "tests/",
];
const RECORDS: &str = "docs/decisions/0";

/// The text between each pair of backticks of a line.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The targets of a line's links, without what stands behind `#`.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.split("](").skip(1);
    let targets = targets.filter_map(|rest| rest.split_once(')'));
    targets
        .map(|(target, _)| target.split('#').next().unwrap_or_default())
        .filter(|target| !target.is_empty() && !target.contains("://"))
}

/// Whether a path from the root is there; a star stands for any part of the last name.
fn exists(path: &str) -> bool {
    let Some((before, after)) = path.split_once('*') else {
        return root().join(path).exists();
    };
    let (folder, beginning) = before.rsplit_once('/').unwrap_or(("", before));
    fs::read_dir(root().join(folder)).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.starts_with(beginning) && name.ends_with(after)
        })
    })
}

#[test]
fn papers_name_files_that_exist() {
    let mut offences = Offences::default();
    let mut named = 0;
    for source in sources() {
        if !has_extension(&source.path, "md") || source.path.starts_with(RECORDS) {
            continue;
        }
        let folder = Path::new(&source.path).parent().expect("a folder");
        for (number, line) in (1..).zip(source.text.lines()) {
            let paths = quoted(line)
                .flat_map(str::split_whitespace)
                .filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)))
                .map(ToOwned::to_owned);
            let linked = links(line).map(|target| folder.join(target).display().to_string());
            for path in paths.chain(linked) {
                named += 1;
                if !exists(&path) {
                    offences.add(&source.path, number, &format!("{path} does not exist"));
                }
            }
        }
    }
    assert!(named > 60, "only {named} paths were found");
    offences.assert_none();
}

#[test]
fn code_points_at_papers_that_exist() {
    let mut offences = Offences::default();
    let mut named = 0;
    for source in sources() {
        if !has_extension(&source.path, "rs") && !has_extension(&source.path, "toml") {
            continue;
        }
        for (number, line) in (1..).zip(source.text.lines()) {
            for rest in line.split("docs/").skip(1) {
                let name = rest.split(|c: char| !c.is_ascii_alphanumeric() && !"-_./".contains(c));
                let name = name.into_iter().next().unwrap_or_default();
                if !has_extension(name, "md") {
                    continue;
                }
                named += 1;
                if !exists(&format!("docs/{name}")) {
                    offences.add(&source.path, number, &format!("docs/{name} does not exist"));
                }
            }
        }
    }
    assert!(named > 10, "only {named} papers are named");
    offences.assert_none();
}

#[test]
fn every_record_is_listed() {
    let list = fs::read_to_string(root().join("docs/decisions/README.md")).expect("the list");
    let records = sources().into_iter().filter_map(|source| {
        let name = source.path.strip_prefix("docs/decisions/")?.to_owned();
        name.starts_with('0').then_some(name)
    });
    let missing: Vec<_> = records
        .filter(|name| !list.contains(name.as_str()))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn paths_are_found_in_words_and_links() {
    let line = "`rules/data/*.toml` and [a page](a.md#part), `x y` or <https://a/b>";
    assert_eq!(
        quoted(line).collect::<Vec<_>>(),
        ["rules/data/*.toml", "x y"]
    );
    assert_eq!(links(line).collect::<Vec<_>>(), ["a.md"]);
    assert!(exists("rules/data/*.toml") && exists("docs/decisions"));
    assert!(!exists("rules/data/*.nothing") && !exists("docs/nothing"));
}

fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|found| found == extension)
}

/// A setting that nothing reads would promise what does not happen.
#[test]
fn every_setting_is_read() {
    let manual = fs::read_to_string(root().join("docs/settings.md")).expect("the manual");
    let keys = manual.lines().filter_map(|line| {
        let cell = line.strip_prefix("| `")?;
        let (key, _) = cell.split_once('`')?;
        key.split_once('.')
    });
    let readers: Vec<_> = sources()
        .into_iter()
        .filter(|source| source.path.starts_with("api/src/"))
        .filter(|source| !source.path.starts_with("api/src/config"))
        .collect();
    let read = |name: &str| {
        let field = format!(".{name}");
        readers.iter().any(|source| {
            let longer = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
            source.text.split(&field).skip(1).any(|rest| !longer(rest))
        })
    };
    let keys: Vec<_> = keys.collect();
    assert!(keys.len() > 40, "{keys:?}");
    let unread: Vec<_> = keys.iter().filter(|(_, name)| !read(name)).collect();
    assert!(unread.is_empty(), "{unread:?}");
}

/// The number that a name has in a piece of code.
fn number_of(code: &str, name: &str) -> Option<u64> {
    code.lines().find_map(|line| {
        let declared = line
            .trim()
            .trim_start_matches("pub ")
            .trim_start_matches("pub(crate) ")
            .trim_start_matches("pub(in crate::registry) ")
            .trim_start_matches("pub(super) ");
        let rest = declared.trim_start_matches("const ").strip_prefix(name)?;
        let rest = rest
            .trim_start_matches(": usize =")
            .trim_start_matches(": i32 =")
            .trim_start_matches(": u32 =")
            .trim_start_matches(": u64 =");
        let rest = rest.strip_prefix(':').unwrap_or(rest);
        rest.trim()
            .trim_end_matches([',', ';'])
            .replace('_', "")
            .parse()
            .ok()
    })
}

#[test]
fn fixed_limits_are_listed_with_their_numbers() {
    let page = fs::read_to_string(root().join("docs/security.md")).expect("the page");
    let mut listed = Vec::new();
    let rows = page
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("` in `"));
    for row in rows {
        let most = row
            .trim_start_matches("| ")
            .split(' ')
            .next()
            .unwrap_or_default();
        let most: Option<u64> = most.replace(',', "").parse().ok();
        let named = row.split(" | ").nth(2).unwrap_or_default();
        let (name, file) = named.split_once(" in ").expect("a name and a file");
        let (name, file) = (
            name.trim_matches('`'),
            file.trim_end_matches(" |").trim_matches('`'),
        );
        let code = fs::read_to_string(root().join(file)).expect("the file");
        assert!(most.is_some() && number_of(&code, name) == most, "{row}");
        listed.push(name.to_owned());
    }
    // Every bound of a request is either a setting or listed.
    let start = fs::read_to_string(root().join("api/src/start.rs")).expect("the start");
    let (_, set) = start
        .split_once("    Limits {")
        .expect("the settings' limits");
    let bounds = format!("{:?}", api::http::Limits::default());
    let bounds = bounds
        .trim_start_matches("Limits { ")
        .trim_end_matches(" }");
    let unlisted: Vec<_> = bounds
        .split(", ")
        .filter_map(|bound| bound.split_once(": "))
        .filter(|(name, _)| {
            !set.contains(&format!("        {name}: ")) && !listed.iter().any(|known| known == name)
        })
        .collect();
    assert!(unlisted.is_empty(), "{unlisted:?}");
}

/// Calls that no crate makes where a caller's clock, chance or environment belongs.
const FORBIDDEN: &[&str] = &[
    "chrono::Utc::now",
    "chrono::Local::now",
    "uuid::Uuid::new_v4",
    "uuid::Uuid::now_v7",
    "std::env::var",
    "std::env::vars",
    "tokio::spawn",
];
/// Calls that only `entity` makes.
const FINDERS: &[&str] = &[
    "sea_orm::EntityTrait::find",
    "sea_orm::EntityTrait::find_by_id",
];

/// The nearest clippy.toml replaces the root's, so a call that only one of them forbids would slip through the other.
#[test]
fn clippy_forbids_the_same_calls_everywhere() {
    for (path, finders) in [("clippy.toml", FINDERS), ("entity/clippy.toml", &[][..])] {
        let text = fs::read_to_string(root().join(path)).expect("clippy's settings");
        let table: toml::Table = text.parse().expect("TOML");
        let methods = table["disallowed-methods"].as_array().expect("a list");
        let named = |method: &Value| method.get("path")?.as_str().map(ToOwned::to_owned);
        let mut found: Vec<_> = methods.iter().filter_map(named).collect();
        let mut wanted: Vec<_> = FORBIDDEN
            .iter()
            .chain(finders)
            .map(ToString::to_string)
            .collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{path}");
    }
}

#[test]
fn every_field_that_a_column_can_mean_stands_in_the_manual_of_surveys() {
    use rules::survey::Field;
    let manual = fs::read_to_string(root().join("docs/survey.md")).expect("the manual");
    for field in Field::ALL {
        let [zh, en] = [Lang::Zh, Lang::En].map(|lang| field.label(lang));
        let row = format!("| `{}` | {zh} | {en} |", field.as_str());
        assert!(manual.contains(&row), "docs/survey.md lacks: {row}");
    }
}
