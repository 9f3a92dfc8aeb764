//! The commands of `quantmark`, one file each: its arguments, and `run`.

pub mod conform;
mod exit;
pub mod oracle;

pub use exit::{Exit, Failure};
