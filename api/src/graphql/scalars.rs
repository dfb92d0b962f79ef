//! The contract's scalars. Dates are legal days in Asia/Shanghai, instants are answered in +08:00, cursors are opaque.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime as Instant, FixedOffset, NaiveDate, SecondsFormat, Utc};

/// 日期（Asia/Shanghai），格式 2027-01-31。
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

/// 时刻，RFC 3339；应答使用 +08:00。
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime(pub Instant<Utc>);

/// 报送期，如 2027-01 或 2027-07；是否可用由问题 `WINDOW_UNKNOWN` 说明。
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmissionWindow(pub String);

/// 字节数，小于 2^53 的整数。
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteCount(pub i64);

/// 不透明的游标，只能原样传回同一个列表。
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(pub String);

fn text<T: async_graphql::InputType>(value: Value) -> Result<String, InputValueError<T>> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(InputValueError::expected_type(other)),
    }
}

/// A date is written with four, two and two digits; chrono alone would take less.
fn date(text: &str) -> Option<NaiveDate> {
    let shaped = text.len() == 10;
    shaped
        .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
        .flatten()
}

/// 日期（Asia/Shanghai），格式 2027-01-31。
#[Scalar(name = "Date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = text(value)?;
        date(&text).map(Self).ok_or_else(|| {
            InputValueError::custom("日期格式应为 2027-01-31 / a date is written 2027-01-31")
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%d").to_string())
    }
}

/// The offset of Asia/Shanghai, which has had no other since 1991.
const SHANGHAI: Option<FixedOffset> = FixedOffset::east_opt(8 * 3600);

/// 时刻，RFC 3339；应答使用 +08:00。
#[Scalar(
    name = "DateTime",
    specified_by_url = "https://scalars.graphql.org/andimarek/date-time"
)]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = text(value)?;
        let parsed = Instant::parse_from_rfc3339(&text).map_err(|_| {
            InputValueError::custom(
                "时刻应为 RFC 3339，如 2027-01-05T09:30:00+08:00 / an instant is RFC 3339 with its offset",
            )
        })?;
        let years = 1900..=9999;
        let utc = parsed.with_timezone(&Utc);
        if !years.contains(&chrono::Datelike::year(&utc)) {
            return Err(InputValueError::custom(
                "时刻超出 1900 至 9999 年 / the year is out of range",
            ));
        }
        // Both databases keep microseconds; finer digits would make equal instants differ.
        let micros = utc.timestamp_micros();
        Ok(Self(Instant::from_timestamp_micros(micros).unwrap_or(utc)))
    }

    fn to_value(&self) -> Value {
        let text = match SHANGHAI {
            Some(offset) => self
                .0
                .with_timezone(&offset)
                .to_rfc3339_opts(SecondsFormat::AutoSi, false),
            None => self.0.to_rfc3339(),
        };
        Value::String(text)
    }
}

/// 报送期，如 2027-01 或 2027-07；是否可用由问题 `WINDOW_UNKNOWN` 说明。
#[Scalar(name = "SubmissionWindow")]
impl ScalarType for SubmissionWindow {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value).map(Self)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// 字节数，小于 2^53 的整数。
#[Scalar(name = "ByteCount")]
impl ScalarType for ByteCount {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(number) => {
                let bytes = number.as_i64().filter(|bytes| (0..1 << 53).contains(bytes));
                bytes
                    .map(Self)
                    .ok_or_else(|| InputValueError::expected_type(value))
            }
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::Number(self.0.into())
    }
}

/// 不透明的游标，只能原样传回同一个列表。
#[Scalar(name = "Cursor")]
impl ScalarType for Cursor {
    fn parse(value: Value) -> InputValueResult<Self> {
        text(value).map(Self)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl From<Date> for NaiveDate {
    fn from(date: Date) -> Self {
        date.0
    }
}
