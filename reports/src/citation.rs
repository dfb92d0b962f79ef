//! How articles are cited on paper. Only spelling: which article is cited, rules say.

use rules::edition::Article;

/// An article with its instrument as laws are cited: the number of the order stands outside the book marks.
pub(crate) fn citation(article: &Article) -> String {
    cited(&article.instrument, &article.number)
}

/// The same of an instrument and a number that no table holds.
pub(crate) fn cited(instrument: &str, number: &str) -> String {
    let bare = instrument.trim_matches(['《', '》']);
    let (title, order) = split_order(bare);
    format!("《{title}》{order}{number}")
}

/// The same without the number of the order, where it has been cited before.
pub(crate) fn short_citation(article: &Article) -> String {
    format!(
        "《{}》{}",
        split_order(&article.instrument).0,
        article.number
    )
}

/// `某办法（某某令第1号）` as the title and what stands behind it; `某办法（试行）` is all title.
fn split_order(instrument: &str) -> (&str, &str) {
    match instrument.find('（') {
        Some(at) if instrument.ends_with("号）") => instrument.split_at(at),
        _ => (instrument, ""),
    }
}
