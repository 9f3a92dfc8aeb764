//! What a format's scalar backend consists of, and how it becomes a [`KernelSet`].
//!
//! The scalar backend is the definition that the others are checked against in turn, so it is written for reading:
//! decoding once for every arithmetic of [`Real`], one block at a time.

use bytemuck::{cast_slice, cast_slice_mut};

use crate::block::Block;
use crate::kernel_set::KernelSet;
use crate::numeric::Real;
use crate::operation::MatmulShape;
use crate::planes::{Planes, PlanesMut};

/// Quantizes one row: weights, blocks out.
pub(crate) type QuantizeRow<B> = fn(&[f32], &mut [B]);

/// Quantizes one row by importance: weights, importance of each column, blocks out.
pub(crate) type QuantizeWeightedRow<B> = fn(&[f32], &[f32], &mut [B]);

/// The dot product of one row of blocks with one row of activation blocks.
pub(crate) type DotRow<B, A> = fn(&[B], &[A]) -> f32;

/// Rows of blocks times rows of activation blocks: the weights' rows, the activations' rows, the shape, `rows` numbers
/// an activation out.
pub(crate) type MatmulRows<B, A> = fn(&[B], &[A], MatmulShape, &mut [f32]);

/// A format in scalar code.
pub(crate) trait Scalar: Sized + 'static {
    /// The format's block.
    type Block: Block;
    /// The block of its activation format; its own where it has none.
    type Activation: Block;

    /// Whether decoding gains from wide registers. The compiler makes good use of them for some formats, and for others
    /// code that is slower than the portable one; `cargo xtask bench --suite dequantize` tells which.
    #[cfg_attr(
        not(any(target_arch = "aarch64", target_arch = "x86_64")),
        expect(dead_code, reason = "read where there are wide registers")
    )]
    const WIDE_DEQUANTIZE: bool = false;

    /// Absent where the format cannot be quantized without importance.
    const QUANTIZE: Option<QuantizeRow<Self::Block>>;
    /// Absent where importance makes no difference.
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Self::Block>>;
    /// Absent for formats that are activations only.
    const DOT: Option<DotRow<Self::Block, Self::Activation>>;
    /// Rows times activations where there is a faster way than one dot product after another; the same results bit for
    /// bit.
    const MATMUL: Option<MatmulRows<Self::Block, Self::Activation>> = None;

    /// Decodes one block into `out`, which holds exactly `block_len` numbers.
    fn dequantize<R: Real>(block: &Self::Block, out: &mut [R]);
}

/// Decodes whole rows in any arithmetic by code that is compiled once for a format.
#[inline(always)]
pub(crate) fn dequantize_row<S: Scalar, R: Real>(blocks: &[u8], out: &mut [R]) {
    S::dequantize_row(blocks, out);
}

/// [`dequantize_row`], compiled for the instructions of its caller.
#[inline(always)]
pub(crate) fn dequantize_blocks<S: Scalar, R: Real>(blocks: &[u8], out: &mut [R]) {
    let blocks: &[S::Block] = cast_slice(blocks);
    for (block, out) in blocks.iter().zip(out.chunks_exact_mut(S::Block::LEN)) {
        S::dequantize(block, out);
    }
}

/// The functions that the registry lists. They are provided methods so that each format's are compiled with the format's own file, and
/// an edit of one format leaves the others' code alone.
pub(crate) trait Enter: Scalar {
    /// A [`Quantize`](crate::kernel_set::Quantize).
    fn enter_quantize(row: &[f32], blocks: PlanesMut<'_>) {
        let quantize = const { Self::QUANTIZE };
        quantize.expect("listed in the kernel set only where present")(row, cast_slice_mut(blocks.into_first()));
    }

    /// A [`QuantizeWeighted`](crate::kernel_set::QuantizeWeighted).
    fn enter_quantize_weighted(row: &[f32], importance: &[f32], blocks: PlanesMut<'_>) {
        let quantize = const { Self::QUANTIZE_WEIGHTED };
        let blocks = cast_slice_mut(blocks.into_first());
        quantize.expect("listed in the kernel set only where present")(row, importance, blocks);
    }

    /// A [`Dequantize`](crate::kernel_set::Dequantize).
    fn enter_dequantize(blocks: Planes<'_>, _cols: usize, out: &mut [f32]) {
        Self::dequantize_row(blocks.first(), out);
    }

    /// Decodes whole rows in any arithmetic.
    fn dequantize_row<R: Real>(blocks: &[u8], out: &mut [R]) {
        dequantize_blocks::<Self, R>(blocks, out);
    }

    /// A [`Dot`](crate::kernel_set::Dot).
    fn enter_dot(weights: &[u8], _: &[&[u8]], activation: &[u8]) -> f32 {
        dot_row::<Self>(weights, activation)
    }

    /// A [`Matvec`](crate::kernel_set::Matvec).
    fn enter_matvec(weights: Planes<'_>, activation: &[u8], out: &mut [f32]) {
        dot_rows::<Self>(weights.first(), activation, out);
    }

    /// A [`Matmul`](crate::kernel_set::Matmul).
    fn enter_matmul(weights: Planes<'_>, activations: &[u8], shape: MatmulShape, out: &mut [f32]) {
        if shape.batch == 0 {
            return;
        }
        let weights = weights.first();
        if let Some(matmul) = const { Self::MATMUL } {
            return matmul(cast_slice(weights), cast_slice(activations), shape, out);
        }
        let activation_bytes = activations.len() / shape.batch;
        for (out, activation) in out.chunks_exact_mut(shape.rows).zip(activations.chunks_exact(activation_bytes)) {
            dot_rows::<Self>(weights, activation, out);
        }
    }
}

impl<S: Scalar> Enter for S {}

#[inline(always)]
fn dot_row<S: Scalar>(weights: &[u8], activation: &[u8]) -> f32 {
    let dot = const { S::DOT };
    dot.expect("listed in the kernel set only where present")(cast_slice(weights), cast_slice(activation))
}

#[inline(always)]
fn dot_rows<S: Scalar>(weights: &[u8], activation: &[u8], out: &mut [f32]) {
    if out.is_empty() {
        return;
    }
    let row_bytes = weights.len() / out.len();
    for (out, row) in out.iter_mut().zip(weights.chunks_exact(row_bytes)) {
        *out = dot_row::<S>(row, activation);
    }
}

/// The kernel set of a scalar backend.
pub(crate) const fn kernel_set<S: Scalar>() -> KernelSet {
    let has_dot = S::DOT.is_some();
    KernelSet {
        quantize: if S::QUANTIZE.is_some() { Some(S::enter_quantize) } else { None },
        quantize_weighted: if S::QUANTIZE_WEIGHTED.is_some() { Some(S::enter_quantize_weighted) } else { None },
        dequantize: Some(S::enter_dequantize),
        dot: if has_dot { Some(S::enter_dot) } else { None },
        matvec: if has_dot { Some(S::enter_matvec) } else { None },
        matmul: if has_dot { Some(S::enter_matmul) } else { None },
    }
}
