//! How high a row becomes whose two cells tell more than a line. Excel fits a row without a height to its texts when it opens
//! the workbook, LibreOffice does not, and both leave one that has a height as it is, also where they fitted it themselves.

use quick_xml::events::BytesStart;

use super::ReturnError;
use super::xml::attribute;

/// Points that a row can have.
pub(super) const HIGHEST: f64 = 409.0;

/// What a sheet says of a row's height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Given {
    /// In points.
    points: Option<f64>,
    /// Whether a person chose it.
    chosen: bool,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Height {
    /// It is high enough.
    Kept,
    /// It was made for what we said an earlier time.
    Fitted,
    /// Points.
    Made(f64),
}

impl Given {
    pub(super) fn read(row: &BytesStart<'_>) -> Result<Self, ReturnError> {
        let points = attribute(row, "ht")?.and_then(|said| said.trim().parse().ok());
        Ok(Self {
            points,
            chosen: is_set(row, "customHeight")?,
        })
    }

    /// The height of a row that needs so many points for us and `own` for what the user wrote, each where that is more than
    /// a line; `again` where our columns were there before.
    pub(super) fn becomes(self, needed: Option<f64>, own: Option<f64>, again: bool) -> Height {
        let of_both = || needed.into_iter().chain(own).reduce(f64::max);
        match (self.points, needed) {
            (Some(_), _) if again && !self.chosen => {
                of_both().map_or(Height::Fitted, |points| Height::Made(points.min(HIGHEST)))
            }
            (Some(points), Some(needed)) if points < needed.min(HIGHEST) => {
                Height::Made(needed.min(HIGHEST))
            }
            (None, Some(needed)) => Height::Made(of_both().unwrap_or(needed).min(HIGHEST)),
            _ => Height::Kept,
        }
    }
}

/// Whether an attribute says yes.
pub(super) fn is_set(start: &BytesStart<'_>, key: &str) -> Result<bool, ReturnError> {
    Ok(attribute(start, key)?.is_some_and(|said| said != "0" && said != "false"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_made_higher_and_never_lower() {
        let given = |points, chosen| Given { points, chosen };
        let of = |given: Given, needed| given.becomes(needed, None, false);
        assert_eq!(of(given(Some(15.0), false), Some(45.0)), Height::Made(45.0));
        assert_eq!(of(given(Some(15.0), true), Some(45.0)), Height::Made(45.0));
        assert_eq!(of(given(Some(60.0), true), Some(45.0)), Height::Kept);
        assert_eq!(
            of(given(Some(15.0), false), Some(900.0)),
            Height::Made(409.0)
        );
        assert_eq!(of(given(Some(15.0), false), None), Height::Kept);
        assert_eq!(of(given(None, false), Some(45.0)), Height::Made(45.0));
        assert_eq!(of(given(None, false), None), Height::Kept);
        let taller = given(None, false).becomes(Some(45.0), Some(75.0), false);
        assert_eq!(taller, Height::Made(75.0), "what the user wrote counts");
        let again = |given: Given, needed| given.becomes(needed, None, true);
        assert_eq!(again(given(Some(60.0), false), None), Height::Fitted);
        let less = again(given(Some(60.0), false), Some(30.0));
        assert_eq!(less, Height::Made(30.0), "fewer lines than before");
        assert_eq!(again(given(Some(60.0), true), None), Height::Kept);
    }
}
