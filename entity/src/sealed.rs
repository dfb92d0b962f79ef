//! Values that only the vault opens: ciphertexts with the type of what they hide, and keyed fingerprints.
//! Nothing here encrypts, decrypts or holds a key.

use std::marker::PhantomData;

use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, QueryResult, TryGetError, TryGetable, Value};

/// A ciphertext of a `T`: algorithm, key id, nonce and tag travel with it; its row and column are bound in.
pub struct Sealed<T> {
    bytes: Vec<u8>,
    hides: PhantomData<fn() -> T>,
}

impl<T> Sealed<T> {
    /// Takes the bytes that the vault made.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            hides: PhantomData,
        }
    }

    /// The bytes for the vault to open.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The same, for a column that does not know the type of what it hides.
    #[must_use]
    pub fn hiding<U>(self) -> Sealed<U> {
        Sealed::from_bytes(self.bytes)
    }
}

impl<T> Clone for Sealed<T> {
    fn clone(&self) -> Self {
        Self::from_bytes(self.bytes.clone())
    }
}

impl<T> PartialEq for Sealed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<T> Eq for Sealed<T> {}

impl<T> std::fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({} bytes)", self.bytes.len())
    }
}

impl<T> From<Sealed<T>> for Value {
    fn from(sealed: Sealed<T>) -> Self {
        Self::Bytes(Some(sealed.bytes))
    }
}

impl<T> TryGetable for Sealed<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        Vec::<u8>::try_get_by(row, index).map(Self::from_bytes)
    }
}

impl<T> ValueType for Sealed<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <Vec<u8> as ValueType>::try_from(value).map(Self::from_bytes)
    }

    fn type_name() -> String {
        "Sealed".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::Bytes
    }

    fn column_type() -> ColumnType {
        ColumnType::Blob
    }
}

impl<T> Nullable for Sealed<T> {
    fn null() -> Value {
        Value::Bytes(None)
    }
}

/// A keyed hash that finds a sealed value again by exact match: 32 bytes of HMAC, never text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlindIndex(Vec<u8>);

impl BlindIndex {
    /// The bytes as both databases read them in a list of texts.
    #[must_use]
    pub fn to_hex(&self) -> String {
        use std::fmt::Write as _;
        self.0.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// The two columns of every blind index. A key has its own by its id, so that two keys that follow each other never share
/// one: while the index key is rotated both are written, and each process searches the one of its active key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IndexColumn {
    /// Of keys with an odd id.
    Odd,
    /// Of keys with an even id.
    Even,
}

impl IndexColumn {
    /// The column of a key.
    #[must_use]
    pub const fn of_key(id: u32) -> Self {
        if id % 2 == 1 { Self::Odd } else { Self::Even }
    }
}

/// A keyed hash over the facts that any edition may file: its version, its key id, then 32 bytes of HMAC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(Vec<u8>);

/// Gives a byte newtype its place in the database.
macro_rules! bytes_column {
    ($name:ident) => {
        impl $name {
            /// Takes the bytes that the vault made.
            #[must_use]
            pub const fn from_bytes(bytes: Vec<u8>) -> Self {
                Self(bytes)
            }

            /// The bytes as the database holds them.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }
        }

        impl From<$name> for Value {
            fn from(value: $name) -> Self {
                Self::Bytes(Some(value.0))
            }
        }

        impl TryGetable for $name {
            fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
                Vec::<u8>::try_get_by(row, index).map(Self)
            }
        }

        impl ValueType for $name {
            fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
                <Vec<u8> as ValueType>::try_from(value).map(Self)
            }

            fn type_name() -> String {
                stringify!($name).to_owned()
            }

            fn array_type() -> ArrayType {
                ArrayType::Bytes
            }

            fn column_type() -> ColumnType {
                ColumnType::Blob
            }
        }

        impl Nullable for $name {
            fn null() -> Value {
                Value::Bytes(None)
            }
        }
    };
}

bytes_column!(BlindIndex);
bytes_column!(Fingerprint);

impl Fingerprint {
    /// The fingerprint as clients compare it: lower-case hexadecimal.
    #[must_use]
    pub fn to_hex(&self) -> String {
        use std::fmt::Write as _;
        self.0
            .iter()
            .fold(String::with_capacity(self.0.len() * 2), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
    }
}

/// Where a ciphertext lives; bound into it, so that it opens nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedAt {
    /// The table's name.
    pub table: &'static str,
    /// The column's name.
    pub column: &'static str,
    /// The row's id.
    pub row: uuid::Uuid,
    /// The revision number inside the row's history; 0 where there is none.
    pub revision: i32,
}
