//! Keys that follow each other, seen from outside: everything that is sealed is known, damage is told and recorded, and a
//! rotation passes through its steps with the registry in use.

mod damage;
mod rotation;
mod shelves;
