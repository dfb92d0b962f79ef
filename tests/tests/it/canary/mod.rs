//! Where personal data may stand, and where they may not: what is refused at the door, and a look at everything that the
//! house says and keeps.

mod deeds;
mod everywhere;
mod needles;
mod refused;
mod requests;
mod sender;
