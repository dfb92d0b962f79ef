//! The size of a document once every fragment is written out where it is spread. The library's own limits walk that
//! expansion, which doubles with every fragment that spreads the next one twice; here each fragment is measured once
//! and the sums saturate, so the cost is that of the text. Must not depend on a schema.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql_parser::{
    Positioned,
    types::{
        Directive, ExecutableDocument, Field, FragmentDefinition, FragmentSpread, Selection,
        SelectionSet,
    },
};
use chrono::NaiveDate;
use entity::value::personal::in_words;

use super::{Code, Limits, Refusal, scan::bound};

/// What a selection comes to when expanded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) fields: u64,
    pub(super) spreads: u64,
    pub(super) aliases: u64,
    pub(super) directives: u64,
    /// Levels of fields.
    pub(super) depth: u64,
    /// Levels of selection sets of any kind.
    pub(super) nesting: u64,
}

impl Size {
    /// Two selections side by side.
    fn beside(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            spreads: self.spreads.saturating_add(other.spreads),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            depth: self.depth.max(other.depth),
            nesting: self.nesting.max(other.nesting),
        }
    }
}

/// Bounds the expansion of all operations together and of all fragments together, used or not, because
/// the library validates both.
pub(super) fn measure(document: &ExecutableDocument, limits: &Limits) -> Result<Measured, Refusal> {
    let mut ruler = Ruler {
        document,
        limits,
        fragments: HashMap::new(),
        introspects: false,
    };
    let mut total = Size::default();
    for (_, operation) in document.operations.iter() {
        let operation = &operation.node;
        bound(
            operation.variable_definitions.len(),
            limits.variables,
            "变量",
            "variables",
        )?;
        let directives = operation
            .variable_definitions
            .iter()
            .map(|v| &v.node.directives);
        for directives in directives.chain([&operation.directives]) {
            total.directives = total
                .directives
                .saturating_add(ruler.directives(directives)?);
        }
        total = total.beside(ruler.selection_set(&operation.selection_set.node, 1)?);
        ruler.judge(&total)?;
    }
    let mut all_fragments = Size::default();
    for (name, fragment) in &document.fragments {
        all_fragments = all_fragments.beside(ruler.fragment(name, fragment, 1)?);
        ruler.judge(&Size {
            fields: all_fragments.fields,
            ..Size::default()
        })?;
    }
    Ok(Measured {
        size: total,
        introspects: ruler.introspects,
    })
}

/// What the walk found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Measured {
    /// All operations together.
    pub(super) size: Size,
    /// Whether `__schema` or `__type` is asked for anywhere.
    pub(super) introspects: bool,
}

struct Ruler<'a> {
    document: &'a ExecutableDocument,
    limits: &'a Limits,
    /// None while a fragment is being measured: meeting it then is a cycle.
    fragments: HashMap<&'a Name, Option<Size>>,
    introspects: bool,
}

impl<'a> Ruler<'a> {
    fn judge(&self, size: &Size) -> Result<(), Refusal> {
        let Limits {
            expanded_fields,
            spreads,
            aliases,
            directives,
            depth,
            nesting,
            ..
        } = *self.limits;
        bound(
            size.fields,
            expanded_fields,
            "展开后的字段",
            "fields after expansion",
        )?;
        bound(
            size.spreads,
            spreads,
            "片段引用",
            "fragment spreads after expansion",
        )?;
        bound(size.aliases, aliases, "别名", "aliases after expansion")?;
        bound(
            size.directives,
            directives,
            "指令",
            "directives after expansion",
        )?;
        bound(size.depth, depth, "字段层级", "levels of fields")?;
        bound(
            size.nesting,
            nesting,
            "选择集层级",
            "levels of selection sets",
        )
    }

    /// `level` bounds this recursion itself: a chain of fragments is as deep as it is long.
    fn selection_set(&mut self, set: &'a SelectionSet, level: u64) -> Result<Size, Refusal> {
        bound(
            level,
            self.limits.nesting,
            "选择集层级",
            "levels of selection sets",
        )?;
        let mut size = Size::default();
        for selection in &set.items {
            let one = match &selection.node {
                Selection::Field(field) => self.field(&field.node, level)?,
                Selection::InlineFragment(inline) => {
                    let inner = self.selection_set(&inline.node.selection_set.node, level + 1)?;
                    let directives = self.directives(&inline.node.directives)?;
                    inner.beside(Size {
                        directives,
                        ..Size::default()
                    })
                }
                Selection::FragmentSpread(spread) => self.spread(spread, level)?,
            };
            size = size.beside(one);
        }
        size.nesting = size.nesting.saturating_add(1);
        Ok(size)
    }

    fn field(&mut self, field: &'a Field, level: u64) -> Result<Size, Refusal> {
        bound(
            field.arguments.len(),
            self.limits.arguments,
            "参数",
            "arguments of a field",
        )?;
        self.introspects |= matches!(field.name.node.as_str(), "__schema" | "__type");
        if let Some(alias) = &field.alias
            && in_words(alias.node.as_str(), NaiveDate::MAX).is_some()
        {
            return Err(Refusal::new(
                Code::BadUserInput,
                "别名不能含有身份证件号码或者手机号码",
                "an alias holds no identity number and no mobile phone's",
            )
            .at(alias.pos));
        }
        let inner = if field.selection_set.node.items.is_empty() {
            Size::default()
        } else {
            self.selection_set(&field.selection_set.node, level + 1)?
        };
        let own = Size {
            fields: 1,
            aliases: field.alias.is_some().into(),
            directives: self.directives(&field.directives)?,
            ..Size::default()
        };
        Ok(Size {
            depth: inner.depth.saturating_add(1),
            ..inner.beside(own)
        })
    }

    fn spread(
        &mut self,
        spread: &'a Positioned<FragmentSpread>,
        level: u64,
    ) -> Result<Size, Refusal> {
        let name = &spread.node.fragment_name.node;
        let directives = self.directives(&spread.node.directives)?;
        let own = Size {
            spreads: 1,
            directives,
            ..Size::default()
        };
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            return Ok(own);
        };
        match self.fragments.get(name) {
            Some(Some(known)) => Ok(known.beside(own)),
            Some(None) => Err(Refusal::new(
                Code::ValidationFailed,
                format!("片段 {name} 循环引用自身"),
                format!("fragment {name} spreads itself"),
            )
            .at(spread.pos)),
            None => Ok(self.fragment(name, fragment, level + 1)?.beside(own)),
        }
    }

    fn fragment(
        &mut self,
        name: &'a Name,
        fragment: &'a Positioned<FragmentDefinition>,
        level: u64,
    ) -> Result<Size, Refusal> {
        if let Some(Some(known)) = self.fragments.get(name) {
            return Ok(*known);
        }
        self.fragments.insert(name, None);
        let inner = self.selection_set(&fragment.node.selection_set.node, level)?;
        let directives = self.directives(&fragment.node.directives)?;
        let size = inner.beside(Size {
            directives,
            ..Size::default()
        });
        self.fragments.insert(name, Some(size));
        Ok(size)
    }

    fn directives(&self, directives: &[Positioned<Directive>]) -> Result<u64, Refusal> {
        for directive in directives {
            let count = directive.node.arguments.len();
            bound(
                count,
                self.limits.arguments,
                "参数",
                "arguments of a directive",
            )?;
        }
        Ok(u64::try_from(directives.len()).unwrap_or(u64::MAX))
    }
}
