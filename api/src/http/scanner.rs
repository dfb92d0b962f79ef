//! A request that is looked at and never executed: all that happens to a body before the executor sees it, in one call. It
//! exists for the fuzz target, which needs neither a schema's resolvers nor a socket for it.

use async_graphql_parser::Error;

use super::{
    Limits, Refusal, guard,
    params::{self, Asked, Params},
};

/// The way in without what lies behind it.
pub struct Scanner {
    types: guard::Types,
    limits: Limits,
}

impl Scanner {
    /// Fails if the schema's description cannot be read.
    pub fn new(sdl: &str, limits: Limits) -> Result<Self, Error> {
        let types = guard::Types::of_sdl(sdl)?;
        Ok(Self { types, limits })
    }

    /// The field values that the operations of a body come to, or why one would not be executed.
    pub fn values(&self, body: &[u8]) -> Result<u64, Refusal> {
        let asked = match params::of_body(body, &self.limits)? {
            Asked::One(params) => vec![params],
            Asked::Many(many) => many,
        };
        let mut values = 0_u64;
        for params in asked {
            values = values.saturating_add(self.plan(&params)?.values);
        }
        Ok(values)
    }

    fn plan(&self, params: &Params) -> Result<guard::Plan, Refusal> {
        let name = params.operation_name.as_deref();
        let known = (&self.types, &self.limits);
        guard::plan(&params.query, name, &params.variables, known)
    }
}
