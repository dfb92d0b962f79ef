//! The sweep: what nobody will ask for again is removed, a bounded amount at a time. It may run in every process and
//! may be interrupted anywhere; what it leaves, the next one finds.

use std::sync::Arc;

use crate::app::App;
use crate::error::Error;
use crate::registry::sweep::{self, Swept};

/// Sweeps once.
pub async fn sweep(app: &Arc<App>) -> Result<Swept, Error> {
    Ok(Swept {
        given_up: sweep::given_up(app).await?,
        uploads: sweep::unused_uploads(app).await?,
        orphans: sweep::orphans(app).await?,
        links: sweep::expired_links(app).await?,
        keys: sweep::expired_keys(app).await?,
        rows: sweep::rows_of_given_up(app).await?,
        sealed: sweep::clear_reasons(app).await?,
    })
}
