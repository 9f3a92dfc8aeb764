//! How much of a record the pages keep: whatever its length, the memory stays bounded, and what is left out is counted.

/// Failed checks that are kept in full.
pub(super) const FAILURES: usize = 300;

/// Reasons of checks that were not run.
pub(super) const REASONS: usize = 200;

/// Ids that are kept under a reason.
pub(super) const IDS: usize = 12;

/// Cells of the matrix of formats, backends and levels.
pub(super) const CELLS: usize = 20_000;

/// Timings.
pub(super) const TIMINGS: usize = 4_000;

/// Rows of models.
pub(super) const MODELS: usize = 400;

/// Rows of sizes, and layers of each.
pub(super) const SIZES: usize = 100;

/// Characters of a block in hex or decoded.
pub(super) const BLOCK: usize = 1_200;
