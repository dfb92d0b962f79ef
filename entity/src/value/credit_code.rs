//! 统一社会信用代码 (GB 32100-2015 with amendment 1): form, registrar, region and check character.
//! A code that passes is well formed; whether it was ever issued is known only to the register.

use crate::problem::{Finding, ProblemCode};
use crate::value::division::{DivisionCode, Divisions};
use crate::value::normal::{admit, judge_suggesting};

/// The 31 characters in the order of their values; I, O, S, V and Z are not used.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// 登记管理部门 with their 机构类别 (table 1 and 2 of the standard, with N and A of the amendment).
const CATEGORIES: [(char, &str); 12] = [
    ('1', "1239"),   // 机构编制: 机关, 事业单位, 群众团体, 其他
    ('2', "19"),     // 外交: 外国常驻新闻机构, 其他
    ('3', "123459"), // 司法行政: 律师, 公证, 基层法律服务, 司法鉴定, 仲裁, 其他
    ('4', "19"),     // 文化: 外国在华文化中心, 其他
    ('5', "1239"),   // 民政: 社会团体, 民办非企业单位, 基金会, 其他
    ('6', "129"),    // 旅游: 外国代表机构, 港澳台代表机构, 其他
    ('7', "129"),    // 宗教: 活动场所, 院校, 其他
    ('8', "19"),     // 工会: 基层工会, 其他
    ('9', "1239"),   // 市场监管: 企业, 个体工商户, 农民专业合作社; 9 is not in the table but issued
    ('A', "19"),     // 中央军委改革和编制办公室: 军队事业单位, 其他
    ('N', "1239"),   // 农业: 组级, 村级, 乡镇级集体经济组织, 其他
    ('Y', "1"),      // 其他
];

/// Digits 3 and 4 of codes that a central registrar issued.
const CENTRAL: &str = "10";

/// A well-formed unified social credit code in its normal form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CreditCode(String);

impl CreditCode {
    /// Reads a code from whatever a person or a system typed.
    ///
    /// # Errors
    /// `MASKED_VALUE`, `EMPTY`, `CREDIT_CODE_LENGTH` (fact `expected`), `CREDIT_CODE_CHARACTER`,
    /// `CREDIT_CODE_DEPARTMENT` (first or second character), `CREDIT_CODE_REGION`, `CREDIT_CODE_CHECK`. Where 0 and 1
    /// for O and I would pass, that is suggested.
    pub fn parse(raw: &str) -> Result<Self, Finding> {
        let text =
            admit(raw, ProblemCode::CreditCodeLength).map_err(|finding| match finding.code {
                ProblemCode::CreditCodeLength => wrong_length(),
                _ => finding,
            })?;
        judge_suggesting(&text, judge)?;
        Ok(Self(text))
    }

    /// The 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a 个体工商户's: registrar 9, category 2.
    #[must_use]
    pub fn is_individual_business(&self) -> bool {
        self.0.starts_with("92")
    }

    /// The code as it may be shown: plain, because the register publishes it, individual businesses' too.
    #[must_use]
    pub fn masked(&self) -> String {
        self.0.clone()
    }
}

/// The check character that the first 17 characters ask for by the standard's weights; none if they are not 17
/// characters of its alphabet.
#[must_use]
pub fn check_character(first_17: &str) -> Option<char> {
    if first_17.len() != 17 {
        return None;
    }
    let weights = std::iter::successors(Some(1), |weight| Some(weight * 3 % 31));
    let sum = first_17
        .chars()
        .zip(weights)
        .try_fold(0, |sum, (character, weight)| {
            Some(sum + ALPHABET.find(character)? * weight)
        })?;
    ALPHABET.chars().nth((31 - sum % 31) % 31)
}

fn wrong_length() -> Finding {
    Finding::error(ProblemCode::CreditCodeLength).with("expected", "18")
}

/// Judges a normalised text from its outside in: length, characters, registrar, region, check character.
fn judge(text: &str) -> Result<(), Finding> {
    if text.chars().count() != 18 {
        return Err(wrong_length());
    }
    if let Some(index) = text.chars().position(|c| !ALPHABET.contains(c)) {
        return Err(Finding::error(ProblemCode::CreditCodeCharacter).at_character(index + 1));
    }
    judge_registrar(text)?;
    judge_region(text)?;
    let check = text.get(..17).and_then(check_character);
    if check.is_some_and(|check| text.ends_with(check)) {
        Ok(())
    } else {
        Err(Finding::error(ProblemCode::CreditCodeCheck))
    }
}

fn judge_registrar(text: &str) -> Result<(), Finding> {
    let wrong = |position| Finding::error(ProblemCode::CreditCodeDepartment).at_character(position);
    let (_, categories) = CATEGORIES
        .iter()
        .find(|&&(department, _)| text.starts_with(department))
        .ok_or_else(|| wrong(1))?;
    match text.chars().nth(1) {
        Some(category) if categories.contains(category) => Ok(()),
        _ => Err(wrong(2)),
    }
}

fn judge_region(text: &str) -> Result<(), Finding> {
    let wrong = |position| Finding::error(ProblemCode::CreditCodeRegion).at_character(position);
    let region = text.get(2..8).unwrap_or_default();
    if let Some(index) = region.find(|character: char| !character.is_ascii_digit()) {
        return Err(wrong(index + 3));
    }
    let is_known = region
        .parse()
        .is_ok_and(|code: DivisionCode| Divisions::national().find(code.province()).is_some());
    if is_known || region.starts_with(CENTRAL) {
        Ok(())
    } else {
        Err(wrong(3))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::samples::credit_code;
    use proptest::prelude::*;

    fn refusal(raw: &str) -> (ProblemCode, Option<usize>) {
        let finding = CreditCode::parse(raw).unwrap_err();
        assert!(finding.refuses());
        (finding.code, finding.position)
    }

    #[test]
    fn published_codes_pass_in_any_writing() {
        for code in [
            "91350100M000100Y43",
            "91330106673959654P",
            "91440300708461136T",
        ] {
            assert_eq!(CreditCode::parse(code).unwrap().as_str(), code);
        }
        let written = CreditCode::parse("９１３５－０１００ m000100y—43").unwrap();
        assert_eq!(written.as_str(), "91350100M000100Y43");
        assert_eq!(written.masked(), "91350100M000100Y43");
        assert!(!written.is_individual_business());
    }

    #[test]
    fn each_refusal_has_its_code_and_character() {
        use ProblemCode as P;
        for (raw, code, position) in [
            ("", P::Empty, None),
            ("9135****M000100Y43", P::MaskedValue, None),
            ("91350100M000100Y4", P::CreditCodeLength, None),
            ("91350100M000100Y433", P::CreditCodeLength, None),
            ("91350100M0001\u{0}0Y43", P::CreditCodeCharacter, Some(14)),
            ("91350100M000100Z43", P::CreditCodeCharacter, Some(16)),
            ("91350100M000100汉43", P::CreditCodeCharacter, Some(16)),
            ("B1350100M000100Y43", P::CreditCodeDepartment, Some(1)),
            ("95350100M000100Y43", P::CreditCodeDepartment, Some(2)),
            ("91990100M000100Y43", P::CreditCodeRegion, Some(3)),
            ("91830100M000100Y43", P::CreditCodeRegion, Some(3)),
            ("9135A100M000100Y43", P::CreditCodeRegion, Some(5)),
            ("91350100M000100Y44", P::CreditCodeCheck, None),
        ] {
            assert_eq!(refusal(raw), (code, position), "{raw}");
        }
        assert_eq!(refusal(&"9".repeat(200_000)).0, P::CreditCodeLength);
    }

    #[test]
    fn letters_for_digits_are_suggested_only_when_the_result_passes() {
        let finding = CreditCode::parse("9I35O1OOM000100Y43").unwrap_err();
        assert_eq!(finding.code, ProblemCode::CreditCodeCharacter);
        assert_eq!(finding.position, Some(2));
        assert_eq!(finding.suggestion.as_deref(), Some("91350100M000100Y43"));
        let finding = CreditCode::parse("9I350100M000100Y44").unwrap_err();
        assert_eq!(finding.suggestion, None);
    }

    #[test]
    fn central_registrars_and_individual_businesses_are_known() {
        let central = credit_code("91100000", "710931033");
        assert!(CreditCode::parse(&central).is_ok());
        let shop = CreditCode::parse(&credit_code("92330106", "MA2B0C1D2")).unwrap();
        assert!(shop.is_individual_business());
    }

    proptest! {
        #[test]
        fn no_text_panics(raw in any::<String>()) {
            let _ = CreditCode::parse(&raw);
        }

        #[test]
        fn a_right_check_character_passes_and_any_other_single_character_fails(
            body in "[0-9A-HJ-NP-RTUWXY]{9}",
            head in "(9[123]|5[123]|11)(11|33|44|65|71|10)[0-9]{4}",
            index in 0_usize..18,
            other in 0_usize..31,
        ) {
            let code = credit_code(&head, &body);
            let parsed = CreditCode::parse(&code).unwrap();
            prop_assert_eq!(parsed.as_str(), code.as_str());
            let replacement = ALPHABET.chars().nth(other).unwrap();
            let changed: String = code
                .chars()
                .enumerate()
                .map(|(at, kept)| if at == index { replacement } else { kept })
                .collect();
            prop_assert_eq!(CreditCode::parse(&changed).is_ok(), changed == code);
        }
    }
}
