//! A cell of the matrix of checks.

use crate::schema::Level;

/// A format on a backend at a level.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// ggml's name of the format.
    pub format: String,
    /// Backend.
    pub backend: String,
    /// Level.
    pub level: Level,
}
