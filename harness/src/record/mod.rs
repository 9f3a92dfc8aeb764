//! The run record, `run.jsonl`: what a run did, written line by line as it happens. Every report is rendered from it.

mod document;
mod error;
mod reader;
pub mod schema;
mod tally;
mod time;
mod whole;
mod writer;

pub use document::Document;
pub use error::RecordError;
pub(crate) use error::one_line;
pub use reader::Reader;
pub use time::now;
pub(crate) use whole::is_emulated;
pub use whole::{Record, Withheld};
pub use writer::{Resume, Writer};
