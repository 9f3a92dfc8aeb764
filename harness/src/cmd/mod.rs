//! The commands of `quantmark`, one file each: its arguments, and `run`.

pub mod compare;
pub mod conform;
mod exit;
pub mod oracle;
pub mod report;

pub use exit::{Exit, Failure};
