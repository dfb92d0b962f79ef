//! The subjects that are registered: the n-th of each kind, as the API's own input, written once for requests and files
//! alike. Numbers have right check digits and are nobody's.
#![expect(
    clippy::expect_used,
    reason = "seventeen characters of the right alphabet have a check character"
)]

use std::fmt::Write as _;
use std::ops::Range;

use chrono::{Days, NaiveDate};
use entity::kind::SubjectKind;
use entity::value::{credit_code, resident_id};

/// Nobody is younger than this by much, and none is a minor.
const FIRST_BIRTHDAY: NaiveDate = NaiveDate::from_ymd_opt(1960, 1, 1).unwrap();

/// Whom streamers name: the first so many operators and agencies, each in its turn.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// Operators in whose rooms they appear.
    pub operators: u32,
    /// Agencies that have them.
    pub agencies: u32,
}

impl Named {
    /// Few enough to be registered before any measure begins.
    pub const FEW: Self = Self {
        operators: 200,
        agencies: 20,
    };
}

/// The n-th of a kind, as one line of JSON.
#[must_use]
pub fn line(kind: SubjectKind, n: u32, named: Named) -> String {
    let address = r#"{"text":"中山西路10号","division":"330203"}"#;
    let own = match kind {
        SubjectKind::Streamer => format!(
            r#""externalId":"s-{n}","identity":{},"name":"海曙{n}","stageName":"海曙主播{n}","phone":"139{n:08}","residence":{address},"agency":{},"operators":[{}],"qualifications":[{{"title":"互联网营销师"}}],"occupation":"主播""#,
            resident(n),
            company('B', n % named.agencies),
            company('A', n % named.operators),
        ),
        SubjectKind::Agency => format!(
            r#""externalId":"a-{n}","identity":{},"name":"宁波海曙第{n}文化传媒有限公司","phone":"137{n:08}","domicile":{address}"#,
            company('B', n),
        ),
        SubjectKind::Merchant => format!(
            r#""externalId":"m-{n}","identity":{},"name":"宁波海曙第{n}号贸易有限公司","form":"LEGAL_PERSON","phone":"136{n:08}","businessAddress":{address},"shops":[{{"name":"海曙第{n}小店","url":"https://shop.example.com/{n}"}}],"overThreshold":true"#,
            company('C', n),
        ),
        SubjectKind::Operator | SubjectKind::Platform => format!(
            r#""externalId":"c-{n}","identity":{},"name":"宁波海曙第{n}号直播有限公司","form":"LEGAL_PERSON","phone":"138{n:08}","businessAddress":{address},"accounts":[{{"accountNumber":"acct-{n}","name":"海曙第{n}直播间","followers":1000}}]"#,
            company('A', n),
        ),
    };
    format!("{{{own}}}")
}

/// A request that registers some of a kind; the answer tells what became of each.
#[must_use]
pub fn request(kind: SubjectKind, range: Range<u32>, named: Named) -> String {
    let (mutation, input) = match kind {
        SubjectKind::Streamer => ("registerStreamers", "RegisterStreamersInput"),
        SubjectKind::Agency => ("registerAgencies", "RegisterAgenciesInput"),
        SubjectKind::Merchant => ("registerMerchants", "RegisterMerchantsInput"),
        SubjectKind::Operator | SubjectKind::Platform => {
            ("registerOperators", "RegisterOperatorsInput")
        }
    };
    let mut body = format!(
        r#"{{"query":"mutation($input: {input}!) {{ verdict: {mutation}(input: $input) {{ created rejected results {{ index externalId outcome problems {{ code path message }} }} problems {{ code message }} }} }}","variables":{{"input":{{"items":["#
    );
    for (place, n) in range.enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let _ = write!(body, "{comma}{}", line(kind, n, named));
    }
    body.push_str("]}}}");
    body
}

/// The n-th company of a sort.
fn company(sort: char, n: u32) -> String {
    let body = format!("91330203M{sort}{n:07}");
    let check = credit_code::check_character(&body).expect("seventeen characters");
    format!(r#"{{"kind":"USCC","number":"{body}{check}"}}"#)
}

/// The n-th person: a thousand were born each day.
fn resident(n: u32) -> String {
    let born = FIRST_BIRTHDAY + Days::new(u64::from(n / 1_000));
    let body = format!("330203{}{:03}", born.format("%Y%m%d"), n % 1_000);
    let check = resident_id::check_character(&body).expect("seventeen digits");
    format!(r#"{{"kind":"RESIDENT_ID","number":"{body}{check}"}}"#)
}
