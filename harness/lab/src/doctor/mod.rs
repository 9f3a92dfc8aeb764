//! What the project's commands need of this machine, what of it is missing, and the command that installs it.

mod needs;
mod tools;

pub use needs::{Need, Purpose, needs};
