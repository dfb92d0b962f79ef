//! Values that cannot be wrong: each has private fields, one door that judges, and getters that are then trusted.
//! Nothing here looks anything up outside the binary, and no `Debug` output shows a person's number or phone.

pub mod address;
pub mod country;
pub mod credit_code;
pub mod division;
pub mod document;
pub mod former;
pub mod identity;
pub mod mask;
pub mod network_id;
mod normal;
pub mod passport;
pub mod permanent_card;
pub mod personal;
pub mod phone;
pub mod resident_id;
#[cfg(test)]
mod samples;
pub mod text;
pub mod travel_permit;
pub mod window;
