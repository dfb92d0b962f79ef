//! `minglu live`: what the gate before a livestream signed, checked with the keys of this house and without its database.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueHint};
use rules::label::Lang;
use serde_json::{Value, json};

use super::failure::Failure;
use super::house::Globals;
use super::{help, keys, output};
use crate::clock::Entropy;
use crate::error::Error;
use crate::registry::live;
use crate::vault::{Keys, RecordKey, Vault};
use crate::words::told_of;

/// A record is some kilobytes; whatever is larger is something else.
const LARGEST: u64 = 1 << 20;

/// Signed records of clearForLive
#[derive(Debug, Subcommand)]
pub(super) enum LiveCommand {
    Verify(VerifyArgs),
    /// Print the public keys that records are verified with (JWKS)
    #[command(after_help = help::LIVE_KEYS)]
    Keys,
}

/// Check that this registry signed a record, and print what it says
#[derive(Args, Debug)]
#[command(after_help = help::LIVE_VERIFY)]
pub(super) struct VerifyArgs {
    /// File with the record (compact JWS); - is standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// Check as well that it is of this live account
    #[arg(long, value_name = "NUMBER")]
    account: Option<String>,
}

pub(super) fn run(globals: &Globals, command: &LiveCommand) -> Result<(), Failure> {
    match command {
        LiveCommand::Verify(args) => verify(globals, args),
        LiveCommand::Keys => {
            let vault = vault(globals)?;
            let keys: Vec<Value> = vault.record_keys().iter().map(RecordKey::jwk).collect();
            printed(&json!({ "keys": keys }))
        }
    }
}

fn verify(globals: &Globals, args: &VerifyArgs) -> Result<(), Failure> {
    let record = text(&args.file)?;
    let vault = vault(globals)?;
    let said = live::read_record(&vault, &record, args.account.as_deref());
    let Ok((said, of_account)) = said else {
        return Err(Failure::said(
            "不是本系统签名的开播记录，或者已被改动",
            "this is no record that this registry signed, or it was changed",
        ));
    };
    printed(&said)?;
    if of_account == Some(false) {
        return Err(Failure::said(
            "签名有效，但不是这个直播账号的记录",
            "the signature holds, but the record is of another live account",
        ));
    }
    output::remark(match globals.lang {
        Lang::Zh => "签名有效",
        Lang::En => "the signature holds",
    });
    Ok(())
}

/// The keys alone: a record is verified where there is no database.
fn vault(globals: &Globals) -> Result<Vault, Failure> {
    let (path, readers) = keys::path_and_readers(globals)?;
    let keys = Keys::load(&path, readers).map_err(|fault| Failure::told(&fault))?;
    let entropy = Entropy::system();
    Vault::new(&keys, move |bytes: &mut [u8]| entropy.fill(bytes))
        .map_err(|fault| Failure::told(&fault))
}

fn text(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().take(LARGEST).read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LARGEST).read_to_string(&mut text))
    };
    let shown = path.display();
    read.map(|_| text).map_err(|fault| {
        let words = crate::words::Words::new(
            format!("{shown} 读不出来"),
            format!("{shown} cannot be read"),
        );
        Failure::Said(told_of(&words, &fault))
    })
}

fn printed(value: &Value) -> Result<(), Failure> {
    output::line(&serde_json::to_string_pretty(value).map_err(Error::from)?)
}
