//! Takes an organisation's name apart: place, brand (字号), industry and organisation form, in the order in which the
//! rules on enterprise names have them (企业名称登记管理规定 6). What no table knows is brand.

use entity::value::division::DivisionCode;

use super::normal::Sequence;
use super::sound::Syllable;
use super::words::{ENDINGS, Ending, PLACES, SPOKEN_PLACES};

/// What an organisation's name says beside its brand.
#[derive(Clone, Debug, Default)]
pub(super) struct Parsed {
    /// The place as written, without the word for its level where the table knows the short form.
    pub(super) place_text: String,
    /// The codes that the innermost place may mean.
    pub(super) places: Vec<DivisionCode>,
    /// The industry as written.
    pub(super) industry_text: String,
    /// The meanings of the industry's words, in their order.
    pub(super) industries: Vec<usize>,
    /// The family of the organisation form.
    pub(super) form: Option<&'static str>,
    /// A trader's own word: 商行, 工作室.
    pub(super) trade: Option<&'static str>,
}

/// Takes apart a name in characters; brackets may hold a place or a form, else what they hold belongs to the name.
pub(super) fn written(clean: &str) -> (Sequence, Parsed) {
    let mut rest = Parsed::default();
    let mut body = brackets(clean, &mut rest);
    let misspelt = misspelt_form(&body);
    if misspelt > 0 {
        body.truncate(body.len() - misspelt);
        rest.form = Some("LIMITED");
    }
    // What is taken first is the outermost: the form, then the industry in front of it.
    while let Some((length, ending)) = last_word(&body, &rest) {
        let keeps = body.len() - length;
        let industry = matches!(ending, Ending::Industry(_));
        if keeps == 0 && industry {
            break;
        }
        let word: String = body.drain(keeps..).collect();
        rest.take(ending, &word);
    }
    let head = first_place(&body, &mut rest);
    body.drain(..head);
    if body.is_empty() {
        // 北京科技有限公司: what else there is must serve.
        body = rest.industry_text.chars().collect();
        rest.industry_text.clear();
        rest.industries.clear();
    }
    (Sequence::of(body.into_iter(), false), rest)
}

/// How many characters at the end are 有限公司 or 有限责任公司 with one of them wrong.
fn misspelt_form(body: &[char]) -> usize {
    ["有限责任公司", "有限公司"]
        .iter()
        .map(|form| (form, form.chars().count()))
        .find(|(form, length)| {
            let tail = body
                .len()
                .checked_sub(*length)
                .and_then(|start| body.get(start..));
            let wrong = |tail: &[char]| {
                tail.iter()
                    .zip(form.chars())
                    .filter(|(a, b)| **a != *b)
                    .count()
            };
            tail.is_some_and(|tail| wrong(tail) == 1)
        })
        .map_or(0, |(_, length)| length)
}

/// The text without its brackets; a place or a form in brackets is taken.
fn brackets(clean: &str, rest: &mut Parsed) -> Vec<char> {
    let mut body = Vec::new();
    for (number, piece) in clean.split(['(', ')']).enumerate() {
        let inside: Vec<char> = piece.chars().collect();
        if number % 2 == 1 {
            if let Some(codes) = PLACES.get(&inside) {
                rest.places.clone_from(codes);
                rest.place_text = short(piece);
                continue;
            }
            let whole: Vec<char> = format!("({piece})").chars().collect();
            let ending = ENDINGS
                .written
                .get(&whole)
                .or_else(|| ENDINGS.written.get(&inside));
            if let Some(ending @ Ending::Form(_)) = ending {
                rest.take(*ending, "");
                continue;
            }
        }
        body.extend(inside);
    }
    body
}

/// The longest known word at the end: its length and what it says. Behind an industry no form is looked for.
fn last_word(body: &[char], rest: &Parsed) -> Option<(usize, Ending)> {
    let inside = !rest.industries.is_empty();
    (1..=ENDINGS.longest.min(body.len()))
        .rev()
        .find_map(|length| {
            let word = body.get(body.len() - length..)?;
            let ending = ENDINGS.written.get(word)?;
            (!inside || matches!(ending, Ending::Industry(_))).then_some((length, *ending))
        })
}

/// Takes the places at the head, each directly behind the one before, as long as something is left; how many characters.
fn first_place(body: &[char], rest: &mut Parsed) -> usize {
    let mut taken = 0;
    while let Some(tail) = body.get(taken..) {
        let found = (2..=tail.len().min(12)).rev().find_map(|length| {
            let head = tail.get(..length)?;
            PLACES.get(head).map(|codes| (head, codes))
        });
        let Some((head, codes)) = found else { break };
        if head.len() == tail.len() && rest.industries.is_empty() {
            break;
        }
        taken += head.len();
        rest.places.clone_from(codes);
        rest.place_text = short(&head.iter().collect::<String>());
    }
    taken
}

/// A place without its 省 or 市.
fn short(place: &str) -> String {
    let short = place.trim_end_matches(['省', '市']);
    let known = PLACES.contains_key(&short.chars().collect::<Vec<_>>());
    if known { short } else { place }.to_owned()
}

/// Takes apart a name in syllables.
pub(super) fn spoken(syllables: &[Syllable]) -> (Vec<Syllable>, Parsed) {
    let mut rest = Parsed::default();
    let mut body = syllables.to_vec();
    loop {
        let found = (1..=ENDINGS.longest.min(body.len()))
            .rev()
            .find_map(|length| {
                let word = body.get(body.len() - length..)?;
                let ending = ENDINGS.spoken.get(word)?;
                // 行 and 茶 alone sound like too much else.
                let industry = matches!(ending, Ending::Industry(_));
                let inside = !rest.industries.is_empty();
                (length > 1 && (industry || !inside)).then_some((length, *ending))
            });
        let Some((length, ending)) = found else { break };
        if length == body.len() && !matches!(ending, Ending::Form(_)) {
            break;
        }
        let text: String = body
            .drain(body.len() - length..)
            .map(Syllable::text)
            .collect();
        rest.take(ending, &text);
    }
    let place = (2..body.len()).rev().find_map(|length| {
        let codes = SPOKEN_PLACES.get(body.get(..length)?)?;
        Some((length, codes))
    });
    if let Some((length, codes)) = place {
        rest.places.clone_from(codes);
        rest.place_text = body.drain(..length).map(Syllable::text).collect();
    }
    (body, rest)
}

impl Parsed {
    /// Notes a word that was taken from the end.
    fn take(&mut self, ending: Ending, word: &str) {
        match ending {
            Ending::Form(family) => self.form = self.form.or(Some(family)),
            Ending::Trade(word) => self.trade = self.trade.or(Some(word)),
            Ending::Industry(number) => {
                self.industries.insert(0, number);
                self.industry_text.insert_str(0, word);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::sound::syllables;

    fn apart(name: &str) -> (String, String, String, Option<&'static str>) {
        let (core, rest) = written(name);
        let core = core.characters.iter().collect();
        (
            rest.place_text,
            core,
            rest.industry_text,
            rest.form.or(rest.trade),
        )
    }

    fn all(
        place: &str,
        core: &str,
        industry: &str,
        form: &'static str,
    ) -> (String, String, String, Option<&'static str>) {
        let form = (!form.is_empty()).then_some(form);
        (place.to_owned(), core.to_owned(), industry.to_owned(), form)
    }

    #[test]
    fn names_are_taken_apart() {
        assert_eq!(
            apart("杭州星禾网络科技有限公司"),
            all("杭州", "星禾", "网络科技", "LIMITED")
        );
        assert_eq!(
            apart("浙江省杭州市星禾电子商务股份有限公司"),
            all("杭州", "星禾", "电子商务", "JOINT_STOCK")
        );
        assert_eq!(
            apart("星禾(杭州)文化传媒有限公司"),
            all("杭州", "星禾", "文化传媒", "LIMITED")
        );
        assert_eq!(
            apart("义乌星禾投资合伙企业(有限合伙)"),
            all("义乌", "星禾", "投资", "PARTNERSHIP")
        );
        assert_eq!(apart("张记烧烤一店"), all("", "张记烧烤一店", "", ""));
        assert_eq!(apart("星禾服饰商行"), all("", "星禾", "服饰", "商行"));
        assert_eq!(
            apart("北京科技有限公司"),
            all("北京", "科技", "", "LIMITED")
        );
        assert_eq!(apart("星禾集团有限公司"), all("", "星禾", "", "GROUP"));
    }

    #[test]
    fn names_in_latin_letters_are_taken_apart() {
        let read = syllables("Hangzhou Xinghe Wangluo Keji Youxian Gongsi");
        let (core, rest) = spoken(&read[0]);
        let core: Vec<_> = core.into_iter().map(Syllable::text).collect();
        assert_eq!(core, ["xing", "he"]);
        assert_eq!(rest.form, Some("LIMITED"));
        assert!(!rest.places.is_empty() && !rest.industries.is_empty());
    }
}
