//! What command lines share (exit codes, the standard output, choosing formats and backends by glob), and the command
//! `conform`, which has a small program of its own: it builds in a fraction of the time of the whole.

pub mod conform;
mod exit;
pub mod output;
pub mod select;

pub use exit::{Exit, end};
