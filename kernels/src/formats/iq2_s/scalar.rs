//! IQ2_S in portable Rust.

use crate::codec::importance::{sum_of_squares, weigh};
use crate::codec::signed_groups;
use std::sync::LazyLock;

use super::Block;
use crate::activation::q8_k;
use crate::codec::iq_grids::iq2_s::GRID;
use crate::codec::iq2::search::Search;
use crate::codec::iq2::{decode, signs, sixteen, sub_block_code, tuples};
use crate::codec::near_points::NearPoints;
use crate::numeric::{F16, Real};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = q8_k::Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = Some(quantize_weighted);
    const DOT: Option<DotRow<Block, q8_k::Block>> = Some(dot);

    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d.to_f32());
        for (j, out) in out.as_chunks_mut::<32>().0.iter_mut().enumerate() {
            let scales = [decode::sub_scale(d, block.scales[j] & 15), decode::sub_scale(d, block.scales[j] >> 4)];
            for (k, out) in out.as_chunks_mut::<8>().0.iter_mut().enumerate() {
                signed_groups::dequantize(scales[k / 2], block.magnitudes(j, k), block.signs[4 * j + k], out);
            }
        }
    }
}

impl Block {
    /// The magnitudes of group k of four in eighth j of the block.
    #[inline(always)]
    fn magnitudes(&self, j: usize, k: usize) -> &'static [i8; 8] {
        &GRID.points[usize::from(self.qs[4 * j + k]) | usize::from(self.qh[j] >> (2 * k) & 3) << 8]
    }
}

static POINTS: LazyLock<NearPoints> = LazyLock::new(|| NearPoints::new(3, 8, &tuples(&GRID.codes), 1));

/// Largest magnitude of a sub-block that is quantized to zeros.
const EPSILON: f32 = 1e-8;

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    let mut search = Search::new(&POINTS);
    for (values, block) in row.as_chunks::<256>().0.iter().zip(blocks) {
        let variance = 2.0 * sum_of_squares(values) / 256.0;
        quantize_block(&mut search, values, |_, x| x.map(|x| 0.25 * variance + x * x), block);
    }
}

#[inline(always)]
fn quantize_weighted(row: &[f32], importance: &[f32], blocks: &mut [Block]) {
    let mut search = Search::new(&POINTS);
    let rows = row.as_chunks::<256>().0.iter().zip(importance.as_chunks::<256>().0);
    for ((values, importance), block) in rows.zip(blocks) {
        let variance = 2.0 * sum_of_squares(values) / 256.0;
        let weights = |group: usize, x: &[f32; 8]| weigh(x, &importance.as_chunks::<8>().0[group], variance);
        quantize_block(&mut search, values, weights, block);
    }
}

/// Quantizes a block; `weights` of a group's number and its values are what their errors count.
#[inline(always)]
fn quantize_block(
    search: &mut Search<2>,
    values: &[f32; 256],
    weights: impl Fn(usize, &[f32; 8]) -> [f32; 8],
    block: &mut Block,
) {
    *block = Block { d: F16::from_f32(0.0), qs: [0; 32], signs: [0; 32], qh: [0; 8], scales: [0; 8] };
    let mut scales = [0.0; 16];
    let mut max_scale = 0.0;
    for j in 0..16 {
        let values: [&[f32; 8]; 2] = std::array::from_fn(|k| &values.as_chunks::<8>().0[2 * j + k]);
        let weights = std::array::from_fn(|k| weights(2 * j + k, values[k]));
        let Some(sub_block) = sixteen::quantize(search, values.map(signs::split), &weights, EPSILON) else { continue };
        for (k, (index, signs)) in sub_block.index.into_iter().zip(sub_block.signs).enumerate() {
            let group = 2 * j + k;
            block.qs[group] = index as u8;
            block.qh[group / 4] |= (index >> 8 << (2 * (group % 4))) as u8;
            block.signs[group] = signs;
        }
        scales[j] = sub_block.scale;
        max_scale = if max_scale > sub_block.scale { max_scale } else { sub_block.scale };
    }
    if max_scale == 0.0 {
        return;
    }
    let d = max_scale / 31.0;
    block.d = F16::from_f32(d * 0.9875);
    for (codes, &[first, second]) in block.scales.iter_mut().zip(scales.as_chunks::<2>().0) {
        *codes = sub_block_code(first, 1.0 / d) | sub_block_code(second, 1.0 / d) << 4;
    }
}

fn dot(weights: &[Block], activation: &[q8_k::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        let mut codes = 0;
        for (j, a) in a.qs.as_chunks::<32>().0.iter().enumerate() {
            let mut products = [0; 2];
            for (k, a) in a.as_chunks::<8>().0.iter().enumerate() {
                products[k / 2] += signed_groups::dot(w.magnitudes(j, k), w.signs[4 * j + k], a);
            }
            let scales = w.scales[j];
            codes += (2 * i32::from(scales & 15) + 1) * products[0] + (2 * i32::from(scales >> 4) + 1) * products[1];
        }
        sum += w.d.to_f32() * a.d.to_f32() * codes as f32;
    }
    0.125 * sum
}
