//! The text of an address in one form: full-width letters narrowed, blanks gone, the words before the address cut off.

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfkc_quick};

use crate::value::normal::is_settled;

/// What people write before an address, longest first where one begins another.
const BEFORE: &[&str] = &[
    "中华人民共和国",
    "中国大陆",
    "中国",
    "实际经营地址",
    "主要经营场所",
    "经营地址",
    "经营场所",
    "详细地址",
    "注册地址",
    "联系地址",
    "通讯地址",
    "收货地址",
    "发货地址",
    "公司地址",
    "办公地址",
    "家庭地址",
    "户籍地址",
    "现住址",
    "现住",
    "住址",
    "住所",
    "地址",
    "邮政编码",
    "邮编",
    "位于",
    "我国",
    "在",
];

/// What stands between two names of divisions and names none.
const BETWEEN: &[&str] = &[
    "省直辖县级行政区划",
    "自治区直辖县级行政区划",
    "自治区直辖县级",
    "省直辖县级",
    "省直辖",
    "直辖县",
    "市辖区",
];

/// The text without blanks and invisible marks, in compatible characters.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let is_settled =
        text.chars().all(is_settled) || is_nfkc_quick(text.chars()) == IsNormalized::Yes;
    if is_settled {
        clean.extend(text.chars().filter_map(told));
    } else {
        clean.extend(text.nfkc().filter_map(told));
    }
    clean
}

/// A character as it is compared; none for a blank or an invisible mark.
fn told(character: char) -> Option<char> {
    match character {
        '臺' => Some('台'),
        '灣' => Some('湾'),
        '\u{200B}'..='\u{200F}' | '\u{FEFF}' => None,
        other if other.is_whitespace() || other.is_control() => None,
        other => Some(other),
    }
}

/// The address without the words before it.
pub(super) fn head(mut text: &str) -> &str {
    loop {
        let bare = text.trim_start_matches(|c: char| c.is_ascii_digit() || is_mark(c));
        let bare = BEFORE
            .iter()
            .find_map(|word| bare.strip_prefix(word))
            .unwrap_or(bare);
        if bare.len() == text.len() {
            return bare;
        }
        text = bare;
    }
}

/// The rest of an address behind a name: without marks and words that stand between names.
pub(super) fn next(mut text: &str) -> &str {
    loop {
        let bare = text.trim_start_matches(is_mark);
        let bare = BETWEEN
            .iter()
            .find_map(|word| bare.strip_prefix(word))
            .unwrap_or(bare);
        if bare.len() == text.len() {
            return bare;
        }
        text = bare;
    }
}

/// Punctuation, whatever its kind.
fn is_mark(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(
            c,
            '、' | '。'
                | '·'
                | '—'
                | '–'
                | '…'
                | '・'
                | '‧'
                | '•'
                | '「'
                | '」'
                | '『'
                | '』'
                | '【'
                | '】'
                | '〔'
                | '〕'
                | '《'
                | '》'
                | '〈'
                | '〉'
                | '“'
                | '”'
                | '‘'
                | '’'
                | '→'
                | '>'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_before_an_address_are_cut_off() {
        for raw in [
            "浙江省杭州市",
            "　浙江省 杭州市",
            "地址：浙江省杭州市",
            "邮编310000 中国浙江省杭州市",
            "１．经营场所【浙江省杭州市",
        ] {
            assert!(head(&clean(raw)).starts_with("浙江省杭州市"), "{raw}");
        }
        assert_eq!(head(&clean("中国")), "");
    }

    #[test]
    fn marks_and_empty_levels_between_names_are_skipped() {
        assert_eq!(next(&clean("，/-东城区")), "东城区");
        assert_eq!(next("市辖区-东城区"), "东城区");
        assert_eq!(next("省直辖县级行政区划仙桃市"), "仙桃市");
        assert_eq!(clean("Ａ座１２３"), "A座123");
    }
}
