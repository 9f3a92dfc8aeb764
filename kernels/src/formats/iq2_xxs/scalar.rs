//! IQ2_XXS in portable Rust.

use crate::codec::extremes;
use crate::codec::importance::{sum_of_squares, weigh};
use crate::codec::signed_groups;
use std::sync::LazyLock;

use super::{Block, SubBlock};
use crate::activation::q8_k;
use crate::codec::iq_grids::iq2_xxs::GRID;
use crate::codec::iq_grids::ksigns::KSIGNS;
use crate::codec::iq2::search::{Fit, Search};
use crate::codec::iq2::{decode, positive, signs, sub_block_code, tuples};
use crate::codec::near_points::NearPoints;
use crate::numeric::{F16, Real, U32};
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
        for (out, sub_block) in out.as_chunks_mut::<32>().0.iter_mut().zip(&block.sub_blocks) {
            let scale = decode::sub_scale(d, sub_block.scale());
            for (k, out) in out.as_chunks_mut::<8>().0.iter_mut().enumerate() {
                signed_groups::dequantize(scale, sub_block.magnitudes(k), sub_block.signs(k), out);
            }
        }
    }
}

impl SubBlock {
    #[inline(always)]
    fn scale(&self) -> u8 {
        (self.word.get() >> 28) as u8
    }

    #[inline(always)]
    fn magnitudes(&self, k: usize) -> &'static [i8; 8] {
        &GRID.points[usize::from(self.index[k])]
    }

    #[inline(always)]
    fn signs(&self, k: usize) -> u8 {
        KSIGNS[(self.word.get() >> (7 * k) & 127) as usize]
    }
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

fn quantize_block(search: &mut Search<4>, values: &[f32; 256], importance: &[f32; 256], block: &mut Block) {
    *block = Block { d: F16::from_f32(0.0), sub_blocks: [SubBlock::default(); 8] };
    let variance = sum_of_squares(values) / 256.0;
    let mut scales = [0.0; 8];
    let mut max_scale = 0.0;
    for j in 0..8 {
        let values = &values.as_chunks::<32>().0[j];
        let weights = weigh(values, &importance.as_chunks::<32>().0[j], variance);
        let Some((scale, sub_block)) = quantize_sub_block(search, values, &weights) else { continue };
        block.sub_blocks[j] = sub_block;
        scales[j] = scale;
        max_scale = if max_scale > scale { max_scale } else { scale };
    }
    if max_scale == 0.0 {
        block.sub_blocks = [SubBlock::default(); 8];
        return;
    }
    let d = max_scale / 31.0;
    block.d = F16::from_f32(d);
    for (sub_block, scale) in block.sub_blocks.iter_mut().zip(scales) {
        let code = u32::from(sub_block_code(scale, 1.0 / d));
        sub_block.word = U32::new(sub_block.word.get() | code << 28);
    }
}

/// The scale of a sub-block and its codes; none where it is too small or has no positive scale.
fn quantize_sub_block(search: &mut Search<4>, values: &[f32; 32], weights: &[f32; 32]) -> Option<(f32, SubBlock)> {
    let groups = weights.as_chunks::<8>().0;
    let mut magnitudes = [0.0; 32];
    let mut signs = [0; 4];
    let split =
        values.as_chunks::<8>().0.iter().zip(groups).map(|(values, weights)| signs::split_even(values, weights));
    for ((magnitudes, signs), group) in magnitudes.as_chunks_mut::<8>().0.iter_mut().zip(&mut signs).zip(split) {
        (*magnitudes, *signs) = (group.magnitudes, group.signs);
    }
    let max = extremes::max(&magnitudes);
    if max < EPSILON {
        return None;
    }
    let scale = positive::scale(&magnitudes, weights, max);
    let largest = scale * 3.0;
    if largest <= 0.0 {
        return None;
    }
    search.set(array(&magnitudes), array(weights));
    let mut fit = search.best::<13>(largest, Fit { scale, points: [0; 4], moved: [true; 4] });
    if fit.scale > 0.0 {
        search.refine(&mut fit, [true; 4]);
    }
    if fit.scale < 0.0 {
        fit.scale = -fit.scale;
        signs = signs.map(|signs| !signs);
    }
    let word = signs.iter().rev().fold(0, |word, signs| word << 7 | u32::from(signs & 127));
    Some((fit.scale, SubBlock { index: fit.points.map(|point| search.index(point) as u8), word: U32::new(word) }))
}

fn array(values: &[f32; 32]) -> &[[f32; 8]; 4] {
    values.as_chunks().0.try_into().expect("32 weights are 4 groups")
}

fn dot(weights: &[Block], activation: &[q8_k::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        let mut codes = 0;
        for (sub_block, a) in w.sub_blocks.iter().zip(a.qs.as_chunks::<32>().0) {
            let mut products = 0;
            for (k, a) in a.as_chunks::<8>().0.iter().enumerate() {
                products += signed_groups::dot(sub_block.magnitudes(k), sub_block.signs(k), a);
            }
            codes += (2 * i32::from(sub_block.scale()) + 1) * products;
        }
        sum += w.d.to_f32() * a.d.to_f32() * codes as f32;
    }
    0.125 * sum
}
