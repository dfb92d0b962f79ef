//! What counts as reading a whole table, and how a plan is told, on plans as the databases word them.

use super::{Plan, Step};

fn postgres(plan: &str) -> Plan {
    let lines: Vec<String> = plan.lines().map(ToOwned::to_owned).collect();
    Plan::of_postgres(&lines)
}

fn sqlite(steps: &[(i32, i32, &str)]) -> Plan {
    let step = |(id, parent, detail): &(i32, i32, &str)| Step {
        id: *id,
        parent: *parent,
        detail: (*detail).to_owned(),
    };
    Plan::of_sqlite(&steps.iter().map(step).collect::<Vec<_>>())
}

#[test]
fn postgres_reads_all_by_four_names() {
    for (plan, scan) in [
        (
            "Seq Scan on registration\n  Filter: (id > 'a'::uuid)",
            "Seq Scan on registration",
        ),
        (
            "Limit\n  ->  Parallel Seq Scan on party party_1",
            "Parallel Seq Scan on party",
        ),
        (
            "Limit\n  ->  Index Scan Backward using registration_pkey on registration\n        Filter: (a = 'b'::text)",
            "Index Scan Backward using registration_pkey on registration",
        ),
        (
            "Limit\n  ->  Index Scan using registration_pkey on registration\n        Index Cond: (id > 'a'::uuid)",
            "Index Scan using registration_pkey on registration",
        ),
    ] {
        assert_eq!(postgres(plan).scans, [scan]);
    }
}

#[test]
fn postgres_reads_a_range_a_small_table_or_nothing() {
    for plan in [
        "Limit\n  ->  Index Scan using ix on registration\n        Index Cond: ((kind)::text = 'OPERATOR'::text)",
        "Bitmap Heap Scan on registration\n  ->  Bitmap Index Scan on ix\n        Index Cond: (seat = '330106'::text)",
        "Seq Scan on platform",
        "Result\n  One-Time Filter: false\n  ->  Seq Scan on registration",
    ] {
        assert_eq!(postgres(plan).scans, [""; 0], "{plan}");
    }
}

#[test]
fn sqlite_reads_all_by_three_names() {
    for scan in [
        "SCAN registration",
        "SCAN account USING INDEX ix_account_registration",
        "SEARCH revision USING INDEX sqlite_autoindex_revision_1 (registration_id>?)",
    ] {
        assert_eq!(sqlite(&[(2, 0, scan)]).scans, [scan]);
    }
    let page = sqlite(&[
        (2, 0, "CO-ROUTINE registration"),
        (
            9,
            2,
            "SEARCH registration USING INDEX ix (platform_key=? AND id>?)",
        ),
        (30, 0, "SCAN registration"),
        (40, 0, "SCAN platform"),
    ]);
    assert_eq!(
        page.scans, [""; 0],
        "the page is a subquery that bears the table's name"
    );
}

#[test]
fn a_plan_is_told_without_literals_and_what_is_alike_once() {
    let plan = postgres(
        "Limit
  ->  Merge Append
        Sort Key: registration_1.id DESC
        ->  Limit
              ->  Index Scan Backward using ix on registration registration_1
                    Index Cond: ((kind = 'OPERATOR'::text) AND (id < '0190'::uuid))
                    Filter: (source = 'PLATFORM'::text)
        ->  Limit
              ->  Index Scan Backward using ix on registration registration_2
                    Index Cond: ((kind = 'OPERATOR'::text) AND (id < '0190'::uuid))
                    Filter: (source = 'PLATFORM'::text)",
    );
    insta::assert_snapshot!(plan, @r"
      Limit
        -> Merge Append
          Sort Key: registration.id
          -> 2 × Limit
            -> Index Scan using ix on registration
              Index Cond: ((kind = …))
    ");
    assert_eq!(plan.ways().into_iter().collect::<Vec<_>>(), [("ix", 2)]);
    assert_eq!(plan.sorts(), 0, "they come in order");
}

#[test]
fn a_tree_of_pairs_is_told_as_one_list() {
    let plan = sqlite(&[
        (1, 0, "MERGE (UNION ALL)"),
        (2, 1, "LEFT"),
        (3, 2, "MERGE (UNION ALL)"),
        (4, 3, "LEFT"),
        (5, 4, "SEARCH registration USING INDEX ix (seat=?)"),
        (6, 3, "RIGHT"),
        (7, 6, "SEARCH registration USING INDEX ix (seat=?)"),
        (8, 1, "RIGHT"),
        (9, 8, "SEARCH registration USING INDEX iy (seat=?)"),
        (10, 0, "USE TEMP B-TREE FOR ORDER BY"),
    ]);
    insta::assert_snapshot!(plan, @r"
      MERGE (UNION ALL)
        2 × SEARCH registration USING INDEX ix (seat=?)
        SEARCH registration USING INDEX iy (seat=?)
      USE TEMP B-TREE FOR ORDER BY
    ");
    assert_eq!(plan.sorts(), 1);
}
