//! How much of a record the pages keep: whatever its length, the memory stays bounded, and what is left out is counted.

/// Failed checks that are kept in full.
pub const FAILURES: usize = 300;

/// Reasons of checks that were not run.
pub const REASONS: usize = 200;

/// Ids that are kept under a reason.
pub const IDS: usize = 12;

/// Cells of the matrix of formats, backends and levels.
pub const CELLS: usize = 20_000;

/// Timings.
pub const TIMINGS: usize = 4_000;

/// Rows of models.
pub const MODELS: usize = 400;

/// Rows of sizes, and layers of each.
pub const SIZES: usize = 100;

/// Characters of a block in hex or decoded.
pub const BLOCK: usize = 1_200;
