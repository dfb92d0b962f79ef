//! Which media types a request sends and takes, by the GraphQL-over-HTTP specification. Bodies are JSON in UTF-8 or
//! nothing: what a foreign page can send without asking (text, forms) is refused, so a browser cannot be made to call.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{Code, Refusal, lang::quality};

/// The media type of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Media {
    /// The older one, in which nearly every well-formed request is answered with 200.
    #[default]
    Json,
    /// The one that lets HTTP tell failures by their status.
    GraphqlResponse,
}

impl Media {
    /// The value of `Content-Type`.
    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        })
    }
}

/// The type to answer with. No `Accept` and `*/*` mean the older type, as the specification's audits want;
/// the newer one wins where a client names it and likes it as well.
pub(super) fn accept(headers: &HeaderMap) -> Result<Media, Refusal> {
    if !headers.contains_key(header::ACCEPT) {
        return Ok(Media::Json);
    }
    let ranges: Vec<Range> = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(Range::of)
        .collect();
    let json = weight(&ranges, "json");
    let graphql = weight(&ranges, "graphql-response+json");
    let named = graphql.1 == Specificity::Exact && graphql.0 >= json.0;
    if graphql.0 > 0.0 && (named || graphql.0 > json.0) {
        Ok(Media::GraphqlResponse)
    } else if json.0 > 0.0 {
        Ok(Media::Json)
    } else {
        Err(Refusal::new(
            Code::BadUserInput,
            "Accept 须包含 application/graphql-response+json 或 application/json",
            "Accept must allow application/graphql-response+json or application/json",
        )
        .with_status(StatusCode::NOT_ACCEPTABLE))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Specificity {
    Any,
    Application,
    Exact,
}

/// One entry of `Accept` that could mean us.
struct Range {
    specificity: Specificity,
    subtype: String,
    quality: f32,
}

impl Range {
    fn of(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let specificity = match (kind.to_ascii_lowercase().as_str(), subtype) {
            ("*", "*") => Specificity::Any,
            ("application", "*") => Specificity::Application,
            ("application", _) => Specificity::Exact,
            _ => return None,
        };
        let subtype = subtype.to_ascii_lowercase();
        Some(Self {
            specificity,
            subtype,
            quality: quality(parts),
        })
    }
}

/// The weight of one of our types: that of the most specific range that covers it.
fn weight(ranges: &[Range], subtype: &str) -> (f32, Specificity) {
    ranges
        .iter()
        .filter(|range| range.specificity != Specificity::Exact || range.subtype == subtype)
        .max_by_key(|range| range.specificity)
        .map_or((0.0, Specificity::Any), |range| {
            (range.quality, range.specificity)
        })
}

/// Refuses every body that does not say it is plain JSON in UTF-8.
pub(super) fn sends_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (first, second) = (types.next(), types.next());
    let plain = first
        .and_then(|value| value.to_str().ok())
        .is_some_and(is_utf8_json);
    let encoded = headers.contains_key(header::CONTENT_ENCODING);
    if plain && second.is_none() && !encoded {
        return Ok(());
    }
    Err(Refusal::new(
        Code::BadUserInput,
        "请求体须为 application/json（UTF-8，不压缩）",
        "the body must be application/json in UTF-8, not compressed",
    )
    .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE))
}

fn is_utf8_json(value: &str) -> bool {
    let mut parts = value.split(';').map(str::trim);
    let json = parts
        .next()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    json && parts.all(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        !name.eq_ignore_ascii_case("charset")
            || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
    })
}
