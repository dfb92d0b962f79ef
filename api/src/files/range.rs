//! The HTTP Range header (RFC 9110, section 14) as a pure function over one range of bytes.
//! Nothing here opens a file or writes a response.

use std::ops::Range;

/// What a request wants of a representation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All of it (200): no header, or one that the standard lets a server ignore, as several ranges are here.
    Whole,
    /// One part (206).
    Part(Range<u64>),
    /// No byte of what was asked for exists (416).
    Unsatisfiable,
}

/// Reads a Range header against a representation of `length` bytes.
#[must_use]
pub fn wanted(header: Option<&str>, length: u64) -> Wanted {
    let Some((first, last)) = header.and_then(single_range) else {
        return Wanted::Whole;
    };
    match (first, last) {
        (None, None) => Wanted::Whole,
        (None, Some(0)) => Wanted::Unsatisfiable,
        // A suffix of an empty representation is satisfiable, but no Content-Range can say so.
        (None, Some(_)) if length == 0 => Wanted::Whole,
        (None, Some(suffix)) => Wanted::Part(length.saturating_sub(suffix)..length),
        (Some(first), Some(last)) if last < first => Wanted::Whole,
        (Some(first), _) if first >= length => Wanted::Unsatisfiable,
        (Some(first), last) => {
            let end = last.map_or(length, |last| last.saturating_add(1).min(length));
            Wanted::Part(first..end)
        }
    }
}

/// `bytes=first-last` with either number absent; nothing if it is anything else.
fn single_range(header: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (unit, set) = header.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = set.trim().split_once('-')?;
    // `parse` would take a sign too.
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(first) && digits(last)).then(|| (position(first), position(last)))
}

/// A number beyond `u64` is beyond every file.
fn position(digits: &str) -> Option<u64> {
    (!digits.is_empty()).then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Wanted, wanted};

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        use Wanted::{Part, Unsatisfiable, Whole};
        let huge = "99999999999999999999999999";
        let cases = [
            ("bytes=0-0", 10, Part(0..1)),
            ("bytes=0-9", 10, Part(0..10)),
            ("bytes=0-10", 10, Part(0..10)),
            ("bytes=3-", 10, Part(3..10)),
            ("bytes=9-", 10, Part(9..10)),
            ("bytes=-1", 10, Part(9..10)),
            ("bytes=-10", 10, Part(0..10)),
            ("bytes=-11", 10, Part(0..10)),
            ("BYTES=1-2", 10, Part(1..3)),
            (" bytes = 1-2 ", 10, Part(1..3)),
            (&format!("bytes=4-{huge}"), 10, Part(4..10)),
            (&format!("bytes=-{huge}"), 10, Part(0..10)),
            (&format!("bytes={huge}-"), 10, Unsatisfiable),
            ("bytes=10-", 10, Unsatisfiable),
            ("bytes=10-20", 10, Unsatisfiable),
            ("bytes=-0", 10, Unsatisfiable),
            ("bytes=0-", 0, Unsatisfiable),
            ("bytes=-5", 0, Whole),
            ("bytes=5-4", 10, Whole),
            ("bytes=-", 10, Whole),
            ("bytes=", 10, Whole),
            ("bytes", 10, Whole),
            ("", 10, Whole),
            ("bytes=0-1,3-4", 10, Whole),
            ("bytes=+1-2", 10, Whole),
            ("bytes=1--2", 10, Whole),
            ("bytes=a-b", 10, Whole),
            ("bytes=1 -2", 10, Whole),
            ("bytes=１-２", 10, Whole),
            ("rows=0-1", 10, Whole),
        ];
        for (header, length, expected) in cases {
            assert_eq!(
                wanted(Some(header), length),
                expected,
                "{header:?} of {length}"
            );
        }
        assert_eq!(wanted(None, 10), Whole);
    }

    proptest! {
        #[test]
        fn a_part_is_never_empty_and_never_outside(header in "(bytes=)?[0-9]{0,21}-[0-9]{0,21}", length: u64) {
            if let Wanted::Part(part) = wanted(Some(&header), length) {
                prop_assert!(part.start < part.end && part.end <= length);
            }
        }

        #[test]
        fn any_text_is_answered(header in ".*", length: u64) {
            let _ = wanted(Some(&header), length);
        }
    }
}
