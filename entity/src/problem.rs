//! The stable codes of problems: what a caller can mend, named once. Their words and articles stand in
//! `rules/data/problems.toml`; nothing is worded here.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::kind::UnknownName;

/// Declares the codes with the text that clients see.
macro_rules! codes {
    ($($variant:ident = $text:literal),+ $(,)?) => {
        /// A stable code of a problem, listed with its words in docs/problems.md.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum ProblemCode {
            $(#[doc = concat!("`", $text, "`")] #[serde(rename = $text)] $variant),+
        }

        impl ProblemCode {
            /// Every code, grouped as declared.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text clients see.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::str::FromStr for ProblemCode {
            type Err = UnknownName;

            fn from_str(text: &str) -> Result<Self, UnknownName> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err(UnknownName { text: text.to_owned(), known: &[$($text),+] }),
                }
            }
        }
    };
}

codes! {
    // Identity numbers.
    CreditCodeLength = "CREDIT_CODE_LENGTH",
    CreditCodeCharacter = "CREDIT_CODE_CHARACTER",
    CreditCodeDepartment = "CREDIT_CODE_DEPARTMENT",
    CreditCodeRegion = "CREDIT_CODE_REGION",
    CreditCodeCheck = "CREDIT_CODE_CHECK",
    ResidentIdLength = "RESIDENT_ID_LENGTH",
    ResidentIdOld = "RESIDENT_ID_OLD",
    ResidentIdCharacter = "RESIDENT_ID_CHARACTER",
    ResidentIdBirthDate = "RESIDENT_ID_BIRTH_DATE",
    ResidentIdCheck = "RESIDENT_ID_CHECK",
    ResidentIdRegionUnknown = "RESIDENT_ID_REGION_UNKNOWN",
    ResidentIdNotMainland = "RESIDENT_ID_NOT_MAINLAND",
    ResidencePermitRegion = "RESIDENCE_PERMIT_REGION",
    PermanentCardForm = "PERMANENT_CARD_FORM",
    PermanentCardBirthDate = "PERMANENT_CARD_BIRTH_DATE",
    PermanentCardCountry = "PERMANENT_CARD_COUNTRY",
    PermanentCardCheck = "PERMANENT_CARD_CHECK",
    TravelPermitForm = "TRAVEL_PERMIT_FORM",
    PassportForm = "PASSPORT_FORM",
    NetworkIdForm = "NETWORK_ID_FORM",
    NoDocumentNumber = "NO_DOCUMENT_NUMBER",
    OtherDocumentForm = "OTHER_DOCUMENT_FORM",
    BetterIdentityKind = "BETTER_IDENTITY_KIND",
    CountryRequired = "COUNTRY_REQUIRED",
    CountryUnknown = "COUNTRY_UNKNOWN",
    CountryNotAllowed = "COUNTRY_NOT_ALLOWED",
    // Plain values.
    Required = "REQUIRED",
    Empty = "EMPTY",
    TooLong = "TOO_LONG",
    TooMany = "TOO_MANY",
    OutOfRange = "OUT_OF_RANGE",
    ControlCharacter = "CONTROL_CHARACTER",
    MaskedValue = "MASKED_VALUE",
    PhoneForm = "PHONE_FORM",
    UrlForm = "URL_FORM",
    KindTextRequired = "KIND_TEXT_REQUIRED",
    DateOrder = "DATE_ORDER",
    DateInFuture = "DATE_IN_FUTURE",
    DivisionRequired = "DIVISION_REQUIRED",
    DivisionUnknown = "DIVISION_UNKNOWN",
    DivisionTooCoarse = "DIVISION_TOO_COARSE",
    DivisionAmbiguous = "DIVISION_AMBIGUOUS",
    DivisionMismatch = "DIVISION_MISMATCH",
    // Registrations.
    DuplicateInBatch = "DUPLICATE_IN_BATCH",
    FormIdentityMismatch = "FORM_IDENTITY_MISMATCH",
    IdentityNotOrganisation = "IDENTITY_NOT_ORGANISATION",
    IdentityNotPerson = "IDENTITY_NOT_PERSON",
    UnderAge = "UNDER_AGE",
    ConsentRequired = "CONSENT_REQUIRED",
    AgeUnknown = "AGE_UNKNOWN",
    BirthDateMismatch = "BIRTH_DATE_MISMATCH",
    AccountHeld = "ACCOUNT_HELD",
    AccountTwice = "ACCOUNT_TWICE",
    PresenterTwice = "PRESENTER_TWICE",
    PresenterRoomUnknown = "PRESENTER_ROOM_UNKNOWN",
    PresenterIsPerson = "PRESENTER_IS_PERSON",
    ProducerUnknown = "PRODUCER_UNKNOWN",
    PlatformRequired = "PLATFORM_REQUIRED",
    NotYours = "NOT_YOURS",
    NotFound = "NOT_FOUND",
    CaseUnknown = "CASE_UNKNOWN",
    PersonalDataInText = "PERSONAL_DATA_IN_TEXT",
    Stale = "STALE",
    PermitExpired = "PERMIT_EXPIRED",
    QualificationExpired = "QUALIFICATION_EXPIRED",
    ShopTwice = "SHOP_TWICE",
    ExemptionUnfit = "EXEMPTION_UNFIT",
    TiePending = "TIE_PENDING",
    TieTwice = "TIE_TWICE",
    ExternalIdTaken = "EXTERNAL_ID_TAKEN",
    AlreadyClosed = "ALREADY_CLOSED",
    IdentityTaken = "IDENTITY_TAKEN",
    IdentityUnchanged = "IDENTITY_UNCHANGED",
    EvidenceRequired = "EVIDENCE_REQUIRED",
    EvidenceNotFound = "EVIDENCE_NOT_FOUND",
    LinkToItself = "LINK_TO_ITSELF",
    LinkUnfit = "LINK_UNFIT",
    LinkNotYours = "LINK_NOT_YOURS",
    // Trainings and livestreams.
    TrainingUnfit = "TRAINING_UNFIT",
    TrainingMissing = "TRAINING_MISSING",
    TrainingYearly = "TRAINING_YEARLY",
    TrainingFailed = "TRAINING_FAILED",
    NotRegistered = "NOT_REGISTERED",
    RegistrationClosed = "REGISTRATION_CLOSED",
    VerificationOverdue = "VERIFICATION_OVERDUE",
    VerificationDue = "VERIFICATION_DUE",
    NotOfRoom = "NOT_OF_ROOM",
    SessionNotReported = "SESSION_NOT_REPORTED",
    SessionLacksStreamer = "SESSION_LACKS_STREAMER",
    PresenterUndeclared = "PRESENTER_UNDECLARED",
    MeasureForbids = "MEASURE_FORBIDS",
    AccountUnknown = "ACCOUNT_UNKNOWN",
    MomentOutOfRange = "MOMENT_OUT_OF_RANGE",
    // Measures.
    DispositionNotOffered = "DISPOSITION_NOT_OFFERED",
    DispositionByListing = "DISPOSITION_BY_LISTING",
    DispositionStatementRequired = "DISPOSITION_STATEMENT_REQUIRED",
    DispositionOver = "DISPOSITION_OVER",
    DemandNotAllowed = "DEMAND_NOT_ALLOWED",
    DemandAnswered = "DEMAND_ANSWERED",
    // Submissions.
    WindowUnknown = "WINDOW_UNKNOWN",
    WindowNotOpen = "WINDOW_NOT_OPEN",
    WindowOutOfRange = "WINDOW_OUT_OF_RANGE",
    // The blacklist.
    ListingRole = "LISTING_ROLE",
    InstrumentUnknown = "INSTRUMENT_UNKNOWN",
    BasisLevelMismatch = "BASIS_LEVEL_MISMATCH",
    BasisLevel = "BASIS_LEVEL",
    BasisField = "BASIS_FIELD",
    BasisArticle = "BASIS_ARTICLE",
    TermEnded = "TERM_ENDED",
    TermRequired = "TERM_REQUIRED",
    TermNotAsked = "TERM_NOT_ASKED",
    TermNotShorter = "TERM_NOT_SHORTER",
    AlreadyListed = "ALREADY_LISTED",
    ListedNameDiffers = "LISTED_NAME_DIFFERS",
    EntryEnded = "ENTRY_ENDED",
    EntryNotYours = "ENTRY_NOT_YOURS",
    AppealOpen = "APPEAL_OPEN",
    AppealDecided = "APPEAL_DECIDED",
    AppealStep = "APPEAL_STEP",
    NameTooShort = "NAME_TOO_SHORT",
    NameNotAName = "NAME_NOT_A_NAME",
    Blacklisted = "BLACKLISTED",
    ListedElsewhere = "LISTED_ELSEWHERE",
    EvasionLead = "EVASION_LEAD",
    LeadDecided = "LEAD_DECIDED",
    // Files that are screened.
    ScreeningFormat = "SCREENING_FORMAT",
    ScreeningProtected = "SCREENING_PROTECTED",
    ScreeningDamaged = "SCREENING_DAMAGED",
    ScreeningHeader = "SCREENING_HEADER",
    NotInEdition = "NOT_IN_EDITION",
    WrongState = "WRONG_STATE",
    BaseRequired = "BASE_REQUIRED",
    ReasonsRequired = "REASONS_REQUIRED",
    ReasonUnplaced = "REASON_UNPLACED",
    RowIncomplete = "ROW_INCOMPLETE",
    // Files.
    LineUnreadable = "LINE_UNREADABLE",
    LineTooLong = "LINE_TOO_LONG",
    FieldUnknown = "FIELD_UNKNOWN",
    ValueForm = "VALUE_FORM",
    ImportEnded = "IMPORT_ENDED",
    ImportState = "IMPORT_STATE",
    SurveyUnidentified = "SURVEY_UNIDENTIFIED",
    SurveyNotTaken = "SURVEY_NOT_TAKEN",
    SurveyMerged = "SURVEY_MERGED",
    SurveyLikeness = "SURVEY_LIKENESS",
    SurveyRowsDisagree = "SURVEY_ROWS_DISAGREE",
    SurveyDivisionAssumed = "SURVEY_DIVISION_ASSUMED",
    SurveyRowSkipped = "SURVEY_ROW_SKIPPED",
    SurveyEmpty = "SURVEY_EMPTY",
    SurveyForeign = "SURVEY_FOREIGN",
    SurveyProtected = "SURVEY_PROTECTED",
    SurveyDamaged = "SURVEY_DAMAGED",
    SurveyTooLarge = "SURVEY_TOO_LARGE",
    SurveyDangerous = "SURVEY_DANGEROUS",
    SurveyEncoding = "SURVEY_ENCODING",
    SurveySameFile = "SURVEY_SAME_FILE",
    SurveyNothing = "SURVEY_NOTHING",
    SurveyLeft = "SURVEY_LEFT",
    SurveyJoined = "SURVEY_JOINED",
    SurveyRegister = "SURVEY_REGISTER",
    SurveyOtherPlatform = "SURVEY_OTHER_PLATFORM",
    SurveyRowsRejected = "SURVEY_ROWS_REJECTED",
    SurveyNoWorkbook = "SURVEY_NO_WORKBOOK",
    SurveyTooManyForAll = "SURVEY_TOO_MANY_FOR_ALL",
    // Tables that were made by hand.
    PrecisionLost = "PRECISION_LOST",
    ScientificNotation = "SCIENTIFIC_NOTATION",
    CellFault = "CELL_FAULT",
    FormulaValue = "FORMULA_VALUE",
    RepeatedFromAbove = "REPEATED_FROM_ABOVE",
    NothingAbove = "NOTHING_ABOVE",
    NumberRepeated = "NUMBER_REPEATED",
    SeveralValues = "SEVERAL_VALUES",
    ValueUnused = "VALUE_UNUSED",
    DateUnreadable = "DATE_UNREADABLE",
    DateSerial = "DATE_SERIAL",
    LeadingZeroLost = "LEADING_ZERO_LOST",
    CellUnfit = "CELL_UNFIT",
    WordUnknown = "WORD_UNKNOWN",
    Approximate = "APPROXIMATE",
    NoTable = "NO_TABLE",
    SheetOfWords = "SHEET_OF_WORDS",
    HiddenRead = "HIDDEN_READ",
    // Admission.
    ClientNameTaken = "CLIENT_NAME_TAKEN",
    ScopeUnknown = "SCOPE_UNKNOWN",
    OfficeUnknown = "OFFICE_UNKNOWN",
    LastSecurityClient = "LAST_SECURITY_CLIENT",
    PurposeRequired = "PURPOSE_REQUIRED",
}

/// How grave a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Nothing was written.
    Error,
    /// Written, but a person should look.
    Warning,
    /// Good to know.
    Hint,
}

/// One step of a path into an input: a field's contract name or a list index.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Step {
    /// A field, by its GraphQL name.
    Field(Cow<'static, str>),
    /// A list index, from 0.
    Index(usize),
}

/// One problem: a code, where it is and what would mend it; it never holds the value that caused it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which problem.
    pub code: ProblemCode,
    /// How grave it is here.
    pub severity: Severity,
    /// Where it is, from the value that was judged (callers put their own steps before it).
    pub path: Vec<Step>,
    /// The 1-based character of the normalised value, where one character is to blame.
    pub position: Option<usize>,
    /// A value that would be accepted, never applied silently.
    pub suggestion: Option<String>,
    /// Facts for the message's placeholders, by name: limits, dates and ids, never personal data.
    pub facts: Vec<(Cow<'static, str>, String)>,
}

impl Finding {
    /// An error at the judged value itself.
    #[must_use]
    pub const fn error(code: ProblemCode) -> Self {
        Self::new(code, Severity::Error)
    }

    /// A warning at the judged value itself.
    #[must_use]
    pub const fn warning(code: ProblemCode) -> Self {
        Self::new(code, Severity::Warning)
    }

    const fn new(code: ProblemCode, severity: Severity) -> Self {
        Self {
            code,
            severity,
            path: Vec::new(),
            position: None,
            suggestion: None,
            facts: Vec::new(),
        }
    }

    /// A hint at the judged value itself.
    #[must_use]
    pub const fn hint(code: ProblemCode) -> Self {
        Self::new(code, Severity::Hint)
    }

    /// Names the character to blame, counted from 1.
    #[must_use]
    pub const fn at_character(mut self, position: usize) -> Self {
        self.position = Some(position);
        self
    }

    /// Offers a value that would pass.
    #[must_use]
    pub fn suggesting(mut self, value: impl Into<String>) -> Self {
        self.suggestion = Some(value.into());
        self
    }

    /// Adds a fact for the message.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((Cow::Borrowed(name), value.into()));
        self
    }

    /// Puts a field before the path: the judged value was that field of something larger.
    #[must_use]
    pub fn inside(mut self, field: &'static str) -> Self {
        self.path.insert(0, Step::Field(Cow::Borrowed(field)));
        self
    }

    /// Puts a list index before the path.
    #[must_use]
    pub fn item(mut self, index: usize) -> Self {
        self.path.insert(0, Step::Index(index));
        self
    }

    /// Whether this problem refuses what was judged.
    #[must_use]
    pub fn refuses(&self) -> bool {
        self.severity == Severity::Error
    }
}
