//! `minglu keys`: every secret of a registry, made once, looked at, and replaced in steps. Nothing is ever overwritten, because
//! a lost key takes with it all that it sealed.

mod rotation;
mod status;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueHint};
use rules::label::Lang;

use super::failure::Failure;
use super::house::Globals;
use super::{help, house, output};
use crate::clock::{Clock, Entropy, SystemClock};
use crate::token::SigningKey;
use crate::token::development::DevelopmentPaths;
use crate::vault::{KeyUse, Keys, Readers, Rotated, Suite, private_file};
use crate::words::told_of;

/// Keys that seal and sign
#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    New(NewArgs),
    /// Show keys, what each sealed, and how far a rotation is
    #[command(after_help = help::KEYS_STATUS)]
    Status,
    Rotate(rotation::RotateArgs),
    Activate(rotation::ActivateArgs),
    Retire(rotation::RetireArgs),
}

/// Make sealing keys, a token signing key and its key set; never overwrites
#[derive(Args, Debug)]
#[command(after_help = help::KEYS_NEW)]
pub(super) struct NewArgs {
    /// Folder for the keys, made if need be
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    out: PathBuf,
    /// Suite of algorithms: aes is AES-256-GCM and HMAC-SHA-256, gm is SM4-GCM and HMAC-SM3
    #[arg(long, value_name = "SUITE", default_value = "aes")]
    suite: Suite,
}

pub(super) async fn run(globals: &Globals, command: &KeysCommand) -> Result<(), Failure> {
    match command {
        KeysCommand::New(args) => new(globals, args),
        KeysCommand::Status => status::run(globals).await,
        KeysCommand::Rotate(args) => rotation::rotate(globals, args),
        KeysCommand::Activate(args) => rotation::activate(globals, args).await,
        KeysCommand::Retire(args) => rotation::retire(globals, args).await,
    }
}

/// Where the keys lie, and who may be able to read them there.
pub(super) fn path_and_readers(globals: &Globals) -> Result<(PathBuf, Readers), Failure> {
    let settings = globals.settings()?;
    let readers = if settings.server.production {
        Readers::NotOthers
    } else {
        Readers::Any
    };
    Ok((settings.crypto.keys_file, readers))
}

/// The rings whose keys leave traces in the database.
const fn rotated(ring: KeyUse) -> Option<Rotated> {
    match ring {
        KeyUse::Seal => Some(Rotated::Seal),
        KeyUse::Index => Some(Rotated::Index),
        KeyUse::Fingerprint | KeyUse::Cursor | KeyUse::Link | KeyUse::Record => None,
    }
}

fn new(globals: &Globals, args: &NewArgs) -> Result<(), Failure> {
    // Settings are read from wherever the server starts, so that only a whole path is sure to be found.
    let folder = std::path::absolute(&args.out).unwrap_or_else(|_| args.out.clone());
    let paths = make(&folder, args.suite, &Entropy::system(), &SystemClock)?;
    output::print(&next_steps(&paths, args.suite, globals.lang))
}

/// Makes the three files, or none where one of them is there already.
fn make(
    folder: &Path,
    suite: Suite,
    entropy: &Entropy,
    clock: &dyn Clock,
) -> Result<DevelopmentPaths, Failure> {
    make_folder(folder)
        .map_err(|fault| Failure::Said(told_of(&house::cannot_make(folder), &fault)))?;
    let paths = DevelopmentPaths::in_folder(folder);
    if let Some(there) = [&paths.vault, &paths.signing, &paths.verifying]
        .into_iter()
        .find(|path| path.exists())
    {
        let there = there.display();
        return Err(Failure::said(
            format!("{there} 已存在，绝不覆盖；请换一个文件夹"),
            format!("{there} exists and is never overwritten: choose another folder"),
        ));
    }
    let random = |buffer: &mut [u8]| entropy.fill(buffer);
    Keys::generate(suite, &random, clock.now(), false)
        .write_new(&paths.vault)
        .map_err(|fault| Failure::told(&fault))?;
    let key = SigningKey::generate(&random, false).map_err(|fault| Failure::told(&fault))?;
    key.write_new(&paths.signing)
        .map_err(|fault| Failure::told(&fault))?;
    private_file::write_new(&paths.verifying, key.jwks().as_bytes())
        .map_err(|fault| Failure::told(&fault))?;
    Ok(paths)
}

/// What to do with them, as a settings file has it.
fn next_steps(paths: &DevelopmentPaths, suite: Suite, lang: Lang) -> String {
    let shown = |path: &Path| toml::Value::from(path.display().to_string()).to_string();
    let (vault, signing, verifying) = (
        shown(&paths.vault),
        shown(&paths.signing),
        shown(&paths.verifying),
    );
    let suite = suite.name();
    let backup = house::quoted(&paths.vault.display().to_string());
    let [head, tail] = match lang {
        Lang::Zh => [
            "\
# 已生成三个文件，只有所有者可读。请把下面的内容写进设置文件（或者写进环境变量 MINGLU_CRYPTO_KEYS_FILE、
# MINGLU_AUTH_SIGNING_KEY、MINGLU_AUTH_KEY_SET）。只校验令牌的服务不需要 auth.signing_key。"
                .to_owned(),
            format!("# 现在就把 {backup} 离线备份一份：丢失它，已封存的数据谁也打不开。"),
        ],
        Lang::En => [
            "\
# Three files were made that only their owner can read. Put this into the settings file (or into the environment:
# MINGLU_CRYPTO_KEYS_FILE, MINGLU_AUTH_SIGNING_KEY, MINGLU_AUTH_KEY_SET). A server that only verifies tokens does not
# need auth.signing_key."
                .to_owned(),
            format!(
                "# Keep a copy of {backup} off this machine now: without it, sealed data cannot be opened by anybody."
            ),
        ],
    };
    format!(
        "\
{head}
[crypto]
keys_file = {vault}
suite = \"{suite}\"
[auth]
signing_key = {signing}
key_set = {verifying}
{tail}
"
    )
}

#[cfg(unix)]
fn make_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

#[cfg(not(unix))]
fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::KeySet;

    #[test]
    fn keys_are_for_production_private_and_fit_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let paths = make(
            &folder.path().join("new/keys"),
            Suite::Aes,
            &Entropy::system(),
            &SystemClock,
        )
        .unwrap();
        assert!(
            !Keys::load(&paths.vault, Readers::NotOthers)
                .unwrap()
                .is_development()
        );
        let signing = SigningKey::load(&paths.signing, Readers::NotOthers).unwrap();
        let set = KeySet::load(&paths.verifying).unwrap();
        assert!(!signing.is_development() && !set.is_development());
        assert!(set.knows(signing.kid()));
    }

    #[test]
    fn what_is_there_is_never_overwritten() {
        for name in [
            "vault-keys.json",
            "token-signing-key.json",
            "token-keys.json",
        ] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(name), "mine").unwrap();
            let Err(Failure::Said(words)) =
                make(folder.path(), Suite::Gm, &Entropy::system(), &SystemClock)
            else {
                panic!("{name} was overwritten");
            };
            let text = words.say(Lang::En);
            assert!(
                text.contains(name) && text.contains("never overwritten"),
                "{text}"
            );
            assert_eq!(
                fs::read_dir(folder.path()).unwrap().count(),
                1,
                "nothing else may be made"
            );
            assert_eq!(
                fs::read_to_string(folder.path().join(name)).unwrap(),
                "mine"
            );
        }
    }

    #[test]
    fn the_next_steps_are_a_settings_file() {
        let paths = DevelopmentPaths::in_folder(Path::new("a \"b\""));
        for lang in [Lang::Zh, Lang::En] {
            let table: toml::Table = next_steps(&paths, Suite::Gm, lang).parse().unwrap();
            assert_eq!(
                table["auth"]["key_set"].as_str(),
                Some("a \"b\"/token-keys.json")
            );
            assert_eq!(table["crypto"]["suite"].as_str(), Some("gm"));
        }
    }
}
