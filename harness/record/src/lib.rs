//! The run record, `run.jsonl`: what a run did, written line by line as it happens. Every report is rendered from it.

pub mod conditions;
pub mod digest;
mod document;
mod error;
pub mod formats;
pub mod number;
mod reader;
pub mod schema;
pub mod statistics;
mod tally;
mod time;
mod whole;
mod withheld;
mod writer;

pub use document::Document;
pub use error::RecordError;
pub use reader::Reader;
pub use time::now;
pub use whole::Record;
pub use withheld::{Withheld, Withholding, is_emulated};
pub use writer::{Resume, Writer};
