//! One subject as the API's own input, field by field from the cells of its group.

use std::borrow::Cow;

use entity::kind::{AccountRole, IdentityKind, LegalForm, PermitKind};
use entity::problem::{Finding, ProblemCode};

use reports::survey::table::CellAddress;

use super::super::staged::Cell;
use super::{Cells, Places, who};
use crate::registry::input::{
    AddressInput, AgencyInput, IdentityInput, Item, LiveAccountInput, MerchantInput, OperatorInput,
    Patch, PermitInput, PersonRefInput, QualificationInput, RoomProfileInput, ShopInput,
    StreamerInput,
};

/// An input with the cells that said its fields, and what could not become one.
pub(super) struct Made {
    pub item: Item,
    pub places: Places,
    pub findings: Vec<(Finding, CellAddress)>,
}

/// Takes cells and remembers which field each became.
struct Taker<'a> {
    cells: &'a Cells<'a>,
    places: Places,
    findings: Vec<(Finding, CellAddress)>,
}

impl<'a> Taker<'a> {
    const fn of(cells: &'a Cells<'a>) -> Self {
        Self {
            cells,
            places: Places::new(),
            findings: Vec::new(),
        }
    }

    fn cell(&mut self, field: &str, name: impl Into<Cow<'static, str>>) -> Option<&'a Cell> {
        let cell = self.cells.get(field)?;
        self.places.insert(name.into(), cell.at);
        Some(cell)
    }

    fn text(&mut self, field: &str, name: &'static str) -> Patch<String> {
        self.cell(field, name)
            .map_or(Patch::Keep, |cell| Patch::Set(cell.text.clone()))
    }

    fn optional(&mut self, field: &str, name: impl Into<Cow<'static, str>>) -> Option<String> {
        self.cell(field, name).map(|cell| cell.text.clone())
    }

    fn address(&mut self, field: &str, name: &'static str) -> Patch<AddressInput> {
        let cell = self.cell(field, name);
        cell.map_or(Patch::Keep, |cell| {
            Patch::Set(AddressInput {
                text: cell.text.clone(),
                division: None,
            })
        })
    }

    fn count(&mut self, field: &str, name: &'static str) -> Option<i32> {
        let cell = self.cell(field, name)?;
        let count = cell.text.parse().ok();
        if count.is_none() {
            self.not_taken(cell);
        }
        count
    }

    fn person(&mut self, name: &str, number: &str, field: &'static str) -> Patch<PersonRefInput> {
        let Some(cell) = self.cell(name, field) else {
            return Patch::Keep;
        };
        let number = self.optional(number, format!("{field}.number"));
        Patch::Set(PersonRefInput {
            name: cell.text.clone(),
            identity: number.map(|number| who::identity(&number, None, true)),
        })
    }

    fn not_taken(&mut self, cell: &Cell) {
        let hint = Finding::warning(ProblemCode::SurveyNotTaken);
        self.findings.push((hint, cell.at));
    }

    fn permits(&mut self, field: &'static str, until: &str) -> Patch<Vec<PermitInput>> {
        let cells: Vec<&Cell> = self.cells.all(field).collect();
        let mut permits = Vec::new();
        for cell in cells {
            self.places.insert("permits".into(), cell.at);
            if let Some(permit) = permit(&cell.text) {
                permits.push(permit);
            } else {
                let hint = Finding::warning(ProblemCode::SurveyNotTaken);
                let hint = hint.with("need", "PERMIT");
                self.findings.push((hint, cell.at));
            }
        }
        if permits.is_empty() {
            return Patch::Keep;
        }
        let until = self.cell(until, "permits.validUntil");
        let until = until.and_then(|cell| cell.text.parse().ok());
        for permit in &mut permits {
            permit.valid_until = until;
        }
        Patch::Set(permits)
    }

    fn form(&mut self, field: &str, identity: &IdentityInput) -> LegalForm {
        let said = self.cell(field, "form").map(|cell| cell.text.as_str());
        who::form(said, identity)
    }

    fn made(self, item: Item) -> Made {
        Made {
            item,
            places: self.places,
            findings: self.findings,
        }
    }

    fn identity(&mut self, group: &str, person: bool) -> Option<IdentityInput> {
        let number = self.cell(&format!("{group}.number"), "identity")?;
        let said = self.cell(&format!("{group}.identityKind"), "identity.kind");
        let said = said.map(|cell| cell.text.as_str());
        Some(who::identity(&number.text, said, person))
    }
}

/// 直播间运营者 with its rooms; none without a number.
pub(super) fn operator(cells: &Cells<'_>) -> Option<Made> {
    let mut take = Taker::of(cells);
    let identity = take.identity("operator", false)?;
    let form = take.form("operator.form", &identity);
    let mut representative = take.person(
        "operator.legalRepresentative",
        "operator.legalRepresentativeNumber",
        "legalRepresentative",
    );
    let mut proprietor = take.person(
        "operator.proprietor",
        "operator.proprietorNumber",
        "proprietor",
    );
    if form == LegalForm::IndividualBusiness && proprietor == Patch::Keep {
        // Its one person in charge is its 经营者, whatever the column is called.
        proprietor = std::mem::take(&mut representative);
    }
    let item = OperatorInput {
        external_id: Patch::Keep,
        observed_at: None,
        name: take.text("operator.name", "name"),
        form: Patch::Set(form),
        registered_on: named(take.cell("operator.registeredOn", "registeredOn")),
        birth_date: Patch::Keep,
        guardian_consent: Patch::Keep,
        proprietor,
        legal_representative: representative,
        phone: take.text("operator.phone", "phone"),
        business_address: take.address("operator.businessAddress", "businessAddress"),
        domicile: take.address("operator.domicile", "domicile"),
        own_site: take.text("operator.ownSite", "ownSite"),
        accounts: rooms(&mut take),
        presenters: Patch::Keep,
        sellers: Patch::Keep,
        permits: take.permits("operator.permits", "operator.permitUntil"),
        verification: Patch::Keep,
        identity,
    };
    Some(take.made(Item::Operator(item)))
}

/// The accounts of a row; what is said of a room is said of the only one.
fn rooms(take: &mut Taker<'_>) -> Patch<Vec<LiveAccountInput>> {
    let numbers: Vec<&Cell> = take.cells.all("room.account").collect();
    let Some(first) = numbers.first() else {
        return Patch::Keep;
    };
    take.places.insert("accounts".into(), first.at);
    let bare = |cell: &&Cell| LiveAccountInput {
        account_number: cell.text.clone(),
        role: AccountRole::Holder,
        name: None,
        followers: None,
        room_url: None,
        profile: None,
    };
    let mut rooms: Vec<LiveAccountInput> = numbers.iter().map(bare).collect();
    if let [room] = rooms.as_mut_slice() {
        room.name = take.optional("room.name", "accounts.name");
        room.room_url = take.optional("room.url", "accounts.roomUrl");
        let profile = RoomProfileInput {
            on: take
                .optional("room.seenOn", "accounts.on")
                .and_then(|day| day.parse().ok()),
            certification: take.optional("room.certification", "accounts.certification"),
            team_size: take.count("room.teamSize", "accounts.teamSize"),
            followers: take.count("room.followers", "accounts.followers"),
            following: take.count("room.following", "accounts.following"),
            streamers: take.count("room.streamers", "accounts.streamers"),
            operating_model: take.optional("room.operatingModel", "accounts.operatingModel"),
            turnover_band: take.optional("room.turnoverBand", "accounts.turnoverBand"),
        };
        room.followers = profile.followers;
        let nothing = RoomProfileInput {
            on: profile.on,
            ..RoomProfileInput::default()
        };
        room.profile = (profile != nothing).then_some(profile);
    }
    Patch::Set(rooms)
}

/// 直播营销人员, tied to the agency and the operator of the row.
pub(super) fn streamer(own: &Cells<'_>, common: &Cells<'_>) -> Option<Made> {
    let mut take = Taker::of(own);
    let identity = take.identity("streamer", true)?;
    let mut tied = |field: &str, name: &'static str| {
        let cell = common.get(field)?;
        take.places.insert(name.into(), cell.at);
        Some(cell.text.clone())
    };
    let agency = tied("agency.number", "agency");
    if agency.is_some() {
        // The number says which one; its name is the agency's own registration's.
        tied("agency.name", "agency.name");
    }
    let operator = tied("operator.number", "operators");
    let of_agency = |number: String| IdentityInput {
        kind: IdentityKind::Uscc,
        number,
        issuing_country: None,
    };
    if operator.is_some() {
        tied("operator.name", "operators.name");
    }
    let said = common.text("operator.identityKind");
    let titles: Vec<QualificationInput> = own
        .all("streamer.qualification")
        .map(|cell| QualificationInput {
            title: cell.text.clone(),
            certificate_number: None,
            issuer: None,
            valid_until: None,
        })
        .collect();
    if let Some(cell) = own.get("streamer.qualification") {
        take.places.insert("qualifications".into(), cell.at);
    }
    let item = StreamerInput {
        external_id: Patch::Keep,
        observed_at: None,
        name: take.text("streamer.name", "name"),
        stage_name: take.text("streamer.stageName", "stageName"),
        birth_date: Patch::Keep,
        guardian_consent: Patch::Keep,
        phone: take.text("streamer.phone", "phone"),
        residence: take.address("streamer.residence", "residence"),
        agency: agency.map_or(Patch::Keep, |number| Patch::Set(of_agency(number))),
        operators: operator.map_or(Patch::Keep, |number| {
            Patch::Set(vec![who::identity(&number, said, false)])
        }),
        qualifications: if titles.is_empty() {
            Patch::Keep
        } else {
            Patch::Set(titles)
        },
        occupation: take.text("streamer.occupation", "occupation"),
        verification: Patch::Keep,
        identity,
    };
    Some(take.made(Item::Streamer(item)))
}

/// 直播营销人员服务机构.
pub(super) fn agency(cells: &Cells<'_>) -> Option<Made> {
    let mut take = Taker::of(cells);
    let number = take.cell("agency.number", "identity")?;
    let item = AgencyInput {
        external_id: Patch::Keep,
        observed_at: None,
        identity: IdentityInput {
            kind: IdentityKind::Uscc,
            number: number.text.clone(),
            issuing_country: None,
        },
        name: take.text("agency.name", "name"),
        legal_representative: take.person(
            "agency.legalRepresentative",
            "agency.legalRepresentativeNumber",
            "legalRepresentative",
        ),
        phone: take.text("agency.phone", "phone"),
        domicile: take.address("agency.domicile", "domicile"),
        permits: Patch::Keep,
        verification: Patch::Keep,
    };
    Some(take.made(Item::Agency(item)))
}

/// 平台内经营者 with its shop.
pub(super) fn merchant(cells: &Cells<'_>) -> Option<Made> {
    let mut take = Taker::of(cells);
    let identity = take.identity("merchant", false)?;
    let form = take.form("merchant.form", &identity);
    let shop = take.cell("shop.name", "shops").map(|cell| ShopInput {
        name: cell.text.clone(),
        url: take.optional("shop.url", "shops.url"),
    });
    let (representative, proprietor) = in_charge(&mut take, form);
    let exemption = take.cell("merchant.exemption", "exemption");
    let over = take.cell("merchant.overThreshold", "overThreshold");
    let item = MerchantInput {
        external_id: Patch::Keep,
        observed_at: None,
        name: take.text("merchant.name", "name"),
        form: Patch::Set(form),
        proprietor,
        legal_representative: representative,
        phone: take.text("merchant.phone", "phone"),
        business_address: take.address("merchant.businessAddress", "businessAddress"),
        shops: shop.map_or(Patch::Keep, |shop| Patch::Set(vec![shop])),
        permits: take.permits("merchant.permits", ""),
        exemption: named(exemption),
        over_threshold: named(over),
        verification: Patch::Keep,
        identity,
    };
    Some(take.made(Item::Merchant(item)))
}

/// 法定代表人 and 经营者 of a merchant: an individual business has the latter only, whatever the column is called.
fn in_charge(
    take: &mut Taker<'_>,
    form: LegalForm,
) -> (Patch<PersonRefInput>, Patch<PersonRefInput>) {
    let mut representative = take.person(
        "merchant.legalRepresentative",
        "merchant.legalRepresentativeNumber",
        "legalRepresentative",
    );
    let mut proprietor = take.person("merchant.proprietor", "", "proprietor");
    if form == LegalForm::IndividualBusiness && proprietor == Patch::Keep {
        proprietor = std::mem::take(&mut representative);
    }
    (representative, proprietor)
}

/// A value of a closed vocabulary, which the cell holds by its stored name.
fn named<T: std::str::FromStr>(cell: Option<&Cell>) -> Patch<T> {
    let value = cell.and_then(|cell| cell.text.parse().ok());
    value.map_or(Patch::Keep, Patch::Set)
}

/// A permit by its words and the number among them; none where there is no number.
fn permit(text: &str) -> Option<PermitInput> {
    let words = [
        ("食品经营", PermitKind::FoodSales),
        ("食品生产", PermitKind::FoodProduction),
        ("医疗器械", PermitKind::MedicalDevice),
        ("药品", PermitKind::DrugOnlineSales),
        ("出版物", PermitKind::Publication),
        ("演出", PermitKind::PerformanceBrokerage),
    ];
    let is_of_number = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let runs = text.split(|c| !is_of_number(c));
    let number = runs
        .max_by_key(|run| run.len())
        .filter(|run| run.len() >= 6 && run.chars().any(|c| c.is_ascii_digit()))?;
    let kind = words.iter().find(|(word, _)| text.contains(word));
    let kind = kind.map_or(PermitKind::Other, |(_, kind)| *kind);
    let what: String = text
        .chars()
        .filter(|c| !c.is_ascii() && c.is_alphanumeric())
        .collect();
    let kind_text = (kind == PermitKind::Other).then(|| {
        if what.is_empty() {
            PermitKind::Other.as_str().to_owned()
        } else {
            what
        }
    });
    Some(PermitInput {
        kind,
        kind_text,
        number: number.to_owned(),
        issuer: None,
        valid_from: None,
        valid_until: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permit_is_read_by_its_number() {
        let food = permit("食品经营许可证：JY13301060012345").unwrap();
        assert_eq!(
            (food.kind, food.number.as_str()),
            (PermitKind::FoodSales, "JY13301060012345")
        );
        let other = permit("酒类批发许可 330100-123").unwrap();
        assert_eq!(other.kind, PermitKind::Other);
        assert_eq!(other.kind_text.as_deref(), Some("酒类批发许可"));
        assert!(permit("有").is_none());
    }
}
