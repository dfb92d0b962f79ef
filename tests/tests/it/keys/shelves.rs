//! Every sealed column of every table is known to whoever seals anew: one that is forgotten would be lost with its key.

use std::collections::BTreeSet;

use api::registry::reseal::shelves;
use api::vault::Rotated;

use crate::tidy::sources;

/// The sealed columns that the entities describe, as `table.column`.
fn described(marks: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for source in sources() {
        if !source.path.starts_with("entity/src/") {
            continue;
        }
        let mut table = "";
        for line in source.text.lines().map(str::trim) {
            if let Some((_, rest)) = line.split_once("table_name = \"") {
                table = rest.split('"').next().unwrap_or_default();
            }
            // What a statement answers is no table.
            if line.starts_with("pub struct ") && !line.starts_with("pub struct Model") {
                table = "";
            }
            let field = line
                .strip_prefix("pub ")
                .and_then(|line| line.split_once(": "));
            if let Some((name, of)) =
                field.filter(|(name, _)| !name.contains('(') && !table.is_empty())
                && marks.iter().any(|mark| of.contains(mark))
            {
                found.insert(format!("{table}.{name}"));
            }
        }
    }
    found
}

#[test]
fn every_sealed_column_is_sealed_anew() {
    let described = described(&["Sealed<"]);
    let known: BTreeSet<_> = shelves(Rotated::Seal)
        .filter(|shelf| *shelf != "stored_file")
        .map(str::to_owned)
        .collect();
    assert!(described.len() > 5, "{described:?}");
    assert_eq!(described, known);
}

#[test]
fn every_blind_index_that_is_searched_has_its_second_column() {
    let described = described(&["BlindIndex"]);
    // Tokens of both keys stand beside each other as rows; a judgement is looked for under every key at hand.
    let (tokens, judged) = ("blacklist_token.token", "match_judgement.name_index");
    let all: BTreeSet<_> = shelves(Rotated::Index).collect();
    assert!(all.contains(tokens) && all.contains(judged), "{all:?}");
    let indexes = all
        .into_iter()
        .filter(|shelf| ![tokens, judged].contains(shelf));
    let mut known: BTreeSet<_> = indexes
        .flat_map(|shelf| [shelf.to_owned(), format!("{shelf}_even")])
        .collect();
    // It is compared and never searched, and its key is not rotated.
    known.insert("idempotency.body".to_owned());
    known.insert(judged.to_owned());
    assert_eq!(described, known);
}
