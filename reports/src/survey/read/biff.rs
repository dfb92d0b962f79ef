//! What the binary formats, old and new, write in the same way: errors by a number, and numbers packed into 30 bits.

use super::super::raw::{Refusal, Value};

/// An error of a cell by its number.
pub(super) fn fault(code: u8) -> Value {
    let name = match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "#ERROR!",
    };
    Value::Fault(name.to_owned())
}

/// A number in 30 bits with two that say how: hundredths, and whole.
pub(super) fn packed(bits: u32) -> f64 {
    let number = if bits & 2 == 0 {
        f64::from_bits(u64::from(bits & !3) << 32)
    } else {
        f64::from(bits.cast_signed() >> 2)
    };
    if bits & 1 == 0 {
        number
    } else {
        number / 100.0
    }
}

/// A run of bytes in a record.
pub(super) fn bytes<const N: usize>(record: &[u8], at: usize) -> Result<[u8; N], Refusal> {
    let found = record.get(at..).and_then(<[u8]>::first_chunk::<N>);
    found.copied().ok_or(Refusal::Damaged)
}

pub(super) fn u16_at(record: &[u8], at: usize) -> Result<u16, Refusal> {
    bytes(record, at).map(u16::from_le_bytes)
}

pub(super) fn u32_at(record: &[u8], at: usize) -> Result<u32, Refusal> {
    bytes(record, at).map(u32::from_le_bytes)
}

pub(super) fn f64_at(record: &[u8], at: usize) -> Result<f64, Refusal> {
    bytes(record, at).map(f64::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::packed;

    #[test]
    fn packed_numbers_are_whole_or_hundredths() {
        let exact = |found: f64, meant: f64| assert!((found - meant).abs() < f64::EPSILON);
        exact(packed(123_456 << 2 | 2), 123_456.0);
        exact(packed(123_456 << 2 | 3), 1_234.56);
        exact(packed((-7_i32 << 2).cast_unsigned() | 2), -7.0);
        exact(packed(0x3FF0_0000), 1.0);
    }
}
