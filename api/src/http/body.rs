//! Reading a body without ever holding more of it than the limit. What it says is not this file's matter.

use axum::{body::Body, http::HeaderMap, http::header};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;

use super::{Code, Refusal, too_slow};

/// The whole body, or `PAYLOAD_TOO_LARGE`: at once where the length is announced, else when it is passed.
pub(super) async fn read(headers: &HeaderMap, body: Body, most: usize) -> Result<Bytes, Refusal> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most) {
        return Err(too_large(most));
    }
    let mut chunks = body.into_data_stream();
    let mut read = BytesMut::with_capacity(announced.unwrap_or_default().min(64 << 10));
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| too_slow(&error).unwrap_or_else(broken_off))?;
        if read.len().saturating_add(chunk.len()) > most {
            return Err(too_large(most));
        }
        read.extend_from_slice(&chunk);
    }
    Ok(read.freeze())
}

fn too_large(most: usize) -> Refusal {
    Refusal::new(
        Code::PayloadTooLarge,
        format!("请求体超过 {most} 字节"),
        format!("the body is longer than {most} bytes"),
    )
}

fn broken_off() -> Refusal {
    Refusal::new(
        Code::ParseFailed,
        "请求体未完整到达",
        "the body did not arrive whole",
    )
}
