//! The commands of `quantmark`, one file each: its arguments, and `run`.

pub mod bench;
pub mod codegen;
pub mod compare;
pub mod conform;
mod exit;
pub mod hostile;
pub mod importance;
pub mod inspect;
pub mod models;
pub mod oracle;
pub mod perplexity;
pub mod quantize;
pub mod recommend;
pub mod report;
mod select;

pub use exit::{Exit, Failure};
