//! docs/sight.md: what everybody meets at every root field, every route and every text, asked of the running service on both
//! databases. The page is compared with what was met, and written by `scripts/generated sight`. Fields are taken from the
//! schema and routes from the code, so that a new one without a row fails.

pub(crate) mod cast;
mod fields;
mod planted;
mod roots;
mod surveyed;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use async_graphql_parser::parse_schema;
use async_graphql_parser::types::{TypeKind, TypeSystemDefinition};
use reqwest::Method;
use serde_json::{Value, json};
use tests::database::Engine;

use self::cast::{CAST, OUTSIDE, Scene, ask};
use self::fields::{LATER, NOBODYS, PROBES, ROWS};
use self::roots::{MUTATIONS, QUERIES, ROUTES, Root};
use crate::app::TestApp;
use crate::operator::on_both;
use crate::schema;
use crate::tidy::{root, sources};

const PAGE: &str = "docs/sight.md";

const HEAD: &str = "\
# Who sees what

Written by a test that asks the running service on both databases (`tests/tests/it/matrix/mod.rs`) and fails where this page
says something else, or where a field or a route has no row. After a change: `scripts/generated sight`.

The platform is domiciled in a county, and its subjects are seated there. County and city in: offices of that county and of the
city above it; city out: another city of the province. Each caller holds every scope that its role may hold. Expired and revoked
are clients of the platform itself, with tokens that are otherwise in order. Another province with a parcel: parcels are not
there yet, and their column is written with them.

| cell | means |
|---|---|
| data | the record, or a list with it |
| empty | a list without it |
| absent | as if it did not exist: null, or 404 |
| done | the deed was done, or would be: no problem stands against it |
| plain | the text as it was registered |
| masked | the text with its private part replaced by `*` |
| LISTED, CANDIDATES, CLEAR, NOT_VALID | the verdict of `blacklistStatus` |
| a code | the error or the problem that was answered. NOT_FOUND tells that the record is out of sight; any other code of a problem that the caller came as far as the deed's own rules |
";

/// The cells of a table, row by row.
type Table = Vec<(String, Vec<String>)>;

/// What an answer of GraphQL says of a root field.
fn met(answer: &Value, root: &str, target: &str) -> String {
    if let Some(code) = answer["errors"][0]["extensions"]["code"].as_str() {
        return code.to_owned();
    }
    let value = &answer["data"][root];
    if value.is_null() {
        return "absent".to_owned();
    }
    if value.get("edges").is_some() {
        let told = value.to_string().contains(target);
        return if told { "data" } else { "empty" }.to_owned();
    }
    if let Some(verdict) = value["results"][0]["verdict"].as_str() {
        return verdict.to_owned();
    }
    if value.get("problems").is_none() {
        return "data".to_owned();
    }
    let results = value["results"].as_array().into_iter().flatten();
    let all = results
        .chain([value])
        .filter_map(|part| part["problems"].as_array());
    let errors = all
        .flatten()
        .filter(|problem| problem["severity"] == "ERROR");
    let codes: BTreeSet<_> = errors
        .filter_map(|problem| problem["code"].as_str())
        .collect();
    if codes.is_empty() {
        return "done".to_owned();
    }
    codes.into_iter().collect::<Vec<_>>().join(" ")
}

/// What a text of an answer is, beside what was said in clear.
fn shown(answer: &Value, (probe, pointer): (&str, &str), plain: &str) -> String {
    if let Some(code) = answer["errors"][0]["extensions"]["code"].as_str() {
        return code.to_owned();
    }
    let told = answer["data"][probe]
        .pointer(pointer)
        .unwrap_or(&Value::Null);
    let cell = match told.as_str() {
        None => "absent",
        Some(_) if plain.is_empty() => "data",
        Some(text) if text == plain => "plain",
        Some(text) if text.contains('*') && !text.contains(plain) => "masked",
        Some(text) => panic!("{probe}{pointer} is neither {plain} nor masked: {text}"),
    };
    cell.to_owned()
}

impl Scene {
    async fn graphql(&self, column: &str, query: &str) -> Value {
        let (_, token) = self
            .callers
            .iter()
            .find(|(name, _)| *name == column)
            .expect("a caller");
        let body = json!({ "query": self.filled(query) }).to_string();
        let asked = (Method::POST, "/graphql");
        let (_, answer) = ask(&self.app, token.as_deref(), asked, Some(body)).await;
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{query}: {answer}"))
    }

    async fn roots(&self, rows: &[Root]) -> Table {
        let mut table = Table::new();
        for row in rows {
            let target = match row.target {
                "" => "",
                name => self.named(name),
            };
            let mut cells = Vec::new();
            for (column, _) in &self.callers {
                let answer = self.graphql(column, row.ask).await;
                cells.push(met(&answer, row.name, target));
            }
            table.push((labelled(row.name, row.about), cells));
        }
        table
    }

    async fn routes(&self) -> Table {
        let mut table = Table::new();
        for row in ROUTES {
            let mut cells = Vec::new();
            for (_, token) in &self.callers {
                let asked = (row.method(), &*self.path(row.ask));
                let body = row.body.map(ToOwned::to_owned);
                let (status, answer) = ask(&self.app, token.as_deref(), asked, body).await;
                let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
                let code = answer["errors"][0]["extensions"]["code"].as_str();
                cells.push(match (status, code) {
                    (201, _) => "done".to_owned(),
                    (200, None) => "data".to_owned(),
                    (404, _) => "absent".to_owned(),
                    (_, Some(code)) => code.to_owned(),
                    (status, None) => status.to_string(),
                });
            }
            table.push((
                labelled(&format!("{} {}", row.method(), row.path), row.about),
                cells,
            ));
        }
        table
    }

    async fn texts(&self) -> Table {
        let mut answers = BTreeMap::new();
        for (column, _) in &self.callers {
            for (root, document) in PROBES {
                answers.insert((*column, *root), self.graphql(column, document).await);
            }
        }
        let row = |(label, probe, pointer, plain): &(&str, &str, &str, &str)| {
            let plain = if plain.starts_with('$') {
                self.named(plain)
            } else {
                plain
            };
            let cell = |(column, _): &(&'static str, Option<String>)| {
                let answer = answers.get(&(*column, *probe));
                shown(answer.expect("a probe"), (probe, pointer), plain)
            };
            ((*label).to_owned(), self.callers.iter().map(cell).collect())
        };
        ROWS.iter().map(row).collect()
    }

    async fn page(&self) -> String {
        // Deeds come last, so that nothing which they do changes what is seen.
        let (queries, texts) = (self.roots(QUERIES).await, self.texts().await);
        let (routes, mutations) = (self.routes().await, self.roots(MUTATIONS).await);
        let mut page = HEAD.to_owned();
        for (title, first, table) in [
            ("Queries", "root field", queries),
            ("Mutations", "root field", mutations),
            ("Routes", "route", routes),
            ("Texts", "field", texts),
        ] {
            let _ = writeln!(page, "\n## {title}\n");
            self.write(&mut page, first, table);
        }
        let _ = writeln!(
            page,
            "\nNobody's texts, which are words of the law or of the house, or what the caller said itself: {}.\n\n\
             Empty until surveys and the lists of authorities are imported: {}.",
            NOBODYS.join(", "),
            LATER.join(", ")
        );
        page
    }

    fn write(&self, page: &mut String, first: &str, table: Table) {
        let columns: Vec<_> = self.callers.iter().map(|(column, _)| *column).collect();
        let _ = writeln!(page, "| {first} | {} |", columns.join(" | "));
        let _ = writeln!(page, "|---|{}", "---|".repeat(columns.len()));
        for (label, cells) in table {
            let _ = writeln!(page, "| {label} | {} |", cells.join(" | "));
        }
    }
}

fn labelled(name: &str, about: &str) -> String {
    match about {
        "" => format!("`{name}`"),
        _ => format!("`{name}`, {about}"),
    }
}

on_both! {
    async fn everybody_meets_what_the_page_says(app: TestApp) {
        let scene = Scene::open(app).await;
        let page = scene.page().await;
        let path = root().join(PAGE);
        if tests::run::environment("WRITE_SIGHT").is_some() {
            fs::write(&path, &page).expect("the page is written");
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        let differing = page.lines().zip(committed.lines()).find(|(met, said)| met != said);
        assert!(page == committed, "{PAGE} says something else (scripts/generated sight): {differing:#?}");
    }
}

#[test]
fn every_root_field_has_a_row_and_every_column_a_caller() {
    let rows = QUERIES
        .iter()
        .chain(MUTATIONS)
        .map(|row| row.name.to_owned());
    assert_eq!(rows.collect::<BTreeSet<_>>(), schema::operations());
    let columns: BTreeSet<_> = CAST
        .iter()
        .map(|(column, ..)| *column)
        .chain(OUTSIDE)
        .collect();
    assert_eq!(columns.len(), CAST.len() + OUTSIDE.len());
}

/// Everything that has an id of its own is asked for by it.
#[test]
fn every_node_has_a_row() {
    let document = parse_schema(api::graphql::sdl()).expect("a schema");
    let mut nodes = BTreeSet::new();
    for definition in &document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else {
            continue;
        };
        if let TypeKind::Object(object) = &definition.node.kind
            && object
                .implements
                .iter()
                .any(|interface| interface.node == "Node")
        {
            nodes.insert(definition.node.name.node.to_string());
        }
    }
    let rows = QUERIES.iter().filter(|row| row.name == "node");
    assert_eq!(
        rows.map(|row| row.about.to_owned())
            .collect::<BTreeSet<_>>(),
        nodes
    );
}

#[test]
fn every_text_has_a_row_or_is_nobodys() {
    let document = parse_schema(api::graphql::sdl()).expect("a schema");
    let mut texts = BTreeSet::new();
    for definition in &document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else {
            continue;
        };
        let TypeKind::Object(object) = &definition.node.kind else {
            continue;
        };
        for field in &object.fields {
            let bare = field.node.ty.node.to_string().replace(['[', ']', '!'], "");
            if bare == "String" {
                texts.insert(format!(
                    "{}.{}",
                    definition.node.name.node, field.node.name.node
                ));
            }
        }
    }
    let field = |label: &str| label.split(' ').next().unwrap_or_default().to_owned();
    let rows: BTreeSet<_> = ROWS.iter().map(|(label, ..)| field(label)).collect();
    let others: BTreeSet<_> = NOBODYS
        .iter()
        .chain(LATER)
        .map(|name| (*name).to_owned())
        .collect();
    assert_eq!(
        rows.intersection(&others).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    assert_eq!(rows.union(&others).cloned().collect::<BTreeSet<_>>(), texts);
}

#[test]
fn every_route_has_a_row() {
    let mut routes = BTreeSet::new();
    for source in sources() {
        if !source.path.starts_with("api/src/") || source.path.contains("/tests/") {
            continue;
        }
        for rest in source.text.split(".route(\"").skip(1) {
            routes.extend(rest.split('"').next().map(ToOwned::to_owned));
        }
    }
    let rows: BTreeSet<_> = ROUTES.iter().map(|row| row.path.to_owned()).collect();
    assert_eq!(rows, routes);
}
