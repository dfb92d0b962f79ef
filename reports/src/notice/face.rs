//! The font of letters: which characters it has, and how wide they are. It has all of GB 18030-2022 up to level 2 (基本区,
//! 扩充 A, 通用规范汉字表) and what else of the rarer planes its makers drew; see `fonts/README.md`.

use std::fmt::Write as _;

use krilla::text::{Font, GlyphId};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider as _, charmap::Charmap};

use crate::error::ReportError;

const BYTES: &[u8] = include_bytes!("../../fonts/NotoSansCJKsc-GB18030.otf");
/// What typesetters have always put where a character is lacking.
const LACKING: char = '〓';

/// The font with its tables at hand.
pub(super) struct Face {
    font: Font,
    chars: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
}

impl Face {
    /// The font that is compiled in.
    pub(super) fn compiled_in() -> Result<Self, ReportError> {
        let font = Font::new(BYTES.into(), 0).ok_or(ReportError::Font("no OpenType font"))?;
        let tables =
            FontRef::new(BYTES).map_err(|_| ReportError::Font("its tables are not sound"))?;
        Ok(Self {
            font,
            chars: tables.charmap(),
            metrics: tables.glyph_metrics(Size::unscaled(), LocationRef::default()),
        })
    }

    /// The font as the PDF library takes it; cheap.
    pub(super) fn font(&self) -> Font {
        self.font.clone()
    }

    /// The glyph of a character and its width in em; none where the font lacks it.
    pub(super) fn glyph(&self, c: char) -> Option<(GlyphId, f32)> {
        let id = self.chars.map(c).filter(|id| id.to_u32() != 0)?;
        let width = self.metrics.advance_width(id)?;
        Some((GlyphId::new(id.to_u32()), width / self.font.units_per_em()))
    }

    /// The width of a character in em; nothing where the font lacks it.
    pub(super) fn width(&self, c: char) -> f32 {
        self.glyph(c).map_or(0.0, |(_, width)| width)
    }

    /// A text of one line with only characters that can be printed: white space becomes a space, and a character without
    /// a glyph becomes the mark of what is lacking with its number.
    pub(super) fn printable(&self, text: &str) -> String {
        let mut printable = String::with_capacity(text.len());
        for c in text.chars() {
            if self.glyph(c).is_some() {
                printable.push(c);
            } else if c.is_whitespace() {
                printable.push(' ');
            } else {
                let _ = write!(printable, "{LACKING}(U+{:04X})", u32::from(c));
            }
        }
        printable
    }
}
