//! IQ2_XS in portable Rust.

use crate::codec::importance::{sum_of_squares, weigh};
use crate::codec::signed_groups;
use std::sync::LazyLock;

use super::Block;
use crate::activation::q8_k;
use crate::codec::iq_grids::iq2_xs::GRID;
use crate::codec::iq_grids::ksigns::KSIGNS;
use crate::codec::iq2::search::Search;
use crate::codec::iq2::{decode, signs, sixteen, sub_block_code, tuples};
use crate::codec::near_points::NearPoints;
use crate::numeric::{F16, Real, U16};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = q8_k::Block;

    const QUANTIZE: Option<QuantizeRow<Block>> = None;
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = Some(quantize_weighted);
    const DOT: Option<DotRow<Block, q8_k::Block>> = Some(dot);

    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d.to_f32());
        for ((out, &scales), qs) in
            out.as_chunks_mut::<32>().0.iter_mut().zip(&block.scales).zip(block.qs.as_chunks::<4>().0)
        {
            let scales = [decode::sub_scale(d, scales & 15), decode::sub_scale(d, scales >> 4)];
            for (k, (out, &group)) in out.as_chunks_mut::<8>().0.iter_mut().zip(qs).enumerate() {
                signed_groups::dequantize(scales[k / 2], magnitudes(group), group_signs(group), out);
            }
        }
    }
}

#[inline(always)]
fn magnitudes(group: U16) -> &'static [i8; 8] {
    &GRID.points[usize::from(group.get() & 511)]
}

#[inline(always)]
fn group_signs(group: U16) -> u8 {
    KSIGNS[usize::from(group.get() >> 9)]
}

static POINTS: LazyLock<NearPoints> = LazyLock::new(|| NearPoints::new(3, 8, &tuples(&GRID.codes), 2));

/// Largest magnitude of a sub-block that is quantized to zeros.
const EPSILON: f32 = 1e-15;

#[inline(always)]
fn quantize_weighted(row: &[f32], importance: &[f32], blocks: &mut [Block]) {
    let mut search = Search::new(&POINTS);
    let rows = row.as_chunks::<256>().0.iter().zip(importance.as_chunks::<256>().0);
    for ((values, importance), block) in rows.zip(blocks) {
        quantize_block(&mut search, values, importance, block);
    }
}

fn quantize_block(search: &mut Search<2>, values: &[f32; 256], importance: &[f32; 256], block: &mut Block) {
    *block = Block { d: F16::from_f32(0.0), qs: [U16::new(0); 32], scales: [0; 8] };
    let variance = sum_of_squares(values) / 256.0;
    let mut scales = [0.0; 16];
    let mut max_scale = 0.0;
    for j in 0..16 {
        let values: [&[f32; 8]; 2] = std::array::from_fn(|k| &values.as_chunks::<8>().0[2 * j + k]);
        let weights: [[f32; 8]; 2] =
            std::array::from_fn(|k| weigh(values[k], &importance.as_chunks::<8>().0[2 * j + k], variance));
        let groups = std::array::from_fn(|k| signs::split_even(values[k], &weights[k]));
        let Some(sub_block) = sixteen::quantize(search, groups, &weights, EPSILON) else { continue };
        for (k, (index, signs)) in sub_block.index.into_iter().zip(sub_block.signs).enumerate() {
            block.qs[2 * j + k] = U16::new(index | u16::from(signs & 127) << 9);
        }
        scales[j] = sub_block.scale;
        max_scale = if max_scale > sub_block.scale { max_scale } else { sub_block.scale };
    }
    if max_scale == 0.0 {
        block.qs = [U16::new(0); 32];
        return;
    }
    let d = max_scale / 31.0;
    block.d = F16::from_f32(d);
    for (codes, &[first, second]) in block.scales.iter_mut().zip(scales.as_chunks::<2>().0) {
        *codes = sub_block_code(first, 1.0 / d) | sub_block_code(second, 1.0 / d) << 4;
    }
}

fn dot(weights: &[Block], activation: &[q8_k::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        let mut codes = 0;
        let sub_blocks = w.scales.iter().zip(w.qs.as_chunks::<4>().0).zip(a.qs.as_chunks::<32>().0);
        for ((&scales, qs), a) in sub_blocks {
            let mut products = [0; 2];
            for (k, (&group, a)) in qs.iter().zip(a.as_chunks::<8>().0).enumerate() {
                products[k / 2] += signed_groups::dot(magnitudes(group), group_signs(group), a);
            }
            codes += (2 * i32::from(scales & 15) + 1) * products[0] + (2 * i32::from(scales >> 4) + 1) * products[1];
        }
        sum += w.d.to_f32() * a.d.to_f32() * codes as f32;
    }
    0.125 * sum
}
