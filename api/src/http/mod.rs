//! The way in: GraphQL over HTTP, health, the page for trying it, and the stop that loses nothing. It exists because the
//! ready-made handler answers parse errors with 200, runs mutations over GET and dies of nested fragments. It knows no
//! table, no deed and no role: who calls is decided by a [`Gate`], what is answered by a schema.
//!
//! One request passes, in this order: method, media types, caller, body, JSON, document, price, execution. Whatever fails
//! ends it there, so that nobody unknown makes the server read a body, and nothing unbounded reaches the executor.

mod answer;
mod body;
mod code;
mod connection;
mod cost;
mod documents;
mod errors;
mod graphiql;
mod graphql;
mod guard;
mod health;
mod lang;
mod limits;
mod linger;
mod measure;
mod negotiate;
mod pace;
mod params;
mod peer;
mod pulse;
mod rate;
mod refusal;
mod scan;
mod scanner;
mod serve;
mod trace;

pub use code::Code;
pub use connection::Connections;
pub use graphiql::graphiql;
pub use graphql::{Gate, Service, Settings, graphql};
pub use health::{Draining, Ready, health};
pub use lang::{Lang, lang_of};
pub use limits::Limits;
pub use pace::too_slow;
pub use peer::ClientAddress;
pub use rate::{PerMinute, Rates};
pub use refusal::Refusal;
pub use scanner::Scanner;
pub use serve::{Serving, Shutdown, serve, stop_signal};
pub use trace::{Dress, Entropy, RequestId, dress, log_panics};

#[cfg(test)]
mod tests;
