//! Holds the law's tables against the tests that name their cells: a cell without a test fails here, and so does a claim
//! to a cell that does not exist. That each claim is true is for the tests that make it.

use std::fs;

use rules::edition::EditionId;
use tests::coverage::{Claim, PROBLEMS, Proof, claims, claims_of, empty, root, sources, unproven};

#[test]
fn every_cell_of_both_editions_has_a_test() {
    let sources = sources();
    let unproven = unproven(&claims(&sources));
    assert!(
        unproven.is_empty(),
        "no test names {unproven:#?}; write one that holds them against the text and names them to `cited`"
    );
}

#[test]
fn every_claim_is_to_a_cell() {
    let sources = sources();
    let empty = empty(&claims(&sources));
    assert!(empty.is_empty(), "there is no such cell: {empty:#?}");
}

#[test]
fn both_editions_are_claimed_by_many_tests() {
    let sources = sources();
    let claims = claims(&sources);
    for id in EditionId::ALL {
        let of = |claim: &&Claim<'_>| claim.name.starts_with(id.as_str());
        assert!(claims.iter().filter(of).count() > 80, "{id}");
    }
}

#[test]
fn the_problems_test_is_where_the_document_says() {
    let Proof { file, test } = PROBLEMS;
    let text = fs::read_to_string(root().join(file)).expect("the test's file");
    assert!(text.contains(&format!("mod {test} {{")));
}

#[test]
fn claims_are_read_from_tests_and_from_nothing_else() {
    let text = r#"
    fn helper() { cited("order-117/helper"); }

    #[test]
    fn one() {
        assert_eq!(cited("order-117/a.B"), "第一条");
        assert_eq!(
            cited_below(
                "draft-2025/c",
            ),
            []
        );
        // cited("order-117/comment")
        excited("order-117/other");
        cited(name);
    }

    fn between() { cited("order-117/between"); }

    #[test]
    #[ignore]
    fn two() {
        cited("order-117/ignored");
    }

    #[test]
    #[should_panic(expected = "no")]
    fn three() {
        cited("order-117/d");
    }
"#;
    let claim = |test, name, below| {
        let proof = Proof { file: "f.rs", test };
        Claim { proof, name, below }
    };
    let expected = [
        claim("one", "order-117/a.B", false),
        claim("one", "draft-2025/c", true),
        claim("three", "order-117/d", false),
    ];
    assert_eq!(claims_of("f.rs", text), expected);
    assert!(expected[0].covers("order-117/a.B") && !expected[0].covers("order-117/a.B.C"));
    assert!(expected[1].covers("draft-2025/c.D") && !expected[1].covers("draft-2025/cc"));
    assert!(!expected[1].covers("draft-2025/c"));
}
