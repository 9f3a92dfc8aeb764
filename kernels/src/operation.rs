//! The operations, and the shape of a product.

use std::fmt;

/// The operations that a kernel set may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// f32 to blocks.
    Quantize,
    /// f32 to blocks, columns weighted by importance.
    QuantizeWeighted,
    /// Blocks to f32.
    Dequantize,
    /// A row of weights times an activation.
    Dot,
    /// Rows of weights times an activation.
    Matvec,
    /// Rows of weights times a batch of activations.
    Matmul,
}

impl Operation {
    /// Every operation.
    pub const ALL: &[Operation] =
        &[Self::Quantize, Self::QuantizeWeighted, Self::Dequantize, Self::Dot, Self::Matvec, Self::Matmul];

    /// The operation's name in records and on command lines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quantize => "quantize",
            Self::QuantizeWeighted => "quantize_weighted",
            Self::Dequantize => "dequantize",
            Self::Dot => "dot",
            Self::Matvec => "matvec",
            Self::Matmul => "matmul",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The shape of a matrix product: `rows` of `cols` weights times `batch` activations of `cols`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatmulShape {
    /// Rows of weights; outputs an activation.
    pub rows: usize,
    /// Weights a row.
    pub cols: usize,
    /// Activations.
    pub batch: usize,
}
