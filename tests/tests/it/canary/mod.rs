//! Where personal data may not stand: what is refused at the door, asked of every text of the schema.

mod refused;
mod requests;
