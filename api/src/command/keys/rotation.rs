//! `minglu keys rotate`, `activate` and `retire`: the three steps of a rotation, as far as the keys file goes. What the
//! database has to say to a step is asked before the file is touched.

use clap::Args;
use rules::label::Lang;

use super::{path_and_readers, rotated};
use crate::clock::{Clock as _, Entropy, SystemClock};
use crate::command::failure::Failure;
use crate::command::house::Globals;
use crate::command::{help, output};
use crate::registry::rotation::{activation, retire as gone};
use crate::vault::{KeyUse, Keys, KeysFault, Suite};

/// The rings whose keys are rotated where none is named.
const RINGS: [KeyUse; 5] = [
    KeyUse::Seal,
    KeyUse::Index,
    KeyUse::Cursor,
    KeyUse::Link,
    KeyUse::Record,
];

/// Add a key to each ring, not active yet
#[derive(Args, Debug)]
#[command(after_help = help::KEYS_ROTATE)]
pub(in crate::command) struct RotateArgs {
    /// Ring: seal, index, cursor, link or record; may be repeated [default: all five]
    #[arg(long, value_name = "RING")]
    ring: Vec<KeyUse>,
    /// Suite of the new keys, aes or gm [default: that of the active key]
    #[arg(long, value_name = "SUITE")]
    suite: Option<Suite>,
}

/// Make the newest key of each ring the active one
#[derive(Args, Debug)]
#[command(after_help = help::KEYS_ACTIVATE)]
pub(in crate::command) struct ActivateArgs {
    /// Ring; may be repeated [default: each that has a newer key]
    #[arg(long, value_name = "RING")]
    ring: Vec<KeyUse>,
}

/// Take a key away that nothing needs any more
#[derive(Args, Debug)]
#[command(after_help = help::KEYS_RETIRE)]
pub(in crate::command) struct RetireArgs {
    /// Ring: seal, index, cursor, link or record
    #[arg(value_name = "RING")]
    ring: KeyUse,
    /// Id of the key
    #[arg(value_name = "ID")]
    id: u32,
}

pub(super) fn rotate(globals: &Globals, args: &RotateArgs) -> Result<(), Failure> {
    let (path, readers) = path_and_readers(globals)?;
    let rings = named(&args.ring, &RINGS);
    let entropy = Entropy::system();
    let random = |buffer: &mut [u8]| entropy.fill(buffer);
    let now = SystemClock.now();
    let added = Keys::change(&path, readers, |keys| {
        let add = |ring: KeyUse| Ok((ring, keys.add(ring, args.suite, &random, now)?));
        rings.into_iter().map(add).collect::<Result<Vec<_>, _>>()
    })
    .map_err(|fault| Failure::told(&fault))?;
    let zh = globals.lang == Lang::Zh;
    let line = |(ring, id): (KeyUse, u32)| {
        let ring = ring.name();
        if zh {
            format!("{ring}：已加入 {id} 号密钥，尚未启用\n")
        } else {
            format!("{ring}: key {id} was added and is not active yet\n")
        }
    };
    let next = globals.lang.pick(
        "先把密钥文件复制到每台服务器和备份处，逐个重启进程；minglu keys status 显示索引补齐后，再运行 minglu keys activate。\n",
        "Copy the key file to every server and to its backup, restart the processes one by one, and run `minglu keys activate` \
         once `minglu keys status` shows the index complete.\n",
    );
    let lines: String = added.into_iter().map(line).collect();
    output::print(&format!("{lines}{next}"))
}

pub(super) async fn activate(globals: &Globals, args: &ActivateArgs) -> Result<(), Failure> {
    let (path, readers) = path_and_readers(globals)?;
    let keys = Keys::load(&path, readers).map_err(|fault| Failure::told(&fault))?;
    let newer = |ring: &KeyUse| keys.ring(*ring).newest() > keys.ring(*ring).active;
    let waiting: Vec<_> = RINGS.into_iter().filter(newer).collect();
    let rings = named(&args.ring, &waiting);
    if rings.is_empty() {
        let ring = KeyUse::Seal.name();
        return Err(Failure::told(&KeysFault::NothingNewer { ring }));
    }
    let app = globals.look().await?;
    for ring in &rings {
        let id = keys.ring(*ring).newest();
        let Some(rotated) = rotated(*ring).filter(|_| newer(ring)) else {
            continue;
        };
        activation::may_follow(&app, rotated, id)
            .await?
            .map_err(|fault| Failure::told(&fault))?;
    }
    let suite = app.settings.crypto.suite;
    let (active, fits) = Keys::change(&path, readers, |keys| {
        let one = |ring: KeyUse| Ok((ring, keys.activate(ring)?));
        let active = rings.into_iter().map(one).collect::<Result<Vec<_>, _>>()?;
        Ok((active, keys.insist_on(suite).is_ok()))
    })
    .map_err(|fault| Failure::told(&fault))?;
    let zh = globals.lang == Lang::Zh;
    let line = |(ring, id): (KeyUse, u32)| {
        let ring = ring.name();
        if zh {
            format!("{ring}：已启用 {id} 号密钥\n")
        } else {
            format!("{ring}: key {id} is active\n")
        }
    };
    let mut text: String = active.into_iter().map(line).collect();
    if !fits {
        text += globals.lang.pick(
            "新密钥属于另一套算法，请在重启前修改 crypto.suite。\n",
            "The new keys are of another suite: change crypto.suite before the restart.\n",
        );
    }
    text += globals.lang.pick(
        "请复制密钥文件并逐个重启进程；全部重启之后，后台改用新密钥封存。\n",
        "Copy the key file and restart the processes one by one; when all are, what older keys sealed is sealed anew.\n",
    );
    output::print(&text)
}

pub(super) async fn retire(globals: &Globals, args: &RetireArgs) -> Result<(), Failure> {
    let (path, readers) = path_and_readers(globals)?;
    let RetireArgs { ring, id } = *args;
    let held = Keys::load(&path, readers).and_then(|mut keys| keys.retire(ring, id));
    held.map_err(|fault| Failure::told(&fault))?;
    if let Some(rotated) = rotated(ring) {
        let app = globals.look().await?;
        gone::retire(&app, rotated, id)
            .await?
            .map_err(|fault| Failure::told(&fault))?;
    }
    Keys::change(&path, readers, |keys| keys.retire(ring, id))
        .map_err(|fault| Failure::told(&fault))?;
    output::line(&told_gone(ring, id, globals.lang))
}

/// What to keep of a key that was taken away.
fn told_gone(purpose: KeyUse, id: u32, lang: Lang) -> String {
    let ring = purpose.name();
    match (lang, purpose) {
        (Lang::Zh, KeyUse::Record) => {
            format!(
                "{ring}：{id} 号密钥已移除，公钥继续公布，它签过的记录仍可验证。请复制密钥文件并重启各进程。"
            )
        }
        (Lang::En, KeyUse::Record) => format!(
            "{ring}: key {id} is gone; its public half stays published, so that what it signed is still verified. Copy the key \
             file and restart the processes."
        ),
        (Lang::Zh, _) => format!(
            "{ring}：{id} 号密钥已移除。只要还留着用它封存的数据库备份，就要离线保存移除前的密钥文件。"
        ),
        (Lang::En, _) => format!(
            "{ring}: key {id} is gone. As long as a backup of the database is kept that it sealed, keep the key file from before \
             off this machine."
        ),
    }
}

fn named(rings: &[KeyUse], otherwise: &[KeyUse]) -> Vec<KeyUse> {
    let named = if rings.is_empty() { otherwise } else { rings };
    let mut named = named.to_vec();
    named.sort_unstable();
    named.dedup();
    named
}
