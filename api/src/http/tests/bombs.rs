//! Documents built to cost more than they weigh. Each must be refused by name before it is executed: what executing one
//! would take is minutes, so the patience here only tells a refusal from a hang on a busy machine.

use std::{fmt::Write as _, time::Instant};

use serde_json::{Value, json};

use super::{Answer, App};

/// Sends a bomb and holds a watch beside it.
async fn refused_at_once(app: &App, query: &str) -> Answer {
    let begun = Instant::now();
    let answer = app.ask(query).await;
    assert!(begun.elapsed().as_secs() < 60, "took {:?}", begun.elapsed());
    answer
}

/// `count` fragments, each spreading the next one twice.
fn doubling(count: usize) -> String {
    let mut query = String::from("{ me { ...f0 } }\n");
    for index in 0..count {
        let next = index + 1;
        writeln!(
            query,
            "fragment f{index} on Node {{ ...f{next} ...f{next} }}"
        )
        .unwrap();
    }
    write!(query, "fragment f{count} on Node {{ leaf {{ value }} }}").unwrap();
    query
}

#[tokio::test]
async fn doubling_fragments_are_refused_in_milliseconds() {
    let app = App::new();
    for count in [14, 22, 28, 1_000] {
        let answer = refused_at_once(&app, &doubling(count)).await;
        assert_eq!(answer.error(), (400, "LIMIT_EXCEEDED"), "{count}");
    }
    assert_eq!(app.ask(&doubling(5)).await.status, 200);
}

#[tokio::test]
async fn doubling_through_inline_fragments_aliases_and_unused_operations_is_found_too() {
    let app = App::new();
    let mut wide = String::from("query A { hello } query B { me { ...f0 } }\n");
    for index in 0..12 {
        let next = index + 1;
        let inline = format!("... on Node {{ ...f{next} }}");
        writeln!(
            wide,
            "fragment f{index} on Node {{ {inline} {inline} {inline} }}"
        )
        .unwrap();
    }
    wide.push_str("fragment f12 on Node { leaf { value } }");
    let body = json!({ "query": wide, "operationName": "A" });
    assert_eq!(app.post(&body).await.error(), (400, "LIMIT_EXCEEDED"));
    let mut aliased = String::from("{ me { ...f0 } }\n");
    for index in 0..10 {
        let next = index + 1;
        writeln!(
            aliased,
            "fragment f{index} on Node {{ a: me {{ ...f{next} }} b: me {{ ...f{next} }} }}"
        )
        .unwrap();
    }
    aliased.push_str("fragment f10 on Node { leaf { value } }");
    assert_eq!(
        refused_at_once(&app, &aliased).await.error(),
        (400, "LIMIT_EXCEEDED")
    );
    let unused = doubling(22).replacen("{ me { ...f0 } }", "{ hello }", 1);
    assert_eq!(
        refused_at_once(&app, &unused).await.error(),
        (400, "LIMIT_EXCEEDED")
    );
}

#[tokio::test]
async fn fragments_that_spread_themselves_are_invalid() {
    let app = App::new();
    for query in [
        "{ me { ...a } } fragment a on Node { ...a }",
        "{ me { ...a } } fragment a on Node { me { ...b } } fragment b on Node { me { ...a } }",
        "{ hello } fragment a on Node { ...b } fragment b on Node { ...a }",
    ] {
        assert_eq!(
            refused_at_once(&app, query).await.error(),
            (400, "VALIDATION_FAILED")
        );
    }
    let unknown = app.ask("{ me { ...nobody } }").await;
    assert_eq!(unknown.error(), (400, "VALIDATION_FAILED"));
}

#[tokio::test]
async fn counts_are_bounded_after_expansion() {
    let app = App::new();
    let many = |count: usize, one: &dyn Fn(usize) -> String| -> String {
        (0..count).map(one).collect::<Vec<_>>().join(" ")
    };
    let typenames = format!("{{ {} }}", many(101, &|n| format!("a{n}: __typename")));
    let spread = "{ me { ...f } a: me { ...f } b: me { ...f } } fragment f on Node { LEAVES }";
    let leaves = many(40, &|n| format!("l{n}: leaf {{ value }}"));
    let directives = format!(
        "{{ {} }}",
        many(51, &|_| "hello @skip(if: false)".to_owned())
    );
    let fields = format!("{{ {} }}", many(10_001, &|_| "hello".to_owned()));
    let spreads = format!(
        "{{ {} }} fragment f on Query {{ hello }}",
        many(1_001, &|_| "...f".to_owned())
    );
    let deep = |levels: usize| {
        format!(
            "{{ {}leaf {{ value }}{} }}",
            "me { ".repeat(levels),
            " }".repeat(levels)
        )
    };
    let inline = format!("{{ {}hello{} }}", "... { ".repeat(32), " }".repeat(32));
    let arguments = format!("{{ sum({}) }}", many(101, &|n| format!("a{n}: 1")));
    let variables = format!(
        "query({}) {{ hello }}",
        many(201, &|n| format!("$v{n}: Int"))
    );
    let tokens = format!("{{ list(ids: [{}]) }}", "1 ".repeat(20_000));
    let name = format!("{{ {} }}", "a".repeat(129));
    let aliases = spread.replace("LEAVES", &leaves);
    let comment = format!("{{ hello }} #{}", " ".repeat(1 << 20));
    let bombs = [
        (typenames, "别名"),
        (aliases, "别名"),
        (directives, "指令"),
        (fields, "字段"),
        (spreads, "片段引用"),
        (deep(14), "字段层级"),
        (inline, "选择集层级"),
        (arguments, "参数"),
        (variables, "变量"),
        (tokens, "词法记号"),
        (name, "名称字节"),
        (comment, "查询文档超过"),
    ];
    for (bomb, word) in &bombs {
        let answer = refused_at_once(&app, bomb).await;
        assert_eq!(
            answer.error(),
            (400, "LIMIT_EXCEEDED"),
            "{word} {}",
            answer.text
        );
        assert!(
            answer.message().contains(word),
            "{word} {}",
            answer.message()
        );
    }
    let within = format!("{{ {} }}", many(100, &|n| format!("a{n}: __typename")));
    assert_eq!(app.ask(&within).await.status, 200);
    assert_eq!(app.ask(&deep(13)).await.status, 200);
    let list = format!("{{ list(ids: [{}]) }}", "1 ".repeat(19_000));
    assert_eq!(
        app.ask(&list).await.json,
        json!({ "data": { "list": 19_000 } })
    );
}

#[tokio::test]
async fn nesting_never_reaches_a_parsers_stack() {
    let app = App::new();
    let hundred_thousand = 100_000;
    for bomb in [
        "{".repeat(hundred_thousand),
        "{a".repeat(hundred_thousand),
        format!("{{ list(ids: {}", "[".repeat(hundred_thousand)),
        format!("{{ sum(pair: {}", "{a:".repeat(hundred_thousand)),
        format!("query($a: {}Int", "[".repeat(hundred_thousand)),
        format!("{{ echo(text: \"\\\"\") {}", "{a".repeat(hundred_thousand)),
        format!(
            "{{ echo(text: \"\"\"\\\"\"\" \"\"\") {}",
            "{a".repeat(hundred_thousand)
        ),
        format!("# \"\n{}", "{a".repeat(hundred_thousand)),
    ] {
        let answer = refused_at_once(&app, &bomb).await;
        assert_eq!(answer.error(), (400, "LIMIT_EXCEEDED"), "{}", &bomb[..40]);
    }
}

#[tokio::test]
async fn brackets_cannot_hide_behind_a_string_that_never_ends() {
    let app = App::new();
    let brackets = "[".repeat(100_000);
    for bomb in [
        format!("{{ list(ids: [\"\"\" \" {brackets}"),
        format!("{{ list(ids: [\"\"\" \" \" {brackets}"),
        format!("{{ list(ids: [\" {brackets}"),
        format!("{{ list(ids: [\"\n {brackets}"),
    ] {
        let answer = refused_at_once(&app, &bomb).await;
        assert_eq!(answer.error(), (400, "PARSE_FAILED"), "{}", &bomb[..30]);
    }
    let quoted = format!("{{ echo(text: \"{brackets}\") }} # {brackets}");
    assert_eq!(app.ask(&quoted).await.status, 200);
    let block = format!("{{ echo(text: \"\"\"{brackets} \\\"\"\" \" \n\"\"\") }}");
    assert_eq!(app.ask(&block).await.status, 200);
}

#[tokio::test]
async fn json_is_bounded_before_it_is_read() {
    let app = App::new();
    for open in ["[", "{\"a\":"] {
        let deep = format!(
            "{{\"query\":\"{{hello}}\",\"variables\":{{\"a\":{}",
            open.repeat(100_000)
        );
        assert_eq!(app.post_bytes(deep).await.error(), (400, "LIMIT_EXCEEDED"));
        assert_eq!(
            app.post_bytes(open.repeat(100_000)).await.error(),
            (400, "LIMIT_EXCEEDED")
        );
    }
    let wide = json!({ "query": "{ hello }", "variables": { "a": vec![0; 300_000] } });
    assert_eq!(app.post(&wide).await.error(), (400, "LIMIT_EXCEEDED"));
    let quoted = json!({ "query": "{ hello }", "extensions": { "a": "[{,".repeat(200_000) } });
    assert_eq!(app.post(&quoted).await.status, 200);
}

#[tokio::test]
async fn many_wrong_fields_give_a_short_answer() {
    let app = App::new();
    let wrong: Vec<_> = (0..5_000).map(|index| format!("nothing{index}")).collect();
    let answer = refused_at_once(&app, &format!("{{ {} }}", wrong.join(" "))).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json["errors"].as_array().map(Vec::len), Some(20));
}

#[tokio::test]
async fn a_default_of_an_unknown_list_type_does_not_panic() {
    let app = App::new();
    for query in [
        "query($a: [Nobody] = [1]) { list(ids: $a) }",
        "query($a: [[Nobody!]!] = [[{}]]) { hello }",
        "query($a: Nobody = 1) { hello }",
    ] {
        let answer = app.ask(query).await;
        assert_eq!(answer.error(), (400, "VALIDATION_FAILED"), "{query}");
        assert!(answer.message().contains("Nobody"));
    }
    let known = app
        .ask("query($a: [Int!] = [1, 2]) { list(ids: $a) }")
        .await;
    assert_eq!(known.json, json!({ "data": { "list": 2 } }));
}

#[tokio::test]
async fn a_thousand_registrations_as_variables_fit_the_defaults() {
    let app = App::new();
    let item: Value = (0..60)
        .map(|index| (format!("field{index}"), json!("名称".repeat(8))))
        .collect();
    let body = json!({ "query": "{ hello }", "variables": { "items": vec![item; 1_000] } });
    assert_eq!(app.post(&body).await.status, 200);
}
