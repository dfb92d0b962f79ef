//! The clients file: who may call, as whom, with which scopes and for how long (both days included).
//! Grants nothing that the table of scopes does not allow the role; holds no secret.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::kind::{OfficeLevel, Role};
use uuid::Uuid;

use super::row::{Row, read, unknown};
use super::{FileFaults, Known, OfficeFacts};
use crate::scope::Scope;
use crate::words::Words;

/// What a clients file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientsFile {
    pub clients: Vec<ClientEntry>,
}

/// A client to be granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientEntry {
    /// The stable name that tokens and commands use.
    pub key: String,
    pub name: String,
    pub role: Role,
    pub holder: Holder,
    /// In the order of the vocabulary, each once.
    pub scopes: BTreeSet<Scope>,
    pub valid_from: NaiveDate,
    pub valid_until: NaiveDate,
    /// Whom to ask about the client.
    pub contact: String,
}

/// On whose behalf a client acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    Platform(PlatformRef),
    /// The key of an office.
    Office(String),
    /// The house itself.
    House,
}

/// How a file names a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlatformRef {
    Id(Uuid),
    /// A unified social credit code by its form alone; the registry knows whether it is one.
    CreditCode(String),
}

/// What a role acts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binding {
    Platform,
    Office(OfficeLevel),
    House,
}

/// What each role acts for.
static BINDINGS: &[(Role, Binding)] = &[
    (Role::Platform, Binding::Platform),
    (Role::County, Binding::Office(OfficeLevel::County)),
    (Role::City, Binding::Office(OfficeLevel::City)),
    (Role::Province, Binding::Office(OfficeLevel::Province)),
    (Role::National, Binding::Office(OfficeLevel::National)),
    (Role::System, Binding::House),
    (Role::Security, Binding::House),
    (Role::Auditor, Binding::House),
];

/// What a role acts for.
pub(crate) fn binding(role: Role) -> Option<Binding> {
    BINDINGS
        .iter()
        .find(|(other, _)| *other == role)
        .map(|(_, binding)| *binding)
}

/// Reads a clients file.
///
/// # Errors
/// Every fault, each with its line.
pub fn clients(text: &str, known: &Known<'_>) -> Result<ClientsFile, FileFaults> {
    let mut keys = BTreeSet::new();
    read(text, |top| ClientsFile {
        clients: top.rows("client", |row| client(row, known, &mut keys)),
    })
}

fn client(
    row: &mut Row<'_>,
    known: &Known<'_>,
    keys: &mut BTreeSet<String>,
) -> Option<ClientEntry> {
    let key = row.slug("key");
    let name = row.text("name");
    let role = row.word("role");
    let holder = holder(row, role, known);
    let scopes = scopes(row, role, holder.as_ref().and_then(|(_, office)| *office));
    row.require("valid_from");
    row.require("valid_until");
    let (valid_from, valid_until) = row.period(["valid_from", "valid_until"]);
    let contact = row.text("contact");
    let key = key?;
    if !keys.insert(key.clone()) {
        row.fault("key", Words::fixed("重复", "is given twice"));
    }
    Some(ClientEntry {
        key,
        name: name?,
        role: role?,
        holder: holder?.0,
        scopes,
        valid_from: valid_from?,
        valid_until: valid_until?,
        contact: contact?,
    })
}

/// Whom the client acts for, with the office's facts; what does not go with the role is refused.
fn holder(
    row: &mut Row<'_>,
    role: Option<Role>,
    known: &Known<'_>,
) -> Option<(Holder, Option<OfficeFacts>)> {
    let platform = row.optional_text("platform");
    let office = row.optional_text("office");
    let role = role?;
    let binding = binding(role)?;
    if platform.is_some() && binding != Binding::Platform {
        row.fault(
            "platform",
            Words::new(
                format!("{role} 不属于平台"),
                format!("{role} does not act for a platform"),
            ),
        );
    }
    if office.is_some() && !matches!(binding, Binding::Office(_)) {
        row.fault(
            "office",
            Words::new(
                format!("{role} 不属于机关"),
                format!("{role} does not act for an office"),
            ),
        );
    }
    match binding {
        Binding::House => Some((Holder::House, None)),
        Binding::Platform => {
            row.require("platform");
            Some((
                Holder::Platform(platform_ref(row, &platform?, known)?),
                None,
            ))
        }
        Binding::Office(level) => {
            row.require("office");
            let key = office?;
            let facts = office_facts(row, &key, level, known)?;
            Some((Holder::Office(key), Some(facts)))
        }
    }
}

fn platform_ref(row: &mut Row<'_>, text: &str, known: &Known<'_>) -> Option<PlatformRef> {
    let platform = match Uuid::try_parse(text) {
        Ok(id) => PlatformRef::Id(id),
        Err(_) if is_credit_code(text) => PlatformRef::CreditCode(text.to_owned()),
        Err(_) => {
            row.fault(
                "platform",
                Words::fixed(
                    "既不是统一社会信用代码也不是标识",
                    "is neither a credit code nor an id",
                ),
            );
            return None;
        }
    };
    if !(known.platform)(&platform) {
        row.fault(
            "platform",
            Words::new(
                format!("没有平台 {text}"),
                format!("there is no platform {text}"),
            ),
        );
        return None;
    }
    Some(platform)
}

fn office_facts(
    row: &mut Row<'_>,
    key: &str,
    level: OfficeLevel,
    known: &Known<'_>,
) -> Option<OfficeFacts> {
    let Some(facts) = (known.office)(key) else {
        row.fault(
            "office",
            Words::new(
                format!("没有机关 {key}"),
                format!("there is no office {key}"),
            ),
        );
        return None;
    };
    if facts.level != level {
        row.fault(
            "role",
            Words::new(
                format!("机关是 {} 级", facts.level),
                format!("the office's level is {}", facts.level),
            ),
        );
        return None;
    }
    Some(facts)
}

fn scopes(row: &mut Row<'_>, role: Option<Role>, office: Option<OfficeFacts>) -> BTreeSet<Scope> {
    let mut scopes = BTreeSet::new();
    let authority = office.map(|office| office.authority);
    for (text, line) in row.texts("scopes") {
        let scope: Scope = match text.parse() {
            Ok(scope) => scope,
            Err(error) => {
                row.fault_at(line, "scopes", unknown(&error));
                continue;
            }
        };
        if let Some(role) = role.filter(|role| !scope.may_be_held_by(*role, authority)) {
            let may: Vec<_> = Scope::held_by(role, authority).map(Scope::as_str).collect();
            let may = may.join(", ");
            let what = Words::new(
                format!("{role} 不得有 {scope}；可用：{may}"),
                format!("{role} may not hold {scope}; usable: {may}"),
            );
            row.fault_at(line, "scopes", what);
        }
        if !scopes.insert(scope) {
            let what = Words::new(format!("{scope} 重复"), format!("{scope} is given twice"));
            row.fault_at(line, "scopes", what);
        }
    }
    scopes
}

/// Eighteen digits and capitals without I, O, S, V and Z (GB 32100); the check character is the registry's to judge.
fn is_credit_code(text: &str) -> bool {
    let allowed = |byte: u8| {
        byte.is_ascii_digit() || (byte.is_ascii_uppercase() && !b"IOSVZ".contains(&byte))
    };
    text.len() == 18 && text.bytes().all(allowed)
}
