//! Data files as their authors meet them: the examples load, and every fault is named with its line.

use super::*;
use entity::kind::Role;

use crate::scope::Scope;

/// A little of the country: enough for every level and a second province.
fn level_of(code: &str) -> Option<OfficeLevel> {
    match code {
        "110000" | "330000" | "440000" => Some(OfficeLevel::Province),
        "330100" | "440100" => Some(OfficeLevel::City),
        "330106" | "330105" | "440103" => Some(OfficeLevel::County),
        _ => None,
    }
}

fn office(key: &str) -> Option<OfficeFacts> {
    use {
        Authority::{Cyberspace, Market},
        OfficeLevel::{County, Province},
    };
    let (level, authority) = match key {
        "zj-market" => (Province, Market),
        "zj-cyberspace" => (Province, Cyberspace),
        "xihu-market" => (County, Market),
        _ => return None,
    };
    Some(OfficeFacts { level, authority })
}

const KNOWN: Known<'static> = Known {
    office: &office,
    platform: &|platform| *platform == PlatformRef::CreditCode("91330100MA00000000".to_owned()),
};

/// Line and place of each fault, and its words in English.
fn told<T: fmt::Debug>(result: Result<T, FileFaults>) -> Vec<String> {
    let faults = result.unwrap_err().0;
    faults
        .iter()
        .map(|fault| format!("{} {}: {}", fault.line, fault.at, fault.what))
        .collect()
}

const OFFICE: &str = "[[office]]\nkey = \"hz\"\nname = \"杭州\"\nauthority = \"MARKET\"\nlevel = \"CITY\"\ndivision = \"330100\"\n";
const CLIENT: &str = "[[client]]\nkey = \"c\"\nname = \"端\"\nvalid_from = 2026-02-01\nvalid_until = 2027-01-31\ncontact = \"岗\"\n";

#[test]
fn the_example_of_offices_loads() {
    let file = offices(
        include_str!("../../../docs/examples/offices.toml"),
        &level_of,
    )
    .unwrap();
    let zone = &file.divisions[0];
    assert_eq!(
        (zone.code.as_str(), zone.level),
        ("L330191", OfficeLevel::County)
    );
    assert_eq!(zone.valid_until, None);
    assert_eq!(file.offices.len(), 5);
    let county = &file.offices[4];
    assert_eq!(county.key, "xihu-market");
    assert_eq!(county.territory[1].division, "L330191");
    assert_eq!(county.territory[1].from, "2026-02-01".parse().ok());
    assert_eq!(file.offices[1].phone.as_deref(), Some("0571-12315"));
}

#[test]
fn the_example_of_clients_loads() {
    let file = clients(include_str!("../../../docs/examples/clients.toml"), &KNOWN).unwrap();
    let roles: Vec<_> = file.clients.iter().map(|client| client.role).collect();
    let expected = [
        Role::Security,
        Role::System,
        Role::Auditor,
        Role::Province,
        Role::County,
        Role::Platform,
    ];
    assert_eq!(roles, expected);
    assert_eq!(file.clients[0].holder, Holder::House);
    assert_eq!(
        file.clients[3].holder,
        Holder::Office("zj-market".to_owned())
    );
    assert!(file.clients[5].scopes.contains(&Scope::SubmissionFile));
    assert_eq!(file.clients[5].valid_until.to_string(), "2027-01-31");
}

#[test]
fn every_fault_of_an_offices_file_is_named_at_its_line() {
    let text = "\
[[division]]
code = \"330191\"
name = \"\"
parent = \"999999\"
valid_from = \"soon\"
colour = \"red\"

[[office]]
key = \"HZ\"
authority = \"POLICE\"
level = \"CITY\"
division = \"330100\"
phone = \"none\"
territory = [
  { division = \"330199\" },
  { division = \"330106\", from = 2026-03-01, until = 2026-02-01, note = 1 },
]

[extra]
";
    let expected = [
        "2 division[1].code: \"330191\" has not the form L330191",
        "3 division[1].name: must not be empty",
        "4 division[1].parent: there is no division 999999",
        "5 division[1].valid_from: is not a day such as 2026-02-01",
        "6 division[1].colour: there is no such key; usable: code, level, name, parent, valid_from, valid_until",
        "8 office[1].name: is required",
        "9 office[1].key: \"HZ\" has not the form 2–64 of a–z, 0–9, -, not beginning with -",
        "10 office[1].authority: \"POLICE\" is unknown; usable: MARKET, CYBERSPACE",
        "13 office[1].phone: is not a phone number such as 0571-12315",
        "15 office[1].territory[1].division: there is no division 330199",
        "16 office[1].territory[2].until: is before from",
        "16 office[1].territory[2].note: there is no such key; usable: division, from, until",
        "19 extra: there is no such key; usable: division, office",
    ];
    assert_eq!(told(offices(text, &level_of)), expected);
}

#[test]
fn a_territory_is_known_no_coarser_than_the_office_and_in_its_province() {
    let table = [
        ("", "must list what the office is competent for"),
        (
            "territory = [{ division = \"330000\" }]",
            "is of level PROVINCE, above the office's level CITY",
        ),
        (
            "territory = [{ division = \"440103\" }]",
            "is not in the province of the office's seat",
        ),
        (
            "territory = [{ division = \"L330191\" }]",
            "there is no division L330191",
        ),
        (
            "territory = [{ division = \"330100\" }, { division = \"330100\" }]",
            "is given twice for the same days",
        ),
        (
            "territory = [{ division = \"330100\", until = 2026-06-30 }, { division = \"330100\", from = 2026-06-30 }]",
            "is given twice for the same days",
        ),
        ("territory = \"330100\"", "must be a list of tables"),
        ("territory = [\"330100\"]", "must be a table"),
    ];
    for (territory, fault) in table {
        let told = told(offices(&format!("{OFFICE}{territory}\n"), &level_of));
        assert!(told[0].ends_with(fault), "{territory}: {told:?}");
    }
    let handed_on = "territory = [{ division = \"330100\", until = 2026-06-30 }, { division = \"330100\", from = 2026-07-01 }]";
    assert!(offices(&format!("{OFFICE}{handed_on}\n"), &level_of).is_ok());
}

#[test]
fn a_national_office_lists_no_territory_and_a_seat_suits_its_office() {
    let national = OFFICE.replace("CITY", "NATIONAL");
    assert!(offices(&national, &level_of).is_ok());
    let listed = format!("{national}territory = [{{ division = \"330100\" }}]\n");
    assert!(told(offices(&listed, &level_of))[0].ends_with("competent everywhere and lists none"));
    let county = OFFICE.replace("CITY", "COUNTY") + "territory = [{ division = \"330106\" }]\n";
    assert_eq!(
        told(offices(&county, &level_of)),
        ["6 office[1].division: is of level CITY, above the office's level COUNTY"]
    );
}

#[test]
fn nothing_is_given_twice() {
    let office = format!("{OFFICE}territory = [{{ division = \"330100\" }}]\n");
    let told_offices = told(offices(&format!("{office}{office}"), &level_of));
    assert_eq!(told_offices, ["9 office[2].key: is given twice"]);
    let zone = "[[division]]\ncode = \"L330191\"\nname = \"区\"\nparent = \"330100\"\nvalid_from = 2026-02-01\n";
    assert_eq!(
        told(offices(&zone.repeat(2), &level_of)),
        ["7 division[2].code: is given twice"]
    );
    let auditor = CLIENT.replace("\"c\"", "\"cc\"")
        + "role = \"AUDITOR\"\nscopes = [\"audit:read\", \"audit:read\"]\n";
    let told_clients = told(clients(&auditor.repeat(2), &KNOWN));
    let expected = [
        "8 client[1].scopes: is given twice",
        "10 client[2].key: is given twice",
        "16 client[2].scopes: is given twice",
    ];
    assert_eq!(
        told_clients
            .iter()
            .map(|t| t.replace("audit:read ", ""))
            .collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn a_local_division_lies_in_its_parent() {
    let zone = "[[division]]\ncode = \"L440191\"\nname = \"区\"\nlevel = \"PROVINCE\"\nparent = \"330100\"\nvalid_from = 2026-02-01\nvalid_until = 2026-01-31\n";
    let expected = [
        "2 division[1].code: is not in its parent's province",
        "4 division[1].level: is above its parent's, CITY",
        "7 division[1].valid_until: is before valid_from",
    ];
    assert_eq!(told(offices(zone, &level_of)), expected);
}

#[test]
fn a_client_acts_for_what_its_role_acts_for() {
    let code = "platform = \"91330100MA00000000\"\n";
    let table = [
        ("PLATFORM", "", "platform: is required"),
        (
            "PLATFORM",
            "platform = \"91330100MA0000000O\"\n",
            "platform: is neither a credit code nor an id",
        ),
        (
            "PLATFORM",
            "platform = \"91330100MA00000001\"\n",
            "platform: there is no platform 91330100MA00000001",
        ),
        (
            "PLATFORM",
            "platform = \"91330100MA00000000\"\noffice = \"zj-market\"\n",
            "office: PLATFORM does not act for an office",
        ),
        (
            "COUNTY",
            code,
            "platform: COUNTY does not act for a platform",
        ),
        (
            "COUNTY",
            "office = \"nowhere\"\n",
            "office: there is no office nowhere",
        ),
        (
            "COUNTY",
            "office = \"zj-market\"\n",
            "role: the office's level is PROVINCE",
        ),
        (
            "SECURITY",
            "office = \"zj-market\"\n",
            "office: SECURITY does not act for an office",
        ),
        ("KING", "", "role: \"KING\" is unknown"),
    ];
    for (role, holder, fault) in table {
        let text = format!("{CLIENT}role = \"{role}\"\n{holder}scopes = [\"introspect\"]\n")
            .replace("\"c\"", "\"cc\"");
        let told = told(clients(&text, &KNOWN));
        assert!(
            told.iter().any(|told| told.contains(fault)),
            "{role} {holder}: {told:?}"
        );
    }
}

#[test]
fn a_role_holds_only_its_scopes() {
    let table = [
        (
            "SYSTEM",
            "",
            "[\"pii:reveal\"]",
            "8 client[1].scopes: SYSTEM may not hold pii:reveal",
        ),
        (
            "AUDITOR",
            "",
            "[\"audit:read\", \"registry:read\"]",
            "8 client[1].scopes: AUDITOR may not hold registry:read",
        ),
        (
            "PROVINCE",
            "office = \"zj-cyberspace\"\n",
            "[\"pii:reveal\"]",
            "9 client[1].scopes: PROVINCE may not hold pii:reveal",
        ),
        (
            "PROVINCE",
            "office = \"zj-market\"\n",
            "[\"submission:file\"]",
            "9 client[1].scopes: PROVINCE may not hold submission:file",
        ),
        (
            "SYSTEM",
            "",
            "[\"all\"]",
            "8 client[1].scopes: \"all\" is unknown",
        ),
        ("SYSTEM", "", "[1]", "8 client[1].scopes: must be a text"),
        (
            "SYSTEM",
            "",
            "[]",
            "8 client[1].scopes: must be a list of texts, not empty",
        ),
        (
            "SYSTEM",
            "",
            "\"introspect\"",
            "8 client[1].scopes: must be a list of texts, not empty",
        ),
    ];
    for (role, holder, scopes, fault) in table {
        let text = format!("{CLIENT}role = \"{role}\"\n{holder}scopes = {scopes}\n")
            .replace("\"c\"", "\"cc\"");
        let told = told(clients(&text, &KNOWN));
        assert!(
            told.len() == 1 && told[0].starts_with(fault),
            "{role} {scopes}: {told:?}"
        );
    }
}

#[test]
fn an_empty_client_is_asked_for_everything_once() {
    let expected = [
        "key",
        "name",
        "role",
        "scopes",
        "valid_from",
        "valid_until",
        "contact",
    ]
    .map(|name| format!("1 client[1].{name}: is required"));
    assert_eq!(told(clients("[[client]]\n", &KNOWN)), expected);
}

#[test]
fn what_is_no_toml_is_one_fault_with_its_line() {
    let faults = offices("[[office]]\nkey = hz\n", &level_of).unwrap_err();
    assert_eq!((faults.0.len(), faults.0[0].line), (1, 2));
    assert!(faults.to_string().contains("line 2 "), "{faults}");
    assert!(faults.zh().contains("第 2 行"), "{}", faults.zh());
    for text in ["office = 1\n", "office = [1]\n", "[office]\nkey = \"hz\"\n"] {
        assert_eq!(told(offices(text, &level_of)).len(), 1, "{text}");
    }
}

#[test]
fn texts_say_something_in_one_line() {
    for name in [
        "\"\"\"\n第一行\n第二行\"\"\"",
        "\"\\u0000\"",
        "7",
        &format!("\"{}\"", "长".repeat(201)),
    ] {
        let office = format!("{OFFICE}territory = [{{ division = \"330100\" }}]\n")
            .replace("\"杭州\"", name);
        let told = told(offices(&office, &level_of));
        assert!(
            told.len() == 1 && told[0].starts_with("3 office[1].name"),
            "{told:?}"
        );
    }
}
