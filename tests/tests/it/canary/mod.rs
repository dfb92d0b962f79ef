//! Where personal data may stand, and where they may not: what is refused at the door.

mod refused;
mod requests;
