//! Every code has whole words in both languages, and every fact they name is documented.

use std::collections::BTreeSet;

use super::*;

fn entries() -> impl Iterator<Item = (&'static str, &'static Entry)> {
    GROUPS
        .iter()
        .flat_map(|group| &group.codes)
        .map(|(code, entry)| (code.as_str(), entry))
}

/// The facts that a template names, with whether each stands inside brackets.
fn named(template: &str) -> Vec<(&str, bool)> {
    let mut facts = Vec::new();
    for (index, _) in template.match_indices('{') {
        let (before, after) = template.split_at(index);
        let inside = before.matches('[').count() > before.matches(']').count();
        facts.push((after[1..].split_once('}').unwrap().0, inside));
    }
    facts
}

#[test]
fn every_code_has_one_entry_and_no_entry_is_unknown() {
    let known: BTreeSet<_> = ProblemCode::ALL.iter().map(|code| code.as_str()).collect();
    let worded: BTreeSet<_> = entries().map(|(code, _)| code).collect();
    assert_eq!(known, worded);
    assert_eq!(
        entries().count(),
        worded.len(),
        "a code stands in two groups"
    );
}

#[test]
fn every_entry_is_worded_in_full() {
    for (code, entry) in entries() {
        for chinese in [&entry.zh, &entry.cause, &entry.mend] {
            assert!(
                !chinese.is_ascii() && chinese.ends_with('。'),
                "{code}: {chinese}"
            );
        }
        assert!(
            entry.en.is_ascii() && entry.en.ends_with('.'),
            "{code}: {}",
            entry.en
        );
        for template in [&entry.zh, &entry.en] {
            assert_eq!(
                template.matches('[').count(),
                template.matches(']').count(),
                "{code}"
            );
            let bare = fill(template, |_| None);
            assert!(
                !bare.contains(['{', '}', '[', ']']) && bare.len() > 6,
                "{code}: {bare}"
            );
        }
    }
}

#[test]
fn every_fact_of_a_message_is_documented_bracketed_and_said_in_both_languages() {
    for (code, entry) in entries() {
        let [zh, en] = [&entry.zh, &entry.en].map(|template| named(template));
        for (name, bracketed) in zh.iter().chain(&en) {
            assert!(
                FACTS.contains_key(*name),
                "{code}: {name} is not documented"
            );
            assert!(*bracketed, "{code}: {name} stands outside brackets");
        }
        let [zh, en] = [zh, en].map(|facts| facts.into_iter().collect::<BTreeSet<_>>());
        assert_eq!(zh, en, "{code}");
    }
    for (name, fact) in FACTS.iter() {
        assert!(!fact.meaning.is_empty(), "{name}");
        if let Some(vocabulary) = &fact.labels {
            assert!(crate::label::is_known(vocabulary), "{name}: {vocabulary}");
        }
    }
}

#[test]
fn every_article_resolves_in_both_editions_or_in_none() {
    for &code in ProblemCode::ALL {
        let [order, draft] =
            [EditionId::Order117, EditionId::Draft2025].map(|id| article(code, id));
        assert_eq!(order.is_some(), draft.is_some(), "{}", code.as_str());
        let entry = entry(code).unwrap();
        assert_eq!(
            order.is_some(),
            entry.order_117.is_some(),
            "{}: unknown key",
            code.as_str()
        );
        assert_eq!(
            draft.is_some(),
            entry.draft_2025.is_some(),
            "{}: unknown key",
            code.as_str()
        );
    }
    let sharing = article(ProblemCode::DivisionRequired, EditionId::Draft2025).unwrap();
    assert_eq!(sharing.instrument, "直播电商监督管理办法（征求意见稿）");
    assert_eq!(sharing.number, "第四十条第二款");
    assert_eq!(article(ProblemCode::NotFound, EditionId::Order117), None);
}

#[test]
fn facts_fill_the_message_and_their_absence_leaves_it_whole() {
    let closed = Finding::error(ProblemCode::WindowNotOpen);
    assert_eq!(message(&closed, Lang::Zh), "报送期尚未开始。");
    let dated = closed.with("date", "2027-01-01");
    assert_eq!(
        message(&dated, Lang::Zh),
        "报送期尚未开始，2027-01-01起可以报送。"
    );
    assert_eq!(
        message(&dated, Lang::En),
        "The window is not open yet; filing begins on 2027-01-01."
    );
    let character = Finding::error(ProblemCode::CreditCodeCharacter).at_character(9);
    assert!(message(&character, Lang::Zh).starts_with("统一社会信用代码第9位的字符不允许使用"));
}

#[test]
fn stored_names_are_shown_under_their_labels() {
    let finding = Finding::error(ProblemCode::WrongState)
        .with("state", "ACCEPTED")
        .with("deed", "WITHDRAW");
    assert_eq!(
        message(&finding, Lang::Zh),
        "报送的状态为“已接收”，不允许进行此操作：撤回。"
    );
    let unlabelled = Finding::error(ProblemCode::BetterIdentityKind).with("kind", "NEW_KIND");
    assert!(message(&unlabelled, Lang::Zh).contains("“NEW_KIND”"));
}

#[test]
fn a_fact_is_never_read_as_a_template() {
    let finding = Finding::error(ProblemCode::ScopeUnknown).with("scope", "[{max}]");
    assert!(message(&finding, Lang::Zh).contains("：[{max}]"));
}

#[test]
fn the_manual_has_a_section_for_every_code() {
    let text = manual();
    for &code in ProblemCode::ALL {
        assert_eq!(
            text.matches(&format!("\n### {}\n", code.as_str())).count(),
            1
        );
        assert!(text.contains(mend(code)) && text.contains(cause(code)));
    }
    assert!(text.contains("依据：《中华人民共和国未成年人保护法》第七十六条\n"));
}
