//! Masked changes: what a deed changed of registrations that stood, told without telling it. A name, a number, a phone and
//! an address show what every reader sees of them; what is a list, or has no mask, is told by its field's name alone.

use entity::facts::{Address, Facts};
use entity::id::RegistrationId;
use entity::value::mask;
use entity::value::phone::Phone;
use serde_json::{Value, json};

/// The member of an entry's detail that holds them.
const MEMBER: &str = "changes";

/// One field of one registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The registration.
    pub registration: String,
    /// The field, by its contract name.
    pub field: String,
    /// What it showed, masked.
    pub before: Option<String>,
    /// What it shows, masked.
    pub after: Option<String>,
}

/// The changes of one registration's facts.
pub fn between<'a>(
    registration: RegistrationId,
    (before, after): (&'a Facts, &'a Facts),
    fields: &'a [&'static str],
) -> impl Iterator<Item = Change> + 'a {
    fields.iter().map(move |field| Change {
        registration: registration.to_string(),
        field: (*field).to_owned(),
        before: shown(before, field),
        after: shown(after, field),
    })
}

/// What everybody sees of a field.
fn shown(facts: &Facts, field: &str) -> Option<String> {
    match (field, facts) {
        ("name", _) => Some(name(facts)),
        ("phone", _) => facts
            .phone()
            .map(|phone| Phone::from_stored(phone.to_owned()).masked()),
        ("businessAddress", Facts::Operator(operator)) => {
            county(operator.business_address.as_ref())
        }
        ("businessAddress", Facts::Merchant(merchant)) => {
            county(merchant.business_address.as_ref())
        }
        ("domicile", Facts::Operator(operator)) => county(operator.domicile.as_ref()),
        ("domicile", Facts::Agency(agency)) => county(agency.domicile.as_ref()),
        ("residence", Facts::Streamer(streamer)) => county(streamer.residence.as_ref()),
        _ => None,
    }
}

/// A natural person's name masked, any other whole.
#[must_use]
pub fn name(facts: &Facts) -> String {
    if facts.is_natural_person() {
        mask::person_name(facts.name())
    } else {
        facts.name().to_owned()
    }
}

fn county(address: Option<&Address>) -> Option<String> {
    address.map(|address| address.division.clone())
}

/// Adds changes to an entry's detail.
#[must_use]
pub fn with(mut detail: Value, changes: &[Change]) -> Value {
    if let (Some(members), false) = (detail.as_object_mut(), changes.is_empty()) {
        let rows = changes.iter().map(|change| {
            json!([
                change.registration,
                change.field,
                change.before,
                change.after
            ])
        });
        members.insert(MEMBER.to_owned(), rows.collect());
    }
    detail
}

/// The changes that an entry's detail holds.
#[must_use]
pub fn read(detail: &str) -> Vec<Change> {
    let detail: Value = serde_json::from_str(detail).unwrap_or_default();
    let rows = detail.get(MEMBER).and_then(Value::as_array);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let change = |row: &Value| match row.as_array()?.as_slice() {
        [registration, field, before, after] => Some(Change {
            registration: text(registration)?,
            field: text(field)?,
            before: text(before),
            after: text(after),
        }),
        _ => None,
    };
    rows.into_iter().flatten().filter_map(change).collect()
}

/// An entry's detail without its changes.
#[must_use]
pub fn without(detail: &str) -> String {
    match serde_json::from_str::<Value>(detail) {
        Ok(Value::Object(mut members)) => {
            members.remove(MEMBER);
            Value::Object(members).to_string()
        }
        _ => detail.to_owned(),
    }
}
