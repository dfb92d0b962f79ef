//! What pages within pages come to. The schema of these tests knows none of the lists, so a document that the guard lets
//! pass is then invalid: `VALIDATION_FAILED` stands for having passed.

use serde_json::json;

use super::{Answer, App};

const TOO_MUCH: &str = "LIMIT_EXCEEDED";
const PASSES: &str = "VALIDATION_FAILED";

/// The code of an answer's first error.
fn code(answer: &Answer) -> &str {
    let code = &answer.json["errors"][0]["extensions"]["code"];
    code.as_str().unwrap_or_else(|| panic!("{}", answer.text))
}

/// A page of a list, with its rows' own selection.
fn page(list: &str, rows: &str) -> String {
    format!("{list} {{ edges {{ node {{ id name status externalId kind {rows} }} cursor }} }}")
}

#[tokio::test]
async fn pages_within_pages_multiply() {
    let app = App::new();
    let history = "history(first: 500) { edges { node { number } } }";
    let inner = page("registrations(first: 500)", history);
    let whole = page("operators(first: 500)", &format!("party {{ {inner} }}"));
    let unasked = page("operators(first: 500)", &page("a", &page("b", "")));
    let in_fragments = "{ operators(first: 500) { ...page } }
        fragment page on C { edges { node { ...row } } }
        fragment row on R { ... on Operator { history(last: 500) { ...edge } agency { streamers(last: 9) { totalCount } } } }
        fragment edge on H { edges { node { number at by source } } }";
    for query in [
        format!("{{ {whole} }}"),
        format!("{{ {unasked} }}"),
        in_fragments.to_owned(),
    ] {
        let answer = app.ask(&query).await;
        assert_eq!(code(&answer), TOO_MUCH, "{query}");
        assert!(answer.message().contains("字段值"), "{}", answer.message());
    }
    // Each fits alone, and both fit a page of fifty.
    let fifty = page(
        "operators(first: 50)",
        &format!("{history} agency {{ {history} }}"),
    );
    let answer = app.ask(&format!("{{ {fifty} }}")).await;
    assert_eq!(code(&answer), PASSES);
}

#[tokio::test]
async fn sizes_in_variables_and_items_count_as_those_in_the_document() {
    let app = App::new();
    let rows = page(
        "operators(first: $n)",
        &page(
            "registrations(first: $m)",
            "history(first: $m) { edges { node { number } } }",
        ),
    );
    let query = format!("query($n: Int = 500, $m: Int = 500) {{ {rows} }}");
    assert_eq!(code(&app.ask(&query).await), TOO_MUCH, "defaults");
    let with = |n: i32, m: i32| json!({ "query": query, "variables": { "n": n, "m": m } });
    for (n, m, verdict) in [
        (500, 50, TOO_MUCH),
        (i32::MAX, i32::MAX, TOO_MUCH),
        (100, 20, PASSES),
    ] {
        assert_eq!(code(&app.post(&with(n, m)).await), verdict, "{n} {m}");
    }

    let results = |rows: &str| {
        format!(
            "results {{ index outcome registration {{ id name {rows} }} problems {{ code path }} }}"
        )
    };
    let nested = results("history(first: 500) { edges { node { number } } }");
    let write = |input: &str, selection: &str| {
        format!(
            "mutation($input: Pair, $items: [Pair!]) {{ registerOperators(input: {input}) {{ processed {selection} }} }}"
        )
    };
    let items = json!(vec![json!({}); 1_000]);
    let variables = json!({ "input": { "items": items }, "items": items });
    for input in ["$input", "{ items: $items }"] {
        let heavy = json!({ "query": write(input, &nested), "variables": variables });
        assert_eq!(code(&app.post(&heavy).await), TOO_MUCH, "{input}");
        let usual = json!({ "query": write(input, &results("")), "variables": variables });
        assert_eq!(code(&app.post(&usual).await), PASSES, "{input}");
    }
    let literal = format!("{{ items: [{}] }}", "{} ".repeat(1_000));
    let heavy = write(&literal, &nested);
    assert_eq!(code(&app.ask(&heavy).await), TOO_MUCH);
}

/// The pages that the contract's clients ask for.
#[tokio::test]
async fn ordinary_pages_pass() {
    let app = App::new();
    let ten = "phone revision fingerprint updatedAt source accounts { accountNumber role name since until }";
    let streamers = page(
        "streamers",
        "stageName residence { text division { code name } } phone",
    );
    let operators = page("operators(first: 20)", &streamers);
    let usual = [
        page("operators(first: 500)", ten),
        page(
            "streamers(first: 50)",
            &format!("agency {{ id name }} {operators}"),
        ),
        page(
            "operators(first: 500)",
            "party { registrations(first: 20) { edges { node { id } } } }",
        ),
        page(
            "submissions(first: 500)",
            "files { name bytes } problems { code path message }",
        ),
    ];
    for rows in usual {
        let answer = app.ask(&format!("{{ {rows} totalCount }}")).await;
        assert_eq!(code(&answer), PASSES, "{rows}");
    }
}

#[tokio::test]
async fn links_of_links_count_as_pages() {
    let app = App::new();
    let nested = |depth: usize, size: &str| {
        let links = format!("links{size} {{ kind state other {{ id ");
        format!(
            "{{ party(ref: {{ party: \"x\" }}) {{ {} }} }}",
            links.repeat(depth) + &" }".repeat(2 * depth)
        )
    };
    for (depth, size, verdict) in [
        (3, "", PASSES),
        (4, "", TOO_MUCH),
        (4, "(first: 10)", PASSES),
        (2, "(first: 500)", TOO_MUCH),
    ] {
        let answer = app.ask(&nested(depth, size)).await;
        assert_eq!(code(&answer), verdict, "{depth} {size}");
    }
}
