//! Where the program runs: devices by name, building it for them, running it there, and a lab of many at once.

pub mod devices;
pub mod doctor;
pub mod fleet;
pub mod runner;
pub mod toolchain;
