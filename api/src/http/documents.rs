//! Documents that were read before. Clients send the same text with other variables all day, and reading it costs more than
//! running a small question. What holds a text of its own is not kept: it may be somebody's number.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_graphql_parser::types::ExecutableDocument;

/// Documents that are kept; when there are more, it begins anew.
const KEPT: usize = 512;
/// The longest text that is kept, in bytes.
const LONGEST: usize = 8 * 1024;

/// A document that was scanned, parsed and measured.
pub(super) struct Read {
    pub(super) document: ExecutableDocument,
    pub(super) introspects: bool,
}

/// The documents that are kept, by their text.
#[derive(Default)]
pub(super) struct Documents(Mutex<HashMap<String, Arc<Read>>>);

impl Documents {
    /// The document of a text that was read before.
    pub(super) fn get(&self, text: &str) -> Option<Arc<Read>> {
        self.kept().get(text).cloned()
    }

    /// Keeps a document, if it may be kept.
    pub(super) fn keep(&self, text: &str, read: &Arc<Read>) {
        if text.len() > LONGEST || text.contains('"') {
            return;
        }
        let mut kept = self.kept();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(text.to_owned(), Arc::clone(read));
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<String, Arc<Read>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use async_graphql_parser::parse_query;

    use super::{Documents, KEPT, Read};

    fn read(text: &str) -> Arc<Read> {
        Arc::new(Read {
            document: parse_query(text).unwrap(),
            introspects: false,
        })
    }

    #[test]
    fn what_may_be_a_number_of_somebody_is_not_kept_and_the_rest_has_an_end() {
        let documents = Documents::default();
        for text in ["{ party(id: \"1\") { id } }", "{ a(b: \"\"\"c\"\"\") }"] {
            documents.keep(text, &read(text));
            assert!(documents.get(text).is_none());
        }
        let long = format!("{{ me {{ role }} }} #{}", "x".repeat(super::LONGEST));
        documents.keep(&long, &read(&long));
        assert!(documents.get(&long).is_none());
        for n in 0..=KEPT {
            let text = format!("{{ me{n} }}");
            documents.keep(&text, &read(&text));
            assert!(documents.get(&text).is_some());
        }
        assert!(documents.get("{ me0 }").is_none());
    }
}
