//! The ladders of both editions, and every office that is told of every rung.

use super::*;
use crate::coverage::cited;
use crate::edition::{EditionId, edition};

use Authority::{Cyberspace, Market};
use DispositionKind::{
    AccountClosure, Blacklisting, FunctionLimit, LivePause, LiveSuspension, PageWarning,
    ReregistrationBan, ServiceSuspension, ServiceTermination, TrafficLimit, Warning,
};
use OfficeLevel::{County, Province};
use SubjectKind::{Agency, Merchant, Operator, Platform, Streamer};

const BOTH_AT_COUNTY: [(OfficeLevel, Authority); 2] = [(County, Market), (County, Cyberspace)];
const BOTH_AT_PROVINCE: [(OfficeLevel, Authority); 2] =
    [(Province, Market), (Province, Cyberspace)];

fn names(id: EditionId, subject: SubjectKind) -> Vec<(DispositionKind, &'static str)> {
    let rungs = &edition(id).ladder(subject).unwrap().rungs;
    let name = |rung: &'static Rung| (rung.kind, rung.name.as_str());
    rungs.iter().map(name).collect()
}

fn told(
    id: EditionId,
    subject: SubjectKind,
    kind: DispositionKind,
) -> Vec<(OfficeLevel, Authority)> {
    let reports = edition(id).reports_of(subject, kind);
    reports.iter().map(|to| (to.level, to.authority)).collect()
}

/// Days of the reports of a measure, each once.
fn days(id: EditionId, subject: SubjectKind, kind: DispositionKind) -> Vec<Option<u32>> {
    let reports = edition(id).reports_of(subject, kind);
    let mut days: Vec<_> = reports.iter().map(|to| to.due.working_days).collect();
    days.dedup();
    days
}

#[test]
fn the_order_has_eight_rungs_against_operators_streamers_and_agencies() {
    for subject in [Operator, Streamer, Agency] {
        assert_eq!(
            names(EditionId::Order117, subject),
            [
                (Warning, "警示"),
                (FunctionLimit, "限制功能"),
                (TrafficLimit, "限制流量"),
                (LivePause, "暂停直播"),
                (LiveSuspension, "限期停播"),
                (AccountClosure, "关闭账号"),
                (ReregistrationBan, "禁止重新注册账号"),
                (Blacklisting, "列入黑名单"),
            ]
        );
    }
    assert_eq!(edition(EditionId::Order117).ladder(Platform), None);
    assert_eq!(cited("order-117/ladders.livestream"), "第十二条");
    assert_eq!(
        cited("order-117/ladders.livestream.rungs.WARNING"),
        "第十二条"
    );
    assert_eq!(
        cited("order-117/ladders.livestream.rungs.FUNCTION_LIMIT"),
        "第十二条"
    );
    assert_eq!(
        cited("order-117/ladders.livestream.rungs.TRAFFIC_LIMIT"),
        "第十二条"
    );
    assert_eq!(
        cited("order-117/ladders.livestream.rungs.LIVE_PAUSE"),
        "第十二条"
    );
    assert_eq!(
        cited("order-117/ladders.livestream.rungs.LIVE_SUSPENSION"),
        "第十二条"
    );
    assert_eq!(
        cited("order-117/ladders.livestream.rungs.ACCOUNT_CLOSURE"),
        "第十二条"
    );
    assert_eq!(
        cited("order-117/ladders.livestream.rungs.REREGISTRATION_BAN"),
        "第十二条"
    );
    assert_eq!(
        cited("order-117/ladders.livestream.rungs.BLACKLISTING"),
        "第十二条"
    );
}

#[test]
fn the_order_tells_the_county_of_every_rung_and_the_province_of_the_last_three_as_well() {
    let both = [BOTH_AT_COUNTY, BOTH_AT_PROVINCE].concat();
    for subject in [Operator, Streamer, Agency] {
        for kind in [
            Warning,
            FunctionLimit,
            TrafficLimit,
            LivePause,
            LiveSuspension,
        ] {
            assert_eq!(
                told(EditionId::Order117, subject, kind),
                BOTH_AT_COUNTY,
                "{kind}"
            );
        }
        for kind in [AccountClosure, ReregistrationBan, Blacklisting] {
            assert_eq!(told(EditionId::Order117, subject, kind), both, "{kind}");
            assert_eq!(days(EditionId::Order117, subject, kind), [None], "{kind}");
        }
    }
    let closure = edition(EditionId::Order117).reports_of(Operator, AccountClosure);
    assert!(
        closure
            .iter()
            .all(|to| to.article.number == "第十二条第三款")
    );
    assert!(told(EditionId::Order117, Platform, Warning).is_empty());
    assert!(told(EditionId::Order117, Operator, ServiceTermination).is_empty());
    assert_eq!(
        cited("order-117/ladders.livestream.reports.county"),
        "第十二条第三款"
    );
    assert_eq!(
        cited("order-117/ladders.livestream.reports.province"),
        "第十二条第三款"
    );
}

#[test]
fn the_order_asks_for_a_remedy_proportion_a_record_and_what_becomes_of_orders() {
    let ladder = edition(EditionId::Order117).ladder(Operator).unwrap();
    let asked = |statement| ladder.must_say(statement).is_some();
    assert!(asked(Statement::Remedy) && asked(Statement::Proportionality));
    assert!(asked(Statement::Record) && asked(Statement::OpenOrders));
    assert!(!asked(Statement::Term));
    assert_eq!(ladder.contents.len(), 4);
    assert_eq!(
        cited("order-117/ladders.livestream.contents.REMEDY"),
        "第十二条"
    );
    assert_eq!(
        cited("order-117/ladders.livestream.contents.PROPORTIONALITY"),
        "第十二条"
    );
    assert_eq!(
        cited("order-117/ladders.livestream.contents.RECORD"),
        "第十二条第三款"
    );
    assert_eq!(
        cited("order-117/ladders.livestream.contents.OPEN_ORDERS"),
        "第二十三条"
    );
}

#[test]
fn the_draft_has_six_rungs_under_its_own_names() {
    for subject in [Operator, Streamer, Agency] {
        assert_eq!(
            names(EditionId::Draft2025, subject),
            [
                (Warning, "警示提醒"),
                (FunctionLimit, "限制功能"),
                (LiveSuspension, "临时停播"),
                (AccountClosure, "注销账号"),
                (ReregistrationBan, "禁止重新注册"),
                (Blacklisting, "纳入黑名单"),
            ]
        );
    }
    assert_eq!(edition(EditionId::Draft2025).ladder(Platform), None);
    assert_eq!(cited("draft-2025/ladders.livestream"), "第七条第一款");
    assert_eq!(
        cited("draft-2025/ladders.livestream.rungs.WARNING"),
        "第七条第一款"
    );
    assert_eq!(
        cited("draft-2025/ladders.livestream.rungs.FUNCTION_LIMIT"),
        "第七条第一款"
    );
    assert_eq!(
        cited("draft-2025/ladders.livestream.rungs.LIVE_SUSPENSION"),
        "第七条第一款"
    );
    assert_eq!(
        cited("draft-2025/ladders.livestream.rungs.ACCOUNT_CLOSURE"),
        "第七条第一款"
    );
    assert_eq!(
        cited("draft-2025/ladders.livestream.rungs.REREGISTRATION_BAN"),
        "第七条第一款"
    );
    assert_eq!(
        cited("draft-2025/ladders.livestream.rungs.BLACKLISTING"),
        "第七条第一款"
    );
}

#[test]
fn the_draft_tells_the_province_of_the_last_four_and_nobody_of_the_rest() {
    for subject in [Operator, Streamer, Agency] {
        for kind in [Warning, FunctionLimit] {
            assert!(
                told(EditionId::Draft2025, subject, kind).is_empty(),
                "{kind}"
            );
        }
        for kind in [
            LiveSuspension,
            AccountClosure,
            ReregistrationBan,
            Blacklisting,
        ] {
            assert_eq!(
                told(EditionId::Draft2025, subject, kind),
                BOTH_AT_PROVINCE,
                "{kind}"
            );
            assert_eq!(days(EditionId::Draft2025, subject, kind), [None], "{kind}");
        }
    }
    let province = "第七条第二款";
    assert_eq!(
        cited("draft-2025/ladders.livestream.reports.province"),
        province
    );
    let twice = cited("draft-2025/ladders.livestream.reports.blacklisting");
    assert_eq!(twice, "第七条第二款、第十四条第一款");
}

#[test]
fn the_draft_asks_for_a_record_only() {
    let ladder = edition(EditionId::Draft2025).ladder(Operator).unwrap();
    assert!(ladder.must_say(Statement::Record).is_some());
    assert_eq!(ladder.contents.len(), 1);
    assert_eq!(
        cited("draft-2025/ladders.livestream.contents.RECORD"),
        "第十三条"
    );
}

#[test]
fn measures_against_merchants_are_reported_to_market_regulation_in_five_working_days() {
    for &id in EditionId::ALL {
        for (kind, _) in names(id, Merchant) {
            assert_eq!(told(id, Merchant, kind), [(County, Market)], "{id} {kind}");
            assert_eq!(days(id, Merchant, kind), [Some(5)], "{id} {kind}");
        }
        let ladder = edition(id).ladder(Merchant).unwrap();
        assert_eq!(ladder.subjects, [Merchant]);
        assert!(ladder.must_say(Statement::Record).is_some() && ladder.contents.len() == 1);
    }
    let sister = "《网络交易合规数据报送管理暂行办法》第八条";
    assert_eq!(cited("order-117/ladders.merchant.reports.county"), sister);
    assert_eq!(cited("order-117/ladders.merchant.contents.RECORD"), sister);
    assert_eq!(cited("draft-2025/ladders.merchant.reports.county"), sister);
    assert_eq!(cited("draft-2025/ladders.merchant.contents.RECORD"), sister);
}

#[test]
fn merchants_have_a_ladder_of_their_own() {
    let sister = "《网络交易合规数据报送管理暂行办法》第八条";
    assert_eq!(
        names(EditionId::Order117, Merchant),
        [
            (Warning, "警示"),
            (ServiceSuspension, "暂停服务"),
            (ServiceTermination, "终止服务"),
        ]
    );
    assert_eq!(cited("order-117/ladders.merchant"), sister);
    assert_eq!(cited("order-117/ladders.merchant.rungs.WARNING"), sister);
    assert_eq!(
        cited("order-117/ladders.merchant.rungs.SERVICE_SUSPENSION"),
        sister
    );
    assert_eq!(
        cited("order-117/ladders.merchant.rungs.SERVICE_TERMINATION"),
        sister
    );
    assert_eq!(
        names(EditionId::Draft2025, Merchant),
        [
            (Warning, "警示"),
            (PageWarning, "在其经营页面标注警示信息"),
            (ServiceSuspension, "暂停服务"),
            (ServiceTermination, "终止服务"),
        ]
    );
    assert_eq!(cited("draft-2025/ladders.merchant"), sister);
    assert_eq!(cited("draft-2025/ladders.merchant.rungs.WARNING"), sister);
    assert_eq!(
        cited("draft-2025/ladders.merchant.rungs.PAGE_WARNING"),
        "第十五条第二款"
    );
    assert_eq!(
        cited("draft-2025/ladders.merchant.rungs.SERVICE_SUSPENSION"),
        "第十五条第二款"
    );
    assert_eq!(
        cited("draft-2025/ladders.merchant.rungs.SERVICE_TERMINATION"),
        sister
    );
}

#[test]
fn every_rung_that_is_reported_is_on_the_ladder_and_has_a_clock() {
    for &id in EditionId::ALL {
        for ladder in &edition(id).ladders {
            for duty in &ladder.reports {
                assert!(duty.rungs.iter().all(|kind| ladder.rung(*kind).is_some()));
                assert!(edition(id).period(duty.due).is_some(), "{id} {}", duty.key);
                let merchants = ladder.subjects == [Merchant];
                let clock = if merchants {
                    PeriodKind::MerchantDispositionReport
                } else {
                    PeriodKind::DispositionReport
                };
                assert_eq!(duty.due, clock, "{id} {}", duty.key);
            }
        }
    }
}

#[test]
fn both_branches_may_demand_measures_against_three_kinds() {
    for &id in EditionId::ALL {
        let demand = &edition(id).demand;
        for authority in [Market, Cyberspace] {
            let against: Vec<_> = SubjectKind::ALL
                .iter()
                .filter(|kind| demand.allows(authority, **kind))
                .collect();
            assert_eq!(against, [&Operator, &Streamer, &Agency], "{id}");
        }
    }
    assert_eq!(cited("order-117/demand"), "第五十条");
    assert_eq!(cited("draft-2025/demand"), "第四十三条");
}

fn intended(subject: SubjectKind, kind: DispositionKind) -> Intended {
    Intended {
        subject,
        kind,
        from: NaiveDate::from_ymd_opt(2026, 12, 1).unwrap(),
        until: None,
        said: BTreeSet::from([
            Statement::Proportionality,
            Statement::Remedy,
            Statement::OpenOrders,
        ]),
    }
}

/// The codes that stand against a measure, with their fields.
fn against(id: EditionId, intended: &Intended) -> Vec<(&'static str, String)> {
    let found = edition(id).check_measure(intended);
    let told = |finding: Finding| (finding.code.as_str(), format!("{:?}", finding.path));
    found.into_iter().map(told).collect()
}

#[test]
fn who_may_not_go_on_is_said_by_the_rung() {
    let forbidden = |id, subject| {
        let all = DispositionKind::ALL.iter().copied();
        all.filter(|kind| edition(id).forbids(subject, *kind))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        forbidden(EditionId::Order117, Streamer),
        [
            LivePause,
            LiveSuspension,
            AccountClosure,
            ReregistrationBan,
            Blacklisting
        ]
    );
    assert_eq!(
        forbidden(EditionId::Draft2025, Operator),
        [
            LiveSuspension,
            AccountClosure,
            ReregistrationBan,
            Blacklisting
        ]
    );
    for &id in EditionId::ALL {
        assert_eq!(
            forbidden(id, Merchant),
            [ServiceSuspension, ServiceTermination]
        );
        assert!(forbidden(id, Platform).is_empty());
        assert!(!edition(id).forbidding().contains(&Warning));
        assert!(edition(id).forbidding().contains(&ServiceTermination));
    }
}

#[test]
fn a_measure_that_the_ladder_lacks_is_refused_and_a_listing_is_not_taken_by_itself() {
    let refused = |kind| against(EditionId::Order117, &intended(Merchant, kind));
    assert_eq!(refused(LivePause)[0].0, "DISPOSITION_NOT_OFFERED");
    assert_eq!(refused(Blacklisting)[0].0, "DISPOSITION_BY_LISTING");
    assert_eq!(refused(Warning), []);
    let page = intended(Merchant, PageWarning);
    assert_eq!(against(EditionId::Draft2025, &page), []);
    assert_eq!(
        against(EditionId::Order117, &page)[0].0,
        "DISPOSITION_NOT_OFFERED"
    );
}

#[test]
fn the_order_asks_for_three_statements_and_the_draft_for_none() {
    let mut silent = intended(Operator, Warning);
    silent.said.clear();
    let codes: Vec<_> = against(EditionId::Order117, &silent);
    assert_eq!(codes.len(), 3, "{codes:?}");
    for field in ["proportionality", "remedy", "openOrders"] {
        let named = codes.iter().filter(|(_, path)| path.contains(field));
        assert_eq!(named.count(), 1, "{field}");
    }
    assert_eq!(against(EditionId::Draft2025, &silent), []);
}

#[test]
fn a_suspension_for_a_term_has_an_end_and_no_end_lies_before_the_beginning() {
    let mut suspended = intended(Streamer, LiveSuspension);
    let refused = against(EditionId::Order117, &suspended);
    assert_eq!(refused[0].0, "DISPOSITION_STATEMENT_REQUIRED");
    assert_eq!(against(EditionId::Draft2025, &suspended), []);
    suspended.until = Some(suspended.from);
    assert_eq!(against(EditionId::Order117, &suspended), []);
    suspended.until = suspended.from.pred_opt();
    assert_eq!(against(EditionId::Order117, &suspended)[0].0, "DATE_ORDER");
}
