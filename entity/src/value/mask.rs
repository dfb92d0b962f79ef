//! 脱敏: how names and numbers are shown to those who may not see them whole.
//! No binding pattern is published; these follow the common ones and keep each value's length.

/// 复姓 that stay whole.
const COMPOUND_SURNAMES: [&str; 44] = [
    "欧阳", "司马", "上官", "诸葛", "司徒", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "轩辕",
    "宇文", "长孙", "鲜于", "闾丘", "司空", "端木", "独孤", "南宫", "东方", "西门", "百里", "呼延",
    "东郭", "南门", "澹台", "公冶", "宗政", "濮阳", "淳于", "单于", "太叔", "申屠", "仲孙", "钟离",
    "赫连", "万俟", "闻人", "拓跋", "完颜", "第五", "纳兰", "叶赫",
];

/// Where the parts of a name meet, as people type it.
const fn is_separator(character: char) -> bool {
    matches!(
        character,
        '·' | '•' | '・' | '‧' | '．' | '.' | '-' | '\'' | '’' | ' ' | '\u{3000}'
    )
}

/// Keeps the first `head` and the last `tail` characters and puts a star for each other one that is not spared.
fn starred(text: &str, (head, tail): (usize, usize), spared: fn(char) -> bool) -> String {
    let length = text.chars().count();
    let shown = |index: usize| index < head || index + tail >= length;
    text.chars()
        .enumerate()
        .map(|(index, character)| {
            if shown(index) || spared(character) {
                character
            } else {
                '*'
            }
        })
        .collect()
}

/// A person's name: 张三 is 张*, 张小三 is 张*三, longer names keep their ends, a compound surname stays whole, and
/// names in Latin letters keep the initial of each word.
#[must_use]
pub fn person_name(name: &str) -> String {
    if name.chars().any(|letter| letter.is_ascii_alphabetic()) {
        return initials(name);
    }
    let length = name.chars().count();
    let is_compound = COMPOUND_SURNAMES
        .iter()
        .any(|surname| name.starts_with(surname));
    let surname = match length {
        0..2 => 0,
        2 => 1,
        _ if is_compound => 2,
        _ => 1,
    };
    let last = usize::from(length > 2 && length > surname + 1);
    starred(name, (surname, last), is_separator)
}

/// The first letter of each word, stars for the rest.
fn initials(name: &str) -> String {
    let mut starts_word = true;
    name.chars()
        .map(|letter| {
            let separates = is_separator(letter);
            let shown = separates || starts_word;
            starts_word = separates;
            if shown { letter } else { '*' }
        })
        .collect()
}

/// A document's number: the first 3 and the last 2, which shows neither birth date nor sequence; less of short ones.
#[must_use]
pub fn number(number: &str) -> String {
    let shown = match number.chars().count() {
        0..4 => (0, 0),
        4..8 => (1, 1),
        _ => (3, 2),
    };
    // Points and hyphens of a name say nothing; of a number, where its digits stand.
    starred(number, shown, |_| false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn chinese_names_keep_the_surname() {
        for (name, masked) in [
            ("", ""),
            ("张", "*"),
            ("张三", "张*"),
            ("张小三", "张*三"),
            ("张王小三", "张**三"),
            ("欧阳修", "欧阳*"),
            ("欧阳娜娜", "欧阳*娜"),
            ("司马", "司*"),
            ("欧三", "欧*"),
            ("𠮷田三", "𠮷*三"),
        ] {
            assert_eq!(person_name(name), masked);
        }
    }

    #[test]
    fn names_of_many_parts_keep_their_separators() {
        assert_eq!(person_name("阿卜杜拉·买买提"), "阿***·**提");
        assert_eq!(person_name("John Smith"), "J*** S****");
        assert_eq!(person_name("O'Neil, Ann-Marie"), "O'N**** A**-M****");
    }

    #[test]
    fn numbers_keep_three_and_two() {
        assert_eq!(number("11010519491231002X"), "110*************2X");
        assert_eq!(number("H12345678"), "H12****78");
        assert_eq!(number("E1234"), "E***4");
        assert_eq!(number("123"), "***");
        assert_eq!(number("0..."), "0**.");
    }

    proptest! {
        #[test]
        fn masking_keeps_the_length(name in any::<String>()) {
            prop_assert_eq!(person_name(&name).chars().count(), name.chars().count());
            prop_assert_eq!(number(&name).chars().count(), name.chars().count());
        }

        #[test]
        fn a_chinese_name_never_shows_whole(name in "[\u{4e00}-\u{9fff}]{1,20}") {
            prop_assert!(person_name(&name).contains('*'));
        }
    }
}
