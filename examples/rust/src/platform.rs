//! The platform's own records, and what the registry is told of each: the one place where the two meet.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::client::Fault;
use crate::operations::register::{
    AccountRole, AddressInput, AgencyInput, IdentityInput, IdentityKind, LegalForm,
    LiveAccountInput, OperatorInput, StreamerInput, VerificationInput,
};

/// What the platform's own system exports.
#[derive(Deserialize)]
struct Export {
    agencies: Vec<Somebody>,
    rooms: Vec<Room>,
    streamers: Vec<Streamer>,
}

#[derive(Clone, Deserialize)]
struct Somebody {
    id: String,
    name: String,
    number: String,
    phone: String,
    address: String,
    county: String,
}

#[derive(Deserialize)]
struct Room {
    #[serde(flatten)]
    holder: Somebody,
    #[serde(rename = "holder")]
    kind: HolderKind,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum HolderKind {
    Company,
    Person,
}

#[derive(Deserialize)]
struct Streamer {
    #[serde(flatten)]
    person: Somebody,
    occupation: String,
    room: String,
    agency: String,
}

/// Everybody whom the platform registers.
#[derive(Clone)]
pub(crate) struct People {
    pub(crate) agencies: Vec<AgencyInput>,
    pub(crate) operators: Vec<OperatorInput>,
    pub(crate) streamers: Vec<StreamerInput>,
}

/// The export, everybody verified at a moment.
pub(crate) fn people(verified_at: &str) -> Result<People, Fault> {
    let export: Export = serde_json::from_str(include_str!("../../platform.json"))?;
    let streamers = export.streamers.iter();
    let rooms = export.rooms.iter();
    let agencies = export.agencies.iter();
    Ok(People {
        agencies: agencies
            .map(|agency| agency.agency(verified_at))
            .collect::<Result<_, _>>()?,
        operators: rooms
            .map(|room| room.operator(verified_at))
            .collect::<Result<_, _>>()?,
        streamers: streamers
            .map(|streamer| export.streamer(streamer, verified_at))
            .collect::<Result<_, _>>()?,
    })
}

/// An input that says who is meant and nothing else. What is `None` is not sent, so the registry keeps what it has of it,
/// and a field that the interface learns later changes nothing here.
fn known_by<Input: DeserializeOwned>(identity: &IdentityInput) -> Result<Input, Fault> {
    Ok(serde_json::from_value(json!({ "identity": identity }))?)
}

impl Export {
    fn streamer(&self, streamer: &Streamer, verified_at: &str) -> Result<StreamerInput, Fault> {
        let unheld = |id: &str| Fault::Unexpected(format!("the export does not hold {id}"));
        let mut rooms = self.rooms.iter();
        let room = rooms.find(|room| room.holder.id == streamer.room);
        let room = room.ok_or_else(|| unheld(&streamer.room))?;
        let mut agencies = self.agencies.iter();
        let agency = agencies.find(|agency| agency.id == streamer.agency);
        let agency = agency.ok_or_else(|| unheld(&streamer.agency))?;
        let person = &streamer.person;
        Ok(StreamerInput {
            external_id: Some(person.id.clone()),
            name: Some(person.name.clone()),
            phone: Some(person.phone.clone()),
            residence: Some(person.address()),
            occupation: Some(streamer.occupation.clone()),
            operators: Some(vec![room.identity()]),
            agency: Some(agency.identity(IdentityKind::USCC)),
            verification: Some(verification(verified_at, HolderKind::Person)),
            ..known_by(&person.identity(IdentityKind::RESIDENT_ID))?
        })
    }
}

impl Room {
    fn identity(&self) -> IdentityInput {
        self.holder.identity(match self.kind {
            HolderKind::Company => IdentityKind::USCC,
            HolderKind::Person => IdentityKind::RESIDENT_ID,
        })
    }

    fn operator(&self, verified_at: &str) -> Result<OperatorInput, Fault> {
        let holder = &self.holder;
        let form = match self.kind {
            HolderKind::Company => LegalForm::LEGAL_PERSON,
            HolderKind::Person => LegalForm::NATURAL_PERSON,
        };
        Ok(OperatorInput {
            external_id: Some(holder.id.clone()),
            name: Some(holder.name.clone()),
            form: Some(form),
            phone: Some(holder.phone.clone()),
            business_address: Some(holder.address()),
            accounts: Some(vec![LiveAccountInput {
                account_number: holder.id.clone(),
                role: AccountRole::HOLDER,
                name: None,
                followers: None,
                room_url: None,
                profile: None,
            }]),
            verification: Some(verification(verified_at, self.kind)),
            ..known_by(&self.identity())?
        })
    }
}

impl Somebody {
    fn identity(&self, kind: IdentityKind) -> IdentityInput {
        IdentityInput {
            kind,
            number: self.number.clone(),
            issuing_country: None,
        }
    }

    fn address(&self) -> AddressInput {
        AddressInput {
            text: self.address.clone(),
            division: Some(self.county.clone()),
        }
    }

    fn agency(&self, verified_at: &str) -> Result<AgencyInput, Fault> {
        Ok(AgencyInput {
            external_id: Some(self.id.clone()),
            name: Some(self.name.clone()),
            phone: Some(self.phone.clone()),
            domicile: Some(self.address()),
            verification: Some(verification(verified_at, HolderKind::Company)),
            ..known_by(&self.identity(IdentityKind::USCC))?
        })
    }
}

fn verification(at: &str, holder: HolderKind) -> VerificationInput {
    let method = match holder {
        HolderKind::Company => "统一社会信用代码核验",
        HolderKind::Person => "居民身份证核验",
    };
    VerificationInput {
        at: at.to_owned(),
        method: method.to_owned(),
        evidence: None,
    }
}
