//! What a platform gets wrong, one item a trouble: a complete operator of the demo, spoiled in one place.
//! Which code refuses or warns about it stands beside it, and a test holds every one against the real judgement.

use chrono::{Days, Months};
use entity::id::FileId;
use entity::kind::{IdentityKind, LegalForm, PermitKind};
use entity::problem::ProblemCode as Code;
use uuid::Uuid;

use super::calendar::Calendar;
use super::numbers::{checked, identity};
use super::operators::{Book, Kind, Style};
use crate::registry::input::{
    LiveAccountInput, OperatorInput, Patch, PermitInput, PersonRefInput, SyntheticPresenterInput,
};

/// An item that is refused or warned about.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// The only code that is found.
    pub code: Code,
    /// Whether it is refused; else it is a warning.
    pub refused: bool,
    /// The item.
    pub item: OperatorInput,
}

/// What a trouble may need to know beside its own item.
struct Around<'a> {
    calendar: Calendar,
    /// What is registered already.
    standing: &'a [OperatorInput],
    /// The item before it in the request.
    before: Option<&'a OperatorInput>,
}

type Spoil = fn(&mut OperatorInput, &Around<'_>);

const HK_MACAO: Kind = Kind::Travel(IdentityKind::TravelPermitHm);

/// What the number of an identity gets wrong.
const NUMBERS: &[(Code, Kind, Spoil)] = &[
    (Code::CreditCodeLength, Kind::Company, |item, _| {
        shorten(item);
    }),
    (Code::CreditCodeCharacter, Kind::Company, |item, _| {
        edit(item, |number| number.replace('0', "O"));
    }),
    (Code::CreditCodeDepartment, Kind::Company, |item, _| {
        put(item, 1, "5");
    }),
    (Code::CreditCodeRegion, Kind::Company, |item, _| {
        put(item, 2, "99");
    }),
    (Code::CreditCodeCheck, Kind::Shop, |item, _| miscount(item)),
    (Code::ResidentIdLength, Kind::Resident, |item, _| {
        shorten(item);
    }),
    (Code::ResidentIdOld, Kind::Resident, |item, _| {
        edit(item, |number| old_form(&number));
    }),
    (Code::ResidentIdCharacter, Kind::Resident, |item, _| {
        put(item, 15, "O");
    }),
    (Code::ResidentIdBirthDate, Kind::Resident, |item, _| {
        put(item, 10, "13");
    }),
    (Code::ResidentIdCheck, Kind::Resident, |item, _| {
        miscount(item);
    }),
    (Code::ResidentIdNotMainland, Kind::Permit, |item, _| {
        item.identity.kind = IdentityKind::ResidentId;
    }),
    (Code::ResidencePermitRegion, Kind::Resident, |item, _| {
        item.identity.kind = IdentityKind::ResidencePermitHmt;
    }),
    (Code::PermanentCardForm, Kind::Card, |item, _| {
        put(item, 0, "8");
    }),
    (Code::PermanentCardCountry, Kind::Card, |item, _| {
        put(item, 3, "999");
    }),
    (Code::PermanentCardBirthDate, Kind::Card, |item, _| {
        put(item, 10, "13");
    }),
    (Code::PermanentCardCheck, Kind::Card, |item, _| {
        miscount(item);
    }),
    (Code::TravelPermitForm, HK_MACAO, |item, _| {
        put(item, 0, "K");
    }),
    (Code::PassportForm, Kind::Passport, |item, _| {
        edit(item, |_| "E1".to_owned());
    }),
    (Code::NetworkIdForm, HK_MACAO, |item, _| {
        item.identity = identity(IdentityKind::NetworkId, "wanghaoweishu".to_owned());
    }),
    (Code::OtherDocumentForm, Kind::Passport, |item, _| {
        item.identity.kind = IdentityKind::Other;
        edit(item, |_| "军官证".to_owned());
    }),
    (Code::BetterIdentityKind, Kind::Resident, |item, _| {
        item.identity.kind = IdentityKind::Other;
        item.identity.issuing_country = Some("CHN".to_owned());
    }),
    (Code::CountryRequired, Kind::Passport, |item, _| {
        item.identity.issuing_country = None;
    }),
    (Code::CountryUnknown, Kind::Passport, |item, _| {
        item.identity.issuing_country = Some("QQQ".to_owned());
    }),
    (Code::CountryNotAllowed, Kind::Company, |item, _| {
        item.identity.issuing_country = Some("CHN".to_owned());
    }),
    (Code::MaskedValue, Kind::Resident, |item, _| {
        put(item, 6, "********");
    }),
    (Code::Empty, Kind::Company, |item, _| {
        edit(item, |_| " ".to_owned());
    }),
    (Code::FormIdentityMismatch, Kind::Company, |item, around| {
        item.form = Patch::Set(LegalForm::NaturalPerson);
        item.birth_date = Patch::Set(around.calendar.today - Months::new(480));
    }),
];

/// What the other fields get wrong.
const FIELDS: &[(Code, Kind, Spoil)] = &[
    (Code::Required, Kind::Company, |item, _| {
        item.name = Patch::Keep;
    }),
    (Code::Required, Kind::Shop, |item, around| {
        item.proprietor = Patch::Keep;
        item.birth_date = Patch::Set(around.calendar.today - Months::new(480));
    }),
    (Code::TooLong, Kind::Company, |item, _| {
        item.name = Patch::Set("长".repeat(201));
    }),
    (Code::ControlCharacter, Kind::Resident, |item, _| {
        item.name = Patch::Set("王\u{202E}小明".to_owned());
    }),
    (Code::MaskedValue, Kind::Resident, |item, _| {
        item.phone = Patch::Set("138****0001".to_owned());
    }),
    (Code::PhoneForm, Kind::Resident, |item, _| {
        item.phone = Patch::Set("1380001".to_owned());
    }),
    (Code::DivisionRequired, Kind::Company, |item, _| {
        written(item, "人民路1号", None);
    }),
    (Code::DivisionAmbiguous, Kind::Company, |item, _| {
        written(item, "鼓楼区中山路1号", None);
    }),
    (Code::DivisionUnknown, Kind::Company, |item, _| {
        divide(item, Some("339999"));
    }),
    (Code::DivisionTooCoarse, Kind::Company, |item, _| {
        divide(item, Some("330000"));
    }),
    (Code::UnderAge, Kind::Resident, |item, around| {
        reborn(item, around, 15);
    }),
    (Code::ConsentRequired, Kind::Minor, |item, _| {
        item.guardian_consent = Patch::Keep;
    }),
    (Code::AgeUnknown, Kind::Passport, |item, _| {
        item.birth_date = Patch::Keep;
    }),
    (Code::AgeUnknown, Kind::Shop, |item, _| {
        item.birth_date = Patch::Keep;
        if let Patch::Set(proprietor) = &mut item.proprietor {
            proprietor.identity = None;
        }
    }),
    (Code::BirthDateMismatch, Kind::Resident, |item, around| {
        item.birth_date = Patch::Set(around.calendar.today - Months::new(480));
    }),
    (Code::UrlForm, Kind::Company, |item, _| {
        on_account(item, |account| account.room_url = Some("直播间".to_owned()));
    }),
    (Code::OutOfRange, Kind::Company, |item, _| {
        on_account(item, |account| account.followers = Some(-1));
    }),
    (Code::AccountTwice, Kind::Company, |item, _| {
        on_accounts(item, |accounts| accounts.extend(accounts.first().cloned()));
    }),
    (Code::AccountHeld, Kind::Company, |item, around| {
        item.accounts = around
            .standing
            .first()
            .map_or(Patch::Keep, |other| other.accounts.clone());
    }),
    (Code::PresenterTwice, Kind::Company, |item, _| {
        presenters(item, |list| list.extend(list.first().cloned()));
    }),
    (Code::PresenterRoomUnknown, Kind::Company, |item, _| {
        presenters(item, |list| {
            for presenter in list {
                presenter.account_number = Some("no-room".to_owned());
            }
        });
    }),
    (Code::PresenterIsPerson, Kind::Company, |item, _| {
        presenters(item, |list| {
            for presenter in list {
                "小禾 11010519491231002X".clone_into(&mut presenter.name);
            }
        });
    }),
    (Code::KindTextRequired, Kind::Company, |item, around| {
        permit(item, around, |permit| permit.kind = PermitKind::Other);
    }),
    (Code::DateOrder, Kind::Company, |item, around| {
        permit(item, around, |permit| {
            permit.valid_from = permit.valid_until.map(|day| day + Days::new(1));
        });
    }),
    (Code::DateInFuture, Kind::Company, |item, around| {
        item.registered_on = Patch::Set(around.calendar.today + Days::new(30));
    }),
    (Code::ExternalIdTaken, Kind::Company, |item, around| {
        item.external_id = around
            .standing
            .first()
            .map_or(Patch::Keep, |other| other.external_id.clone());
    }),
    (Code::NotYours, Kind::Company, |item, _| {
        item.own_site = Patch::Set("https://shop.example".to_owned());
    }),
    (Code::EvidenceNotFound, Kind::Minor, |item, _| {
        if let Patch::Set(consent) = &mut item.guardian_consent {
            consent.evidence = Some(FileId::from(Uuid::from_u128(1)));
        }
    }),
    (Code::FormIdentityMismatch, Kind::Resident, |item, _| {
        item.form = Patch::Set(LegalForm::LegalPerson);
    }),
    (Code::Empty, Kind::Company, |item, _| {
        on_account(item, |account| " ".clone_into(&mut account.account_number));
    }),
    (Code::DuplicateInBatch, Kind::Company, |item, around| {
        if let Some(before) = around.before {
            item.identity = before.identity.clone();
        }
    }),
    (Code::Stale, Kind::Company, |item, around| {
        if let Some(other) = around.standing.get(1) {
            item.identity = other.identity.clone();
            item.observed_at = other.observed_at.map(|at| at - Days::new(10));
        }
    }),
];

/// What is no error: it is written for a person to look at.
const WARNINGS: &[(Code, Kind, Spoil)] = &[
    (Code::DivisionMismatch, Kind::Company, |item, _| {
        written(item, "浙江省杭州市西湖区文三路1号", Some("440305"));
    }),
    (Code::ResidentIdRegionUnknown, Kind::Resident, |item, _| {
        edit(item, |number| {
            checked(format!("339999{}", number.get(6..17).unwrap_or_default())).unwrap_or(number)
        });
    }),
    (Code::NoDocumentNumber, HK_MACAO, |item, _| {
        item.identity = identity(IdentityKind::NetworkId, "aW7kQ2xN9d".to_owned());
    }),
    (Code::PermitExpired, Kind::Company, |item, around| {
        permit(item, around, |permit| {
            permit.valid_until = permit.valid_from.map(|day| day + Months::new(12));
        });
    }),
    (Code::Required, Kind::Company, |item, _| {
        item.accounts = Patch::Keep;
    }),
    (Code::ProducerUnknown, Kind::Company, |item, _| {
        presenters(item, |list| {
            for presenter in list {
                presenter.producer = None;
            }
        });
    }),
    (Code::FormIdentityMismatch, Kind::Company, |item, around| {
        item.form = Patch::Set(LegalForm::IndividualBusiness);
        item.proprietor = Patch::Set(PersonRefInput {
            name: "李青禾".to_owned(),
            identity: None,
        });
        item.birth_date = Patch::Set(around.calendar.today - Months::new(480));
    }),
];

/// One of each trouble, made for a book of this style in which `standing` is registered already.
pub(super) fn troubles(
    calendar: Calendar,
    style: Style,
    standing: &[OperatorInput],
) -> Vec<Trouble> {
    let mut book = Book::new(99, calendar, style);
    let mut troubles: Vec<Trouble> = Vec::new();
    let refused = NUMBERS.iter().chain(FIELDS).map(|trouble| (trouble, true));
    for ((code, kind, spoil), refused) in
        refused.chain(WARNINGS.iter().map(|trouble| (trouble, false)))
    {
        let mut item = book.of_kind(*kind);
        item.external_id = Patch::Set(format!("{}-T{:04}", style.prefix, troubles.len() + 1));
        let before = troubles.last().map(|trouble| &trouble.item);
        spoil(
            &mut item,
            &Around {
                calendar,
                standing,
                before,
            },
        );
        troubles.push(Trouble {
            code: *code,
            refused,
            item,
        });
    }
    troubles
}

fn edit(item: &mut OperatorInput, change: impl FnOnce(String) -> String) {
    item.identity.number = change(std::mem::take(&mut item.identity.number));
}

/// Writes over a number from a place on.
fn put(item: &mut OperatorInput, at: usize, text: &str) {
    edit(item, |mut number| {
        number.replace_range(at..at + text.len(), text);
        number
    });
}

fn shorten(item: &mut OperatorInput) {
    item.identity.number.pop();
}

/// Another check character than the right one.
fn miscount(item: &mut OperatorInput) {
    let right = item.identity.number.pop();
    item.identity
        .number
        .push(if right == Some('1') { '2' } else { '1' });
}

/// The 15 digits that were given until 1999: a year of two digits and no check character.
fn old_form(number: &str) -> String {
    let part = |range| number.get(range).unwrap_or_default();
    format!("{}{}", part(0..6), part(8..17))
}

/// The same county and sequence, born so many years before today.
fn reborn(item: &mut OperatorInput, around: &Around<'_>, years: u32) {
    let born = around.calendar.today - Months::new(years * 12);
    edit(item, |number| {
        let (region, sequence) = (
            number.get(..6).unwrap_or_default(),
            number.get(14..17).unwrap_or_default(),
        );
        checked(format!("{region}{}{sequence}", born.format("%Y%m%d"))).unwrap_or_default()
    });
}

fn written(item: &mut OperatorInput, text: &str, division: Option<&str>) {
    divide(item, division);
    if let Patch::Set(address) = &mut item.business_address {
        text.clone_into(&mut address.text);
    }
}

fn divide(item: &mut OperatorInput, division: Option<&str>) {
    if let Patch::Set(address) = &mut item.business_address {
        address.division = division.map(ToOwned::to_owned);
    }
}

fn on_accounts(item: &mut OperatorInput, spoil: impl FnOnce(&mut Vec<LiveAccountInput>)) {
    if let Patch::Set(accounts) = &mut item.accounts {
        spoil(accounts);
    }
}

fn on_account(item: &mut OperatorInput, spoil: impl FnOnce(&mut LiveAccountInput)) {
    on_accounts(item, |accounts| accounts.first_mut().map_or((), spoil));
}

/// Gives it a presenter that is no person, spoiled.
fn presenters(item: &mut OperatorInput, spoil: impl FnOnce(&mut Vec<SyntheticPresenterInput>)) {
    let mut list = vec![SyntheticPresenterInput {
        name: "小禾数字人".to_owned(),
        account_number: None,
        producer: Some(PersonRefInput {
            name: "李青禾".to_owned(),
            identity: None,
        }),
    }];
    spoil(&mut list);
    item.presenters = Patch::Set(list);
}

/// Gives it a permit that stands, spoiled.
fn permit(item: &mut OperatorInput, around: &Around<'_>, spoil: impl FnOnce(&mut PermitInput)) {
    let today = around.calendar.today;
    let mut permit = PermitInput {
        kind: PermitKind::FoodSales,
        kind_text: None,
        number: "JY13301100000001".to_owned(),
        issuer: None,
        valid_from: Some(today - Months::new(48)),
        valid_until: Some(today + Months::new(12)),
    };
    spoil(&mut permit);
    item.permits = Patch::Set(vec![permit]);
}
