//! The platforms' blacklist (Order 117 Art. 14): who may be listed, for breach of which level of law in whose field, what
//! must be told, and what follows. The offices that are told stand on the ladder, see [`crate::disposition`].

pub mod listing;

use entity::kind::{Authority, LegalLevel, SubjectKind};
use serde::Deserialize;

use crate::deadline::PeriodKind;
use crate::disposition::Statement;
use crate::edition::Article;

/// The blacklist of an edition.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blacklist {
    /// Who may be listed for what.
    pub listing: Listing,
    /// What the listed are told; none where the edition asks for no notice.
    pub notice: Option<Notice>,
    /// The review of an appeal; none where the edition knows no appeal.
    pub appeal: Option<Appeal>,
    /// The ways around a listing that a platform must close.
    pub evasion: Evasion,
    /// 期限届满的，应当将其移出并同步解除相应的处置措施; none where the edition knows no term.
    pub expiry: Option<Basis>,
    /// 鼓励平台之间共享.
    pub sharing: Basis,
}

/// Who may be listed for breach of what.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// In which roles somebody may be listed.
    pub subjects: Vec<SubjectKind>,
    /// The levels of law whose breach counts.
    pub levels: Vec<LegalLevel>,
    /// The fields of law whose breach counts.
    pub fields: Vec<Authority>,
    /// The article that allows it.
    pub article: Article,
}

/// What the listed are told.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// What the notice says.
    pub contents: Vec<Statement>,
    /// Its clock.
    pub due: PeriodKind,
    /// The article that asks for it.
    pub article: Article,
}

/// The review of an appeal.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appeal {
    /// The clock of the answer.
    pub due: PeriodKind,
    /// The article that asks for it.
    pub article: Article,
}

/// What a platform must prevent while somebody is listed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evasion {
    /// The ways around.
    pub means: Vec<Means>,
    /// The article that asks for it.
    pub article: Article,
}

/// A way around a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Means {
    /// 更换账号.
    ChangedAccount,
    /// 重新注册账号, 重新申请账号.
    NewAccount,
    /// 账号迁移.
    MovedAccount,
}

/// The article of a duty that needs no further words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The article.
    pub article: Article,
}

impl Blacklist {
    /// Whether somebody may be listed in this role.
    #[must_use]
    pub fn may_list(&self, role: SubjectKind) -> bool {
        self.listing.subjects.contains(&role)
    }

    /// Whether the breach of an instrument of this level counts, which regulates these fields.
    #[must_use]
    pub fn may_rest_on(&self, level: LegalLevel, fields: &[Authority]) -> bool {
        let listing = &self.listing;
        listing.levels.contains(&level) && fields.iter().any(|field| listing.fields.contains(field))
    }

    /// The article that asks for a statement to the listed; none where none does.
    #[must_use]
    pub fn must_tell(&self, statement: Statement) -> Option<&Article> {
        let notice = self.notice.as_ref()?;
        let asked = notice.contents.contains(&statement);
        asked.then_some(&notice.article)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::cited;
    use crate::edition::{EditionId, edition};

    use Authority::{Cyberspace, Market};
    use LegalLevel::{AdministrativeRegulation, Law, LocalRegulation, Other, Rule};
    use SubjectKind::{Agency, Merchant, Operator, Platform, Streamer};

    fn list(id: EditionId) -> &'static Blacklist {
        &edition(id).blacklist
    }

    #[test]
    fn the_order_lists_three_roles_for_breach_of_laws_and_regulations_in_two_fields() {
        let order = list(EditionId::Order117);
        let listed: Vec<_> = SubjectKind::ALL
            .iter()
            .filter(|role| order.may_list(**role))
            .collect();
        assert_eq!(listed, [&Operator, &Streamer, &Agency]);
        for field in [Market, Cyberspace] {
            let counts = |level| order.may_rest_on(level, &[field]);
            assert!(counts(Law) && counts(AdministrativeRegulation));
            assert!(!counts(LocalRegulation) && !counts(Rule) && !counts(Other));
        }
        assert!(!order.may_rest_on(Law, &[]));
        assert_eq!(cited("order-117/blacklist.listing"), "第十四条");
    }

    #[test]
    fn the_draft_lists_two_roles_for_breach_of_rules_as_well_and_in_one_field() {
        let draft = list(EditionId::Draft2025);
        for role in [Agency, Merchant, Platform] {
            assert!(!draft.may_list(role), "{role}");
        }
        assert!(draft.may_list(Operator) && draft.may_list(Streamer));
        for level in [Law, AdministrativeRegulation, LocalRegulation, Rule] {
            assert!(draft.may_rest_on(level, &[Market]), "{level}");
            assert!(!draft.may_rest_on(level, &[Cyberspace]), "{level}");
            assert!(draft.may_rest_on(level, &[Cyberspace, Market]), "{level}");
        }
        assert!(!draft.may_rest_on(Other, &[Market]));
        assert_eq!(cited("draft-2025/blacklist.listing"), "第十四条第一款");
    }

    #[test]
    fn the_order_tells_five_things_reviews_appeals_and_ends_with_the_term() {
        let order = list(EditionId::Order117);
        let notice = order.notice.as_ref().unwrap();
        assert_eq!(
            notice.contents,
            [
                Statement::Facts,
                Statement::Reason,
                Statement::Basis,
                Statement::Term,
                Statement::AppealChannel,
            ]
        );
        assert_eq!(notice.due, PeriodKind::BlacklistNotice);
        assert_eq!(order.must_tell(Statement::Term), Some(&notice.article));
        assert_eq!(order.must_tell(Statement::OpenOrders), None);
        let appeal = order.appeal.as_ref().unwrap();
        assert_eq!(appeal.due, PeriodKind::BlacklistAppealAnswer);
        assert!(order.expiry.is_some());
        assert_eq!(cited("order-117/blacklist.notice"), "第十四条第二款");
        assert_eq!(cited("order-117/blacklist.appeal"), "第十四条第二款");
        assert_eq!(cited("order-117/blacklist.expiry"), "第十四条");
    }

    #[test]
    fn the_draft_knows_no_notice_no_appeal_and_no_term() {
        let draft = list(EditionId::Draft2025);
        assert!(draft.notice.is_none() && draft.appeal.is_none() && draft.expiry.is_none());
        assert_eq!(draft.must_tell(Statement::Term), None);
    }

    #[test]
    fn both_close_the_ways_around_and_encourage_sharing() {
        let order = &list(EditionId::Order117).evasion.means;
        assert_eq!(*order, [Means::ChangedAccount, Means::NewAccount]);
        let draft = &list(EditionId::Draft2025).evasion.means;
        assert_eq!(
            *draft,
            [
                Means::ChangedAccount,
                Means::NewAccount,
                Means::MovedAccount
            ]
        );
        assert_eq!(cited("order-117/blacklist.evasion"), "第十四条");
        assert_eq!(cited("draft-2025/blacklist.evasion"), "第十四条第二款");
        assert_eq!(cited("order-117/blacklist.sharing"), "第十四条");
        assert_eq!(cited("draft-2025/blacklist.sharing"), "第十四条第三款");
    }
}
