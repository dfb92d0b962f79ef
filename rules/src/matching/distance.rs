//! How much of one sequence is in another: by edit distance, and in whatever order.

use strsim::generic_levenshtein;

/// One less the edit distance in the longer length; 1 for two empty ones.
pub(super) fn edit<T: PartialEq>(one: &[T], other: &[T]) -> f64 {
    let longest = one.len().max(other.len());
    if longest == 0 {
        return 1.0;
    }
    let distance = generic_levenshtein(&Items(one), &Items(other));
    1.0 - ratio(distance, longest)
}

/// A slice as strsim takes it.
struct Items<'a, T>(&'a [T]);

impl<'a, T> IntoIterator for &'a Items<'_, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// What two have in common in whatever order, in the longer length. Readings that have one in common are equal without
/// being equal to the same others, so both ways are tried.
pub(super) fn bag<T: PartialEq>(one: &[T], other: &[T]) -> f64 {
    let common = common(one, other).max(common(other, one));
    ratio(common, one.len().max(other.len()).max(1))
}

fn common<T: PartialEq>(one: &[T], other: &[T]) -> usize {
    let mut left: Vec<&T> = other.iter().collect();
    let mut common = 0;
    for item in one {
        if let Some(place) = left.iter().position(|found| *found == item) {
            left.swap_remove(place);
            common += 1;
        }
    }
    common
}

pub(super) fn sorted(text: &str) -> Vec<char> {
    let mut all: Vec<char> = text.chars().collect();
    all.sort_unstable();
    all
}

pub(super) fn ratio_of(one: usize, other: usize) -> f64 {
    ratio(one.min(other), one.max(other).max(1))
}

/// Lengths are bounded by the longest name, so they fit.
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    let number = |length: usize| u32::try_from(length).map_or(f64::MAX, f64::from);
    number(part) / number(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_measured_in_the_longer_length() {
        assert!((edit(&[1, 2, 3], &[1, 9, 3]) - 2.0 / 3.0).abs() < 1e-9);
        assert!((edit(&[1, 2, 3, 4], &[1, 2]) - 0.5).abs() < 1e-9);
        assert!((edit::<u8>(&[], &[]) - 1.0).abs() < 1e-9);
        assert!((bag(&[1, 2, 3], &[3, 1, 2]) - 1.0).abs() < 1e-9);
        assert!((bag(&[1, 1], &[1, 2]) - 0.5).abs() < 1e-9);
        assert!((ratio_of(2, 4) - 0.5).abs() < 1e-9);
    }
}
