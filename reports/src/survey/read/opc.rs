//! How the parts of a workbook name one another (ECMA-376 part 2): by relationships, whose targets programs write relative,
//! absolute or with backslashes. What leads out of the file is never followed.

use super::super::raw::Refusal;
use super::xml::{Scanner, Token};
use crate::untrusted::package::Package;

/// A relationship.
pub(super) struct Relation {
    pub(super) id: String,
    /// The last word of its type.
    pub(super) kind: String,
    /// The part, from the root of the package.
    pub(super) target: String,
    external: bool,
}

/// The part that is the document, if the package says.
pub(super) fn main_part(package: &mut Package<'_>) -> Result<Option<String>, Refusal> {
    let relations = relations(package, "")?;
    let main = relations
        .into_iter()
        .find(|relation| relation.kind == "officeDocument" && !relation.external);
    let main = main.map(|relation| relation.target);
    // Programs that forget the relationship keep the names.
    let usual = ["xl/workbook.xml", "xl/workbook.bin"];
    Ok(main.or_else(|| {
        let found = usual.iter().find(|name| package.has(name));
        found.map(|name| (*name).to_owned())
    }))
}

/// The relationships of a part, or of the package.
pub(super) fn relations(package: &mut Package<'_>, part: &str) -> Result<Vec<Relation>, Refusal> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let name = format!("{folder}/_rels/{file}.rels");
    let mut relations = Vec::new();
    let Some(xml) = package.part(&name)? else {
        return Ok(relations);
    };
    let mut xml = Scanner::new(xml)?;
    loop {
        match xml.token()? {
            Token::Open(tag) if tag.name == b"Relationship" => {
                let kind = tag.attribute(b"Type")?.unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default();
                let target = tag.attribute(b"Target")?.unwrap_or_default();
                let mode = tag.attribute(b"TargetMode")?;
                relations.push(Relation {
                    id: tag.attribute(b"Id")?.unwrap_or_default(),
                    kind: kind.to_owned(),
                    target: resolved(folder, &target),
                    external: mode.is_some_and(|mode| mode.eq_ignore_ascii_case("External")),
                });
            }
            Token::End => return Ok(relations),
            _ => {}
        }
    }
}

/// Refuses what brings values from elsewhere. A link in a cell is only a text that people may click.
pub(super) fn contained(relations: &[Relation]) -> Result<(), Refusal> {
    let leads_out = |relation: &&Relation| match relation.kind.as_str() {
        "externalLink" | "connections" | "externalLinkPath" | "xlExternalLinkPath" => true,
        "hyperlink" => false,
        _ => relation.external,
    };
    match relations.iter().find(leads_out) {
        Some(_) => Err(Refusal::Dangerous(
            "links to other files or data sources".to_owned(),
        )),
        None => Ok(()),
    }
}

/// A target from the folder of the part that names it.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut steps: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|step| !step.is_empty()).collect(),
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::resolved;

    #[test]
    fn targets_are_found_however_they_are_written() {
        for (folder, target) in [
            ("xl", "worksheets/sheet1.xml"),
            ("xl", "/xl/worksheets/sheet1.xml"),
            ("xl", "./worksheets/sheet1.xml"),
            ("xl/other", "..\\worksheets\\sheet1.xml"),
            ("", "/xl/worksheets//sheet1.xml"),
        ] {
            assert_eq!(resolved(folder, target), "xl/worksheets/sheet1.xml");
        }
        assert_eq!(resolved("xl", "../../../etc/passwd"), "etc/passwd");
    }
}
