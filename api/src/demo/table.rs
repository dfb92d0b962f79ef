//! The demo's tables: lines of cells between tabs, lists inside a cell between `、`. Read once, trusted afterwards,
//! because they are compiled in and a test reads every line.

/// The cells of each line that is no note.
pub(super) fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok())
}

/// The parts of a cell that is a list.
pub(super) fn list(cell: &'static str) -> Vec<&'static str> {
    cell.split('、').collect()
}

/// The number in a cell.
pub(super) fn number(cell: &str) -> usize {
    cell.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_every_table_is_a_row() {
        let tables: [(&str, usize); 7] = [
            (
                include_str!("data/brands.tsv"),
                rows::<2>(include_str!("data/brands.tsv")).count(),
            ),
            (
                include_str!("data/clients.tsv"),
                rows::<4>(include_str!("data/clients.tsv")).count(),
            ),
            (
                include_str!("data/given.tsv"),
                rows::<2>(include_str!("data/given.tsv")).count(),
            ),
            (
                include_str!("data/places.tsv"),
                rows::<5>(include_str!("data/places.tsv")).count(),
            ),
            (
                include_str!("data/platforms.tsv"),
                rows::<9>(include_str!("data/platforms.tsv")).count(),
            ),
            (
                include_str!("data/surnames.tsv"),
                rows::<2>(include_str!("data/surnames.tsv")).count(),
            ),
            (
                include_str!("data/trades.tsv"),
                rows::<5>(include_str!("data/trades.tsv")).count(),
            ),
        ];
        for (text, read) in tables {
            assert_eq!(
                text.lines().filter(|line| !line.starts_with('#')).count(),
                read,
                "{text}"
            );
            assert!(read > 0);
        }
    }
}
