//! The two READMEs say the same: what can be typed, and where one reads on, is equal in both languages.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    fs::read_to_string(root.expect("the workspace").join(name)).expect(name)
}

/// What can be typed: the lines of all blocks but real output, without remarks.
fn typed(text: &str) -> Vec<String> {
    let blocks = text.split("\n```").skip(1).step_by(2);
    let blocks = blocks.filter(|block| !block.starts_with("text\n"));
    let lines = blocks.flat_map(|block| block.lines().skip(1));
    lines
        .map(|line| {
            line.split(" # ")
                .next()
                .unwrap_or(line)
                .trim_end()
                .to_owned()
        })
        .collect()
}

/// Where links lead, but for the one to the other language.
fn links(text: &str) -> BTreeSet<&str> {
    let targets = text.split("](").skip(1);
    targets
        .filter_map(|rest| rest.split(')').next())
        .filter(|target| !target.starts_with("README"))
        .collect()
}

/// The commands and targets that are named, up to what stands in for a value.
fn named(text: &str) -> BTreeSet<String> {
    let code = text.split('`').skip(1).step_by(2);
    code.filter(|code| code.starts_with("minglu") || code.starts_with("make"))
        .map(|code| code.replace("文件", "FILE").replace("命令", "COMMAND"))
        .collect()
}

#[test]
fn both_readmes_say_the_same() {
    let (english, chinese) = (read("README.md"), read("README.zh-CN.md"));
    assert!(english.contains("](README.zh-CN.md)") && chinese.contains("](README.md)"));
    assert_eq!(typed(&english), typed(&chinese));
    assert!(typed(&english).len() > 15, "{:?}", typed(&english));
    assert_eq!(links(&english), links(&chinese));
    assert_eq!(named(&english), named(&chinese));
    assert!(named(&english).len() > 15, "{:?}", named(&english));
    let sections = |text: &str| text.lines().filter(|line| line.starts_with("## ")).count();
    assert_eq!(sections(&english), sections(&chinese));
}
