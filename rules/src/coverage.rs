//! What there is to be proven: every cell of an edition's tables with the articles it rests on, so that docs/coverage.md and
//! the tests can hold each against a test that names it. Nothing in the service reads it.

use entity::problem::ProblemCode;
use toml::{Table, Value};

use crate::edition::table::{CITING, cells_of};
use crate::edition::{Article, EditionId, edition};
use crate::instrument;
use crate::{problem, sight};

/// A cell: a table that says where in the law it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its name, such as `order-117/verification.OPERATOR`: the edition and the place in its file.
    pub name: String,
    /// The articles it cites, the one that asks for it first.
    pub articles: Vec<Article>,
}

/// The cells of an edition by name, a list's rows in their own order, then those of sight.
#[must_use]
pub fn cells(id: EditionId) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (key, value) in &cells_of(id) {
        walk(&format!("{id}/{key}"), value, &mut cells);
    }
    let seen = sight::articles(id).map(|(viewer, article)| Cell {
        name: format!("{id}/sight.{viewer}"),
        articles: vec![article],
    });
    cells.extend(seen);
    cells
}

/// The problems that rest on an article of an edition, in the order of the manual.
#[must_use]
pub fn problems(id: EditionId) -> Vec<(ProblemCode, Article)> {
    let cited = |code: &ProblemCode| Some((*code, problem::article(*code, id)?));
    ProblemCode::ALL.iter().filter_map(cited).collect()
}

/// An article as the tables of an edition speak of it: its number, with the title of an instrument that is not the edition's.
#[must_use]
pub fn citation(article: &Article) -> String {
    let own = &edition(article.edition).instrument;
    if article.instrument == *own {
        article.number.clone()
    } else {
        format!("《{}》{}", article.instrument, article.number)
    }
}

/// Whether the instrument that an article names has it, as far as its text was counted.
#[must_use]
pub fn exists(article: &Article) -> bool {
    instrument::find(&article.instrument).is_some_and(|found| found.has(&article.number))
}

fn walk(name: &str, value: &Value, cells: &mut Vec<Cell>) {
    match value {
        Value::Table(table) => {
            let articles: Vec<_> = CITING
                .iter()
                .filter_map(|key| table.get(*key))
                .flat_map(articles)
                .collect();
            if !articles.is_empty() {
                let name = name.to_owned();
                cells.push(Cell { name, articles });
            }
            for (key, below) in table
                .iter()
                .filter(|(key, _)| !CITING.contains(&key.as_str()))
            {
                walk(&format!("{name}.{key}"), below, cells);
            }
        }
        Value::Array(rows) => {
            for (row, below) in rows
                .iter()
                .filter_map(|row| Some((key_of(row.as_table()?)?, row)))
            {
                walk(&format!("{name}.{row}"), below, cells);
            }
        }
        _ => {}
    }
}

/// The name of a row in a list.
fn key_of(row: &Table) -> Option<&str> {
    ["key", "kind", "field"]
        .iter()
        .find_map(|key| row.get(*key)?.as_str())
}

/// The articles of one citing value, which the reading of the table has resolved.
fn articles(value: &Value) -> Vec<Article> {
    match value {
        Value::Array(values) => values.iter().flat_map(articles).collect(),
        other => other.clone().try_into().into_iter().collect(),
    }
}

/// What a cell cites, for a test that proves it: this is how a test claims the cell. An unknown name stops the test.
#[cfg(test)]
pub(crate) fn cited(name: &str) -> String {
    let (id, _) = name.split_once('/').unwrap();
    let found = cells(id.parse().unwrap());
    let cell = found.iter().find(|cell| cell.name == name);
    let articles = cell.map(|cell| cell.articles.iter().map(citation));
    let articles: Vec<_> = articles
        .unwrap_or_else(|| panic!("no cell {name}"))
        .collect();
    articles.join("、")
}

/// What the cells below a name cite, each under the rest of its name; claims them all, so compare the whole.
#[cfg(test)]
pub(crate) fn cited_below(name: &str) -> Vec<(String, String)> {
    let (id, _) = name.split_once('/').unwrap();
    let below = |cell: &Cell| {
        let rest = cell.name.strip_prefix(name)?.strip_prefix('.')?;
        Some((rest.to_owned(), cited(&cell.name)))
    };
    cells(id.parse().unwrap())
        .iter()
        .filter_map(below)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_cell_has_one_name_and_cites_articles_that_exist() {
        for &id in EditionId::ALL {
            let cells = cells(id);
            let names: BTreeSet<_> = cells.iter().map(|cell| &cell.name).collect();
            assert_eq!(names.len(), cells.len(), "{id}: a name twice");
            let wrong: Vec<_> = cells
                .iter()
                .flat_map(|cell| {
                    cell.articles
                        .iter()
                        .map(move |article| (&cell.name, article))
                })
                .filter(|(_, article)| !exists(article))
                .map(|(name, article)| format!("{name}: {}", citation(article)))
                .collect();
            assert!(wrong.is_empty(), "{wrong:#?}");
        }
    }

    #[test]
    fn every_problem_cites_an_article_that_exists() {
        for &id in EditionId::ALL {
            let wrong: Vec<_> = problems(id)
                .into_iter()
                .filter(|(_, article)| !exists(article))
                .map(|(code, article)| format!("{}: {}", code.as_str(), citation(&article)))
                .collect();
            assert!(wrong.is_empty(), "{wrong:#?}");
        }
    }

    #[test]
    fn no_cell_of_a_file_is_passed_over() {
        for (id, text) in [
            (EditionId::Order117, include_str!("../data/order-117.toml")),
            (
                EditionId::Draft2025,
                include_str!("../data/draft-2025.toml"),
            ),
        ] {
            let written = ["article = \"", "basis = \""].map(|key| text.matches(key).count());
            let walked = cells(id);
            let seen = |cell: &&Cell| !cell.name.contains("/sight.");
            let walked = walked.iter().filter(seen).count();
            assert_eq!(walked, written.iter().sum::<usize>(), "{id}");
            assert_eq!(sight::articles(id).count(), 9, "{id}");
        }
    }

    #[test]
    #[should_panic(expected = "no cell order-117/verification.STREAMER")]
    fn a_claim_to_a_cell_that_does_not_exist_stops_its_test() {
        let _ = cited(&format!("{}/verification.STREAMER", EditionId::Order117));
    }
}
