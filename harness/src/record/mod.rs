//! The run record, `run.jsonl`: what a run did, written line by line as it happens. Every report is rendered from it.

pub mod schema;
