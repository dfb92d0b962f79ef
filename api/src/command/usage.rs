//! A wrong usage told in Chinese: clap knows what is wrong, but says it in English only.

use std::error::Error as _;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use entity::kind::UnknownName;
use entity::value::window::UnknownWindow;

use crate::config::NotASetting;
use crate::vault::{KeyUse, Suite, UnknownRing, UnknownSuite};
use crate::words::Told as _;

/// What is wrong with what was typed, and where the usage is explained.
pub(super) fn chinese(wrong: &Error) -> String {
    format!("用法有误：{}。请看 minglu --help", what(wrong))
}

fn what(wrong: &Error) -> String {
    let told = |kind| match wrong.get(kind) {
        Some(ContextValue::Strings(several)) => several.join("、"),
        Some(one) => one.to_string(),
        None => String::new(),
    };
    let flag = told(ContextKind::InvalidArg);
    let value = told(ContextKind::InvalidValue);
    let instead = |kind| match told(kind) {
        text if text.is_empty() => text,
        text => format!("，是否要用 {text}"),
    };
    match wrong.kind() {
        ErrorKind::InvalidSubcommand => format!(
            "没有命令 {}{}",
            told(ContextKind::InvalidSubcommand),
            instead(ContextKind::SuggestedSubcommand)
        ),
        ErrorKind::UnknownArgument => {
            format!("没有参数 {flag}{}", instead(ContextKind::SuggestedArg))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少 {flag}"),
        ErrorKind::ArgumentConflict => {
            format!("{flag} 不能与 {} 同时使用", told(ContextKind::PriorArg))
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("{flag} 须有值"),
        ErrorKind::InvalidValue => format!(
            "{flag} 不能是 {value:?}；可用：{}",
            told(ContextKind::ValidValue)
        ),
        ErrorKind::ValueValidation => format!("{flag} 不能是 {value:?}{}", because(wrong)),
        ErrorKind::InvalidUtf8 => "不是 UTF-8 文本".to_owned(),
        other => format!("{flag} {other}").trim_start().to_owned(),
    }
}

/// Why a value was refused: our own reasons in Chinese, others in their own words.
fn because(wrong: &Error) -> String {
    let Some(cause) = wrong.source() else {
        return String::new();
    };
    if let Some(fault) = cause.downcast_ref::<NotASetting>() {
        return format!("，{}", fault.zh());
    }
    if let Some(fault) = cause.downcast_ref::<UnknownName>() {
        return format!("；可用：{}", fault.known.join("、"));
    }
    if cause.is::<UnknownWindow>() {
        return "，须写作 2027-01 或者 2027-07".to_owned();
    }
    if cause.is::<UnknownRing>() {
        return format!("；可用：{}", KeyUse::ALL.map(KeyUse::name).join("、"));
    }
    if cause.is::<UnknownSuite>() {
        return format!("；可用：{}", Suite::ALL.map(Suite::name).join("、"));
    }
    if cause.is::<uuid::Error>() {
        return "，须为编号，如 01933f5e-0000-7000-8000-000000000000".to_owned();
    }
    if cause.is::<chrono::ParseError>() {
        return "，日期须写作 2027-01-05，时刻须写作 2027-01-05T09:30:00+08:00".to_owned();
    }
    format!("：{cause}")
}
