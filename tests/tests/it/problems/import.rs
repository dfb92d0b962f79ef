//! Files that are read line by line, and files that are screened.

use serde_json::json;

use super::scene::Scene;
use super::{Deed, Row};

pub(super) fn rows(scene: &Scene) -> Vec<Row> {
    let line = |code, path| Row::new(code, Deed::ReadImport, json!(scene.import), path);
    let codes = [
        "SCREENING_FORMAT",
        "SCREENING_PROTECTED",
        "SCREENING_DAMAGED",
        "SCREENING_HEADER",
    ];
    let screened = codes.into_iter().zip(&scene.screened);
    let screened =
        screened.map(|(code, id)| Row::new(code, Deed::ReadScreening, json!(id), "file"));
    let mut rows = vec![
        line("LINE_UNREADABLE", "1").says("JSON"),
        line("FIELD_UNKNOWN", "2.nmae"),
        line("VALUE_FORM", "3.name").says("String"),
        line("LINE_TOO_LONG", "4").says("262144"),
        Row::new(
            "IMPORT_ENDED",
            Deed::CancelImport,
            json!({ "job": scene.import }),
            "job",
        )
        .says("已写入"),
    ];
    rows.extend(screened);
    rows
}
