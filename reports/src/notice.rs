//! Letters to the persons whom a platform acts against (告知书), as PDF: one embedded and subset Chinese font, A4, as many
//! pages as the facts need. The same letter makes the same bytes. What a letter must say, rules know; `listing`, `measure`
//! and their siblings word it.

use chrono::NaiveDate;

use crate::error::ReportError;

mod appeal;
mod face;
mod line;
mod listing;
mod measure;
mod paper;
mod removal;
mod wording;

pub use appeal::{Appeal, Decision, appeal_notice};
pub use listing::{Listing, listing_notice};
pub use measure::{Measure, measure_notice};
pub use removal::{Removal, removal_notice};
pub use wording::{Basis, Sender};

/// A letter as it is set, from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The heading, such as 列入黑名单告知书.
    pub title: String,
    /// The number by which the letter is cited; none where it has none.
    pub number: Option<String>,
    /// Whom it addresses.
    pub addressee: String,
    /// What it says.
    pub body: Vec<Part>,
    /// Who signs.
    pub signatory: String,
    /// The day of the letter, which is also the PDF's.
    pub date: NaiveDate,
}

/// A part of a letter's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A text; each of its lines is a paragraph.
    Paragraph(String),
    /// A text under a label, which is numbered (一、二、…) and never left alone at the foot of a page.
    Clause {
        /// What the text is about, such as 违法事实.
        label: String,
        /// The text; each of its lines is a paragraph.
        text: String,
    },
}

impl Letter {
    /// The letter as PDF/A-2u, whose every character can be read back. A character that the font lacks is printed as
    /// `〓(U+…)`, so that nothing vanishes and a person can look it up.
    pub fn pdf(&self) -> Result<Vec<u8>, ReportError> {
        paper::print(self, &face::Face::compiled_in()?)
    }
}
