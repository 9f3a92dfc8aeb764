//! What every class asks of an operation and a format.

use quantmark_kernels::{Format, Operation};
use quantmark_record::schema::Level;

/// The level that an operation belongs to.
pub(super) const fn level(operation: Operation) -> Level {
    match operation {
        Operation::Dequantize => Level::L1,
        Operation::Quantize | Operation::QuantizeWeighted => Level::L2,
        Operation::Dot | Operation::Matvec | Operation::Matmul => Level::L3,
    }
}

/// Weights in a row of `blocks` blocks; formats without blocks get an odd number of weights in their place.
pub(super) const fn cols(format: Format, blocks: usize) -> usize {
    let len = format.spec().block_len;
    if len == 1 { 33 * blocks } else { len * blocks }
}
