//! Embeds the page for trying the interface, if it was bundled into assets/graphiql. It runs no tool and fetches nothing:
//! a build without the page is a whole build.

use std::{env, fmt::Write as _, fs, io, path::Path};

fn main() -> io::Result<()> {
    // The folder above is watched, because it always exists: a missing one would rebuild the crate each time.
    println!("cargo::rerun-if-changed=assets");
    println!("cargo::rerun-if-changed=build.rs");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/graphiql");
    let mut names = Vec::new();
    if folder.is_dir() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                names.push(
                    entry
                        .file_name()
                        .into_string()
                        .map_err(|_| io::ErrorKind::InvalidData)?,
                );
            }
        }
    }
    names.sort();
    let mut code = String::from(
        "/// A file of the page, by its name below `/graphiql/`.\n\
         pub(super) struct EmbeddedFile {\n    pub(super) name: &'static str,\n    pub(super) bytes: &'static [u8],\n}\n\
         static FILES: &[EmbeddedFile] = &[\n",
    );
    for name in names {
        let path = folder.join(&name).display().to_string();
        writeln!(
            code,
            "    EmbeddedFile {{ name: {name:?}, bytes: include_bytes!({path:?}) }},"
        )
        .map_err(io::Error::other)?;
    }
    code.push_str("];\n");
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&out).join("graphiql.rs"), code)
}
