//! The commands of `quantmark`, one file each: its arguments, and `run`.

mod exit;
pub mod oracle;

pub use exit::{Exit, Failure};
