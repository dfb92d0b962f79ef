//! The language of messages, from `Accept-Language`. Chinese is the registry's language and the default; the choice
//! touches words only, never data.

use axum::http::{HeaderMap, header};

pub use rules::label::Lang;

/// The language that the header weighs most; Chinese where it names neither, or both alike.
#[must_use]
pub fn lang_of(headers: &HeaderMap) -> Lang {
    let (mut zh, mut en) = (0.0_f32, 0.0_f32);
    for value in headers.get_all(header::ACCEPT_LANGUAGE) {
        for range in value.to_str().unwrap_or_default().split(',') {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
            let quality = quality(parts);
            match tag.split('-').next() {
                Some("zh" | "*") => zh = zh.max(quality),
                Some("en") => en = en.max(quality),
                _ => {}
            }
        }
    }
    if en > zh { Lang::En } else { Lang::Zh }
}

/// The weight among a range's parameters: 1 without one, 0 for one that cannot be read.
pub(super) fn quality<'a>(mut parameters: impl Iterator<Item = &'a str>) -> f32 {
    parameters
        .find_map(|parameter| {
            parameter
                .strip_prefix("q=")
                .or(parameter.strip_prefix("Q="))
        })
        .map_or(1.0, |text| text.parse::<f32>().unwrap_or(0.0))
        .clamp(0.0, 1.0)
}
