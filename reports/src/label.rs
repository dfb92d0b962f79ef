//! The Chinese words that cells and covers use for the vocabularies of records. Only spelling; nothing is decided here.

use entity::kind::{FilingKind, IdentityKind, LegalForm, RowState};

/// 证件类型, as the document itself is called.
#[must_use]
pub const fn identity_kind_label(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Uscc => "统一社会信用代码",
        IdentityKind::ResidentId => "居民身份证",
        IdentityKind::ResidencePermitHmt => "港澳台居民居住证",
        IdentityKind::PermanentResidenceCard => "外国人永久居留身份证",
        IdentityKind::TravelPermitHm => "港澳居民来往内地通行证",
        IdentityKind::TravelPermitTw => "台湾居民来往大陆通行证",
        IdentityKind::Passport => "护照",
        IdentityKind::NetworkId => "网号",
        IdentityKind::Other => "其他证件",
    }
}

/// 法律形式.
#[must_use]
pub const fn legal_form_label(form: LegalForm) -> &'static str {
    match form {
        LegalForm::LegalPerson => "法人",
        LegalForm::Unincorporated => "非法人组织",
        LegalForm::IndividualBusiness => "个体工商户",
        LegalForm::NaturalPerson => "自然人",
    }
}

/// 信息状态.
#[must_use]
pub const fn row_state_label(state: RowState) -> &'static str {
    match state {
        RowState::New => "新增",
        RowState::Changed => "变更",
        RowState::Unchanged => "未变",
        RowState::Ended => "注销",
    }
}

/// 报送类型.
#[must_use]
pub const fn filing_kind_label(kind: FilingKind) -> &'static str {
    match kind {
        FilingKind::Initial => "首次报送",
        FilingKind::Supplement => "补充报送",
        FilingKind::Correction => "更正报送",
    }
}
