//! The texts that the cells of a workbook share, packed into pages: a survey of a million rows has millions of them, and a
//! `String` each would take twice the room.

use super::super::raw::Refusal;

/// Bytes of a page.
const PAGE: usize = 1_048_576;

/// Texts by their number.
#[derive(Default)]
pub(super) struct Strings {
    pages: Vec<String>,
    /// Where each begins, pages counted in their full length.
    starts: Vec<u32>,
}

impl Strings {
    /// Adds a text.
    pub(super) fn push(&mut self, text: &str) -> Result<(), Refusal> {
        let fits = |page: &String| page.len() + text.len() < PAGE;
        if !self.pages.last().is_some_and(fits) {
            // A cell has at most 32,767 characters.
            if text.len() >= PAGE {
                return Err(Refusal::Damaged);
            }
            self.pages.push(String::with_capacity(PAGE));
        }
        let number = self.pages.len() - 1;
        let page = self.pages.last_mut().ok_or(Refusal::Damaged)?;
        let start = number * PAGE + page.len();
        self.starts
            .push(u32::try_from(start).map_err(|_| Refusal::Damaged)?);
        page.push_str(text);
        Ok(())
    }

    /// A text by its number.
    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let start = *self.starts.get(number)? as usize;
        let page = self.pages.get(start / PAGE)?;
        let next = self.starts.get(number + 1).map(|next| *next as usize);
        let end = match next {
            Some(next) if next / PAGE == start / PAGE => next % PAGE,
            _ => page.len(),
        };
        page.get(start % PAGE..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_over_the_ends_of_pages() {
        let texts: Vec<_> = (0..20_000_usize)
            .map(|number| format!("{number}{}", "名".repeat(number % 50)))
            .chain([String::new()])
            .collect();
        let mut strings = Strings::default();
        for text in &texts {
            strings.push(text).unwrap();
        }
        assert!(strings.pages.len() > 1);
        for (number, text) in texts.iter().enumerate() {
            assert_eq!(strings.get(number), Some(text.as_str()));
        }
        assert_eq!(strings.get(texts.len()), None);
    }
}
