//! Importance rows by name.

use serde::Deserialize;

use super::random::Random;

/// How the importance of columns is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportanceRow {
    /// The square of a normal number and 1/64, as mean squared activations are.
    Varied,
    /// `Varied`, a third of the columns 0.
    Zeros,
    /// All 1e-22.
    Tiny,
    /// 10000 at column 7, else 1e-4.
    OneHot,
    /// All 0.
    AllZero,
    /// `Varied`, every third run of 32 columns 0.
    ZeroBlocks,
}

impl ImportanceRow {
    /// Draws the importance of every column.
    pub fn row(self, cols: usize, random: &mut Random) -> Vec<f32> {
        (0..cols).map(|col| self.number(col, random)).collect()
    }

    fn number(self, col: usize, random: &mut Random) -> f32 {
        let gaussian = random.gaussian();
        let varied = gaussian * gaussian + 1.0 / 64.0;
        match self {
            Self::Varied => varied,
            Self::Zeros => varied * if random.below(3) == 0 { 0.0 } else { 1.0 },
            Self::Tiny => 1e-22,
            Self::OneHot => [1e-4, 1e4][usize::from(col == 7)],
            Self::AllZero => 0.0,
            Self::ZeroBlocks => varied * if (col / 32).is_multiple_of(3) { 0.0 } else { 1.0 },
        }
    }
}
