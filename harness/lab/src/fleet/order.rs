//! What a lab is to do.

use std::path::{Path, PathBuf};
use std::time::Instant;

/// What the lab does.
#[derive(Clone, Debug)]
pub struct Order {
    /// The program.
    pub program: PathBuf,
    /// The inventory.
    pub inventory: PathBuf,
    /// Folder of the runs, one a device below it.
    pub out: PathBuf,
    /// Words of `bench` that are the same for all: suites, histories.
    pub words: Vec<String>,
    /// When it must be over.
    pub deadline: Instant,
}

/// The record of a run below a folder.
pub(super) fn record_of(folder: &Path) -> PathBuf {
    folder.join("run.jsonl")
}
