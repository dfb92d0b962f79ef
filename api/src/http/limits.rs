//! How much one request may ask for. Every bound of this folder is a named field here; none may be a bare number
//! elsewhere. What an operator may want to change is a setting, the rest is listed in docs/security.md.

/// Bounds of one request. The defaults leave room for 1,000 registrations sent as variables and for the full
/// introspection query of current clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a body.
    pub body_bytes: usize,
    /// Operations in one batch.
    pub batch: usize,
    /// Values and names in the JSON of a request: each takes some seventy bytes of memory once read.
    pub json_values: usize,
    /// Levels of JSON; the JSON reader itself stops at 128.
    pub json_nesting: usize,
    /// Bytes of one GraphQL document. Large input belongs into variables.
    pub document_bytes: usize,
    /// Lexical tokens of one document, near enough: a decimal point counts as one.
    pub tokens: usize,
    /// Bytes of a name in a document: the library compares unknown names with all known ones.
    pub name_bytes: usize,
    /// Open brackets of any kind at one place, checked before the parser, which recurses.
    pub brackets: usize,
    /// Fields after every fragment is written out where it is spread; the sum over all operations, and over all
    /// fragments.
    pub expanded_fields: u64,
    /// Fragment spreads after the same expansion.
    pub spreads: u64,
    /// Aliases after the same expansion; an alias of `__typename` counts too.
    pub aliases: u64,
    /// Directives after the same expansion.
    pub directives: u64,
    /// Levels of fields below the operation, the leaf included.
    pub depth: u64,
    /// Levels of selection sets, counting inline fragments and spreads.
    pub nesting: u64,
    /// Arguments of one field or directive.
    pub arguments: usize,
    /// Variables of one operation.
    pub variables: usize,
    /// Field values that one operation may ask for: the rows of nested pages multiply.
    pub complexity: u64,
    /// Rows of the largest page.
    pub page: u64,
    /// Rows of a page that names neither `first` nor `last`.
    pub page_unasked: u64,
    /// Errors in one answer; the rest is left out.
    pub errors: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 8 << 20,
            batch: 10,
            json_values: 250_000,
            json_nesting: 64,
            document_bytes: 1 << 20,
            tokens: 20_000,
            name_bytes: 128,
            brackets: 64,
            expanded_fields: 10_000,
            spreads: 1_000,
            aliases: 100,
            directives: 50,
            depth: 15,
            nesting: 32,
            arguments: 100,
            variables: 200,
            complexity: 1_000_000,
            page: 500,
            page_unasked: 50,
            errors: 20,
        }
    }
}
