//! From an input's field to a patch: absent is told from null, and null from a value.

use async_graphql::MaybeUndefined;

use crate::registry::input::Patch;

/// Tells absent from null from a value.
pub(super) fn patch<T, U: From<T>>(given: MaybeUndefined<T>) -> Patch<U> {
    match given {
        MaybeUndefined::Undefined => Patch::Keep,
        MaybeUndefined::Null => Patch::Clear,
        MaybeUndefined::Value(value) => Patch::Set(value.into()),
    }
}

/// The same for lists.
pub(super) fn patch_list<T, U: From<T>>(given: MaybeUndefined<Vec<T>>) -> Patch<Vec<U>> {
    match given {
        MaybeUndefined::Undefined => Patch::Keep,
        MaybeUndefined::Null => Patch::Clear,
        MaybeUndefined::Value(list) => Patch::Set(list.into_iter().map(Into::into).collect()),
    }
}
