//! Where a Chinese line may end (GB/T 15834—2011, 5.1): no line begins with a mark that closes or separates, none ends with
//! one that opens, dashes and ellipses stay whole, and so do words and numbers unless they are longer than a line.

use super::face::Face;

/// May not begin a line.
const NOT_FIRST: &str = "，。、；：？！）】》〉」』〕］｝〗’”…—～·•％‰℃,.;:?!)]}>%'\"-–/";
/// May not end a line.
const NOT_LAST: &str = "（【《〈「『〔［｛〖‘“([{<#$¥￥/";

/// Cuts a paragraph into lines of at most `room` em, of which `indent` em are not free on the first.
pub(super) fn wrap(face: &Face, text: &str, indent: f32, room: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line: Vec<char> = Vec::new();
    let mut width = indent;
    for c in text.chars() {
        let wide = face.width(c);
        // A space at the end of a line is not seen, so it may stand beyond it.
        if width + wide > room && !line.is_empty() && !c.is_whitespace() {
            let rest = line.split_off(end_before(&line, c));
            lines.push(line.iter().collect());
            width = rest.iter().map(|c| face.width(*c)).sum();
            line = rest;
        }
        line.push(c);
        width += wide;
    }
    lines.push(line.iter().collect());
    lines
}

/// After how many characters of a full line it ends when `next` would follow; all of them where no place is allowed.
fn end_before(line: &[char], next: char) -> usize {
    let after = line.iter().skip(1).copied().chain([next]);
    let places = line.iter().copied().zip(after).zip(1..);
    let allowed = places.filter(|((before, after), _)| may_part(*before, *after));
    allowed.last().map_or(line.len(), |(_, place)| place)
}

/// Whether a line may end between two characters.
fn may_part(before: char, after: char) -> bool {
    if before.is_whitespace() || after.is_whitespace() {
        return !after.is_whitespace();
    }
    if NOT_FIRST.contains(after) || NOT_LAST.contains(before) {
        return false;
    }
    !(in_word(before) && in_word(after))
}

/// Whether a character is part of a word or number of a script that separates words.
fn in_word(c: char) -> bool {
    c.is_alphanumeric() && c < '\u{2E80}' || "_@&+=.,:-/%#?~".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, room: f32) -> Vec<String> {
        wrap(&Face::compiled_in().unwrap(), text, 0.0, room)
    }

    #[test]
    fn a_line_is_full_before_the_next_begins() {
        assert_eq!(
            lines("一二三四五六七八九", 4.0),
            ["一二三四", "五六七八", "九"]
        );
        let face = Face::compiled_in().unwrap();
        let indented = wrap(&face, "一二三四五六七八九", 2.0, 4.0);
        assert_eq!(indented, ["一二", "三四五六", "七八九"]);
        assert_eq!(lines("", 4.0), [""]);
    }

    #[test]
    fn no_line_begins_with_a_mark_that_closes() {
        assert_eq!(lines("一二三四。五", 4.0), ["一二三", "四。五"]);
        assert_eq!(lines("一二三四）。五", 4.0), ["一二三", "四）。五"]);
        assert_eq!(lines("阿依古丽·买买提", 4.0), ["阿依古", "丽·买买", "提"]);
        for mark in "，。、；：？！）】》」』〕％”’".chars() {
            let cut = lines(&format!("一二三四{mark}五六七八"), 4.0);
            assert!(cut.iter().all(|line| !line.starts_with(mark)), "{cut:?}");
        }
    }

    #[test]
    fn no_line_ends_with_a_mark_that_opens() {
        assert_eq!(lines("一二三（四五）", 4.0), ["一二三", "（四五）"]);
        for mark in "（【《「『〔“‘".chars() {
            let cut = lines(&format!("一二三{mark}四五六七八"), 4.0);
            assert!(cut.iter().all(|line| !line.ends_with(mark)), "{cut:?}");
        }
    }

    #[test]
    fn dashes_and_ellipses_stay_whole() {
        assert_eq!(lines("一二三——四五", 4.0), ["一二", "三——四", "五"]);
        assert_eq!(lines("一二三……四五", 4.0), ["一二", "三……四", "五"]);
    }

    #[test]
    fn words_and_numbers_stay_whole_unless_they_are_longer_than_a_line() {
        assert_eq!(lines("一二三abcd四五", 4.0), ["一二三", "abcd四", "五"]);
        assert_eq!(lines("共99.50%的", 3.5), ["共", "99.50%", "的"]);
        let long = "x".repeat(50);
        let cut = lines(&long, 4.0);
        assert!(cut.len() > 1);
        assert_eq!(cut.concat(), long);
    }

    #[test]
    fn marks_without_end_are_cut_where_the_line_is_full() {
        let marks = "。".repeat(50);
        let cut = lines(&marks, 4.0);
        assert_eq!(cut.concat(), marks);
        assert!(cut.iter().all(|line| line.chars().count() <= 4), "{cut:?}");
    }

    #[test]
    fn a_space_ends_a_line_unseen() {
        assert_eq!(lines("一二三四 五", 4.0), ["一二三四 ", "五"]);
    }
}
