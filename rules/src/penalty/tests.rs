//! The amounts of both editions as the texts have them, and what each provision punishes.

use super::*;
use crate::coverage::cited;
use crate::edition::{EditionId, edition};

use SubjectKind::{Agency, Operator, Platform, Streamer};

/// Least and most of the fine, of the grave one and of a person's.
type Amounts = [Option<(Option<u32>, u32)>; 3];

fn penalty(id: EditionId, key: &str) -> &'static Penalty {
    let found = edition(id).penalties.iter().find(|row| row.key == key);
    found.unwrap()
}

fn amounts(id: EditionId, key: &str) -> Amounts {
    let row = penalty(id, key);
    [row.fine, row.grave, row.persons].map(|range| range.map(|yuan| (yuan.least, yuan.most)))
}

fn fine(least: u32, most: u32) -> Amounts {
    [Some((Some(least), most)), None, None]
}

/// The key of the provision that punishes the breach of an article of the edition's own instrument.
fn punished_by(id: EditionId, number: &str) -> Option<&'static str> {
    let breached = Article {
        instrument: edition(id).instrument.clone(),
        number: number.to_owned(),
        edition: id,
    };
    edition(id)
        .penalty_of(&breached)
        .map(|row| row.key.as_str())
}

#[test]
fn the_order_fines_by_the_law_for_verifying_filing_and_keeping() {
    let order = EditionId::Order117;
    let by_law = [
        Some((Some(20_000), 100_000)),
        Some((Some(100_000), 500_000)),
        None,
    ];
    assert_eq!(amounts(order, "53"), by_law);
    assert_eq!(penalty(order, "53").subjects, [Platform]);
    assert_eq!(
        cited("order-117/penalties.53"),
        "第五十三条、《中华人民共和国电子商务法》第八十条、第八条第一款、第九条第一项、第九条第二项、第十六条"
    );
    for number in ["第八条第一款", "第九条第一项", "第九条第二项", "第十六条"]
    {
        assert_eq!(punished_by(order, number), Some("53"), "{number}");
    }
}

#[test]
fn the_order_fines_one_to_ten_times_ten_thousand_for_the_platforms_other_duties() {
    let order = EditionId::Order117;
    assert_eq!(amounts(order, "54"), fine(10_000, 100_000));
    assert_eq!(penalty(order, "54").subjects, [Platform]);
    assert_eq!(
        cited("order-117/penalties.54"),
        "第五十四条、第八条第三款、第九条第三项、第十条、第十一条第一款、第十二条、第十三条、第十四条、第十七条、第二十二条"
    );
    for number in [
        "第九条第三项",
        "第十条",
        "第十二条第三款",
        "第十四条第二款",
        "第二十二条第二款",
    ] {
        assert_eq!(punished_by(order, number), Some("54"), "{number}");
    }
}

#[test]
fn the_orders_other_fines_name_no_duty_in_the_copy_that_was_read() {
    let order = EditionId::Order117;
    assert_eq!(amounts(order, "58"), [Some((None, 10_000)), None, None]);
    assert_eq!(amounts(order, "59"), fine(10_000, 100_000));
    assert_eq!(amounts(order, "61"), fine(10_000, 100_000));
    assert_eq!(amounts(order, "64"), fine(10_000, 100_000));
    assert_eq!(amounts(order, "65"), fine(10_000, 100_000));
    let person = Some((Some(1_000), 10_000));
    assert_eq!(
        amounts(order, "66"),
        [Some((Some(10_000), 100_000)), None, person]
    );
    for key in ["58", "59", "61", "64", "65", "66"] {
        let row = penalty(order, key);
        assert!(row.duties.is_empty() && row.subjects.is_empty(), "{key}");
        let cyberspace = (key == "65").then_some(Authority::Cyberspace);
        assert_eq!(row.authority, cyberspace, "{key}");
    }
    assert_eq!(cited("order-117/penalties.58"), "第五十八条");
    assert_eq!(cited("order-117/penalties.59"), "第五十九条");
    assert_eq!(cited("order-117/penalties.61"), "第六十一条");
    assert_eq!(cited("order-117/penalties.64"), "第六十四条");
    assert_eq!(cited("order-117/penalties.65"), "第六十五条第二款");
    assert_eq!(cited("order-117/penalties.66"), "第六十六条");
}

#[test]
fn the_order_punishes_nothing_that_it_does_not_name() {
    for number in [
        "第八条第二款",
        "第九条",
        "第十五条",
        "第十一条第二款",
        "第五十三条",
    ] {
        assert_eq!(punished_by(EditionId::Order117, number), None, "{number}");
    }
    let foreign = Article {
        instrument: "中华人民共和国电子商务法".to_owned(),
        number: "第十条".to_owned(),
        edition: EditionId::Order117,
    };
    assert_eq!(edition(EditionId::Order117).penalty_of(&foreign), None);
}

#[test]
fn the_draft_fines_platforms_by_the_law_for_filing_and_itself_for_the_rest() {
    let draft = EditionId::Draft2025;
    let by_law = [
        Some((Some(20_000), 100_000)),
        Some((Some(100_000), 500_000)),
        None,
    ];
    assert_eq!(amounts(draft, "48"), by_law);
    assert_eq!(amounts(draft, "49"), fine(10_000, 100_000));
    assert_eq!(amounts(draft, "50"), [None; 3]);
    for key in ["48", "49", "50"] {
        assert_eq!(penalty(draft, key).subjects, [Platform], "{key}");
    }
    assert_eq!(
        cited("draft-2025/penalties.48"),
        "第四十八条、《中华人民共和国电子商务法》第八十条、第九条"
    );
    assert_eq!(
        cited("draft-2025/penalties.49"),
        "第四十九条、第十条、第十一条、第十二条、第十三条、第十四条、第十五条、第十六条、第十七条、第十九条"
    );
    assert_eq!(
        cited("draft-2025/penalties.50"),
        "第五十条、《网络交易监督管理办法》第五十三条、第二十一条"
    );
    assert_eq!(punished_by(draft, "第九条第四项"), Some("48"));
    assert_eq!(punished_by(draft, "第十四条第一款"), Some("49"));
    assert_eq!(
        punished_by(draft, "第十八条"),
        None,
        "left out of 第四十九条"
    );
    assert_eq!(
        punished_by(draft, "第八条第一款"),
        None,
        "nothing punishes it"
    );
}

#[test]
fn the_draft_fines_operators_agencies_and_streamers_less() {
    let draft = EditionId::Draft2025;
    for (key, subjects) in [
        ("51", [Operator].as_slice()),
        ("54", &[Agency]),
        ("56", &[Operator, Agency]),
    ] {
        assert_eq!(amounts(draft, key), fine(5_000, 50_000), "{key}");
        assert_eq!(penalty(draft, key).subjects, subjects, "{key}");
    }
    for (key, subjects) in [("53", [Operator, Streamer].as_slice()), ("55", &[Streamer])] {
        assert_eq!(amounts(draft, key), [None; 3], "{key}");
        assert_eq!(penalty(draft, key).subjects, subjects, "{key}");
    }
    assert_eq!(
        cited("draft-2025/penalties.51"),
        "第五十一条、第二十二条、第二十三条、第二十四条、第二十五条、第二十六条、第二十九条、第三十条"
    );
    assert_eq!(
        cited("draft-2025/penalties.53"),
        "第五十三条、《中华人民共和国反不正当竞争法》第二十条、第二十八条、第三十六条"
    );
    assert_eq!(
        cited("draft-2025/penalties.54"),
        "第五十四条、第三十三条、第三十四条、第三十五条"
    );
    assert_eq!(
        cited("draft-2025/penalties.55"),
        "第五十五条、《中华人民共和国反不正当竞争法》第二十三条、第三十七条"
    );
    assert_eq!(cited("draft-2025/penalties.56"), "第五十六条");
}

#[test]
fn market_regulation_fines_where_the_draft_says_so() {
    for row in &edition(EditionId::Draft2025).penalties {
        let market = ["49", "51", "54", "56"].contains(&row.key.as_str());
        assert_eq!(
            row.authority,
            market.then_some(Authority::Market),
            "{}",
            row.key
        );
    }
    for key in ["53", "54"] {
        assert_eq!(penalty(EditionId::Order117, key).authority, None, "{key}");
    }
}

#[test]
fn a_sheet_names_the_penalty_that_the_provisions_name_for_its_article() {
    for &id in EditionId::ALL {
        let own = &edition(id).instrument;
        for sheet in edition(id).reports.iter().flat_map(|report| &report.sheets) {
            let punished = edition(id).penalty_of(&sheet.article);
            if sheet.article.instrument == *own {
                assert_eq!(
                    punished.map(|row| &row.article),
                    Some(&sheet.penalty),
                    "{}",
                    sheet.key
                );
            } else {
                assert_eq!(punished, None, "{}", sheet.key);
            }
        }
    }
}
