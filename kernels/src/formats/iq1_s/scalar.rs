//! IQ1_S in portable Rust.

use super::Block;
use crate::activation::q8_k;
use crate::codec::importance::{sum_of_squares, weigh};
use crate::codec::iq_grids::iq1_s::GRID;
use crate::codec::iq1::place::{Place, place};
use crate::codec::iq1::refit::Fit;
use crate::codec::iq1::split::{self, Divisions, Split};
use crate::codec::iq1::{DELTA, DOWN, UP};
use crate::numeric::{F16, Real, U16, nearest_int};
use crate::scalar::{DotRow, QuantizeRow, QuantizeWeightedRow, Scalar};

pub(crate) struct Kernel;

impl Scalar for Kernel {
    type Block = Block;
    type Activation = q8_k::Block;

    const WIDE_DEQUANTIZE: bool = true;
    const QUANTIZE: Option<QuantizeRow<Block>> = None;
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = Some(quantize_weighted);
    const DOT: Option<DotRow<Block, q8_k::Block>> = Some(dot);

    #[inline(always)]
    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d.to_f32());
        for ((out, qs), qh) in out.chunks_exact_mut(32).zip(block.qs.as_chunks::<4>().0).zip(block.qh) {
            let qh = SubBlock(qh.get());
            let scale = d * R::from_i32(qh.scale());
            let delta = R::from_f32(if qh.shifts_down() { -DELTA } else { DELTA });
            for (k, (out, &low)) in out.chunks_exact_mut(8).zip(qs).enumerate() {
                for (out, &level) in out.iter_mut().zip(&GRID.points[qh.index(k, low)]) {
                    *out = scale * (R::from_i32(level.into()) + delta);
                }
            }
        }
    }
}

/// High bits of the indices, scale and shift of 32 weights.
struct SubBlock(u16);

impl SubBlock {
    fn scale(&self) -> i32 {
        i32::from(self.0 >> 12 & 7) * 2 + 1
    }

    fn shifts_down(&self) -> bool {
        self.0 & 0x8000 != 0
    }

    fn index(&self, k: usize, low: u8) -> usize {
        usize::from(low) | usize::from(self.0 >> (3 * k) & 7) << 8
    }
}

/// Largest magnitude of a sub-block that is quantized to zeros.
const EPSILON: f32 = 1e-12;

#[inline(always)]
fn quantize_weighted(row: &[f32], importance: &[f32], blocks: &mut [Block]) {
    let rows = row.as_chunks::<256>().0.iter().zip(importance.as_chunks::<256>().0);
    for ((values, importance), block) in rows.zip(blocks) {
        quantize_block(values, importance, block);
    }
}

fn quantize_block(values: &[f32; 256], importance: &[f32; 256], block: &mut Block) {
    let variance = 2.0 * sum_of_squares(values) / 256.0;
    *block = Block { d: F16::from_f32(0.0), qs: [0; 32], qh: [U16::new(0); 8] };
    let mut scales = [0.0; 8];
    let mut down = [false; 8];
    let mut max_scale = 0.0;
    let sub_blocks = values.as_chunks::<32>().0.iter().zip(importance.as_chunks::<32>().0);
    for (j, (values, importance)) in sub_blocks.enumerate() {
        let max = values.iter().fold(0.0f32, |max, x| if max > x.abs() { max } else { x.abs() });
        if max < EPSILON {
            continue;
        }
        let weights = weigh(values, importance, variance);
        let order = split::ascending(values);
        let Some(split) = best_split(values, &weights, &order) else { continue };
        let mut levels = [0; 32];
        for (position, &i) in order.iter().enumerate() {
            levels[i] = u8::from(position >= split.first) + u8::from(position >= split.second);
        }
        down[j] = split.shift == 1;
        let mut scale = split.scale;
        if scale < 0.0 {
            levels.iter_mut().for_each(|level| *level = 2 - *level);
            scale = -scale;
            down[j] = !down[j];
        }
        let level_values = if down[j] { &DOWN } else { &UP };
        let groups = || values.as_chunks::<8>().0.iter().zip(weights.as_chunks::<8>().0);
        let mut places = [Place::default(); 4];
        for ((place_of, (values, weights)), levels) in places.iter_mut().zip(groups()).zip(levels.as_chunks::<8>().0) {
            *place_of = place(values, weights, levels, scale, level_values);
        }
        if places.iter().any(|place| place.moved) {
            let mut fit = Fit::default();
            for (place, (values, weights)) in places.iter().zip(groups()) {
                fit.add(values, weights, place.index, level_values[1], 1.0);
            }
            scale = fit.scale().unwrap_or(scale);
        }
        let mut high = 0;
        for (k, place) in places.iter().enumerate() {
            block.qs[4 * j + k] = place.index as u8;
            high |= place.index >> 8 << (3 * k);
        }
        block.qh[j] = U16::new(high);
        scales[j] = scale;
        max_scale = if max_scale > scale { max_scale } else { scale };
    }
    if max_scale == 0.0 {
        return;
    }
    let d = max_scale / 15.0;
    block.d = F16::from_f32(d * 1.125);
    let inverse = 1.0 / d;
    for ((qh, scale), down) in block.qh.iter_mut().zip(scales).zip(down) {
        let code = nearest_int(0.5 * (inverse * scale - 1.0)).clamp(0, 7) as u16;
        *qh = U16::new(qh.get() | code << 12 | u16::from(down) << 15);
    }
}

fn best_split(values: &[f32; 32], weights: &[f32; 32], order: &[usize; 32]) -> Option<Split> {
    let divisions = Divisions::<32, 1, 36>::new(values, weights, order);
    let (sums, totals) = (&divisions.sums[0], &divisions.totals[0]);
    split::best::<32, 1, 36, 2>(&divisions, |first, second, shift| {
        let levels = if shift == 0 { &UP } else { &DOWN };
        let fit = |sums: &[f32; 36]| [sums[first], sums[second] - sums[first], sums[32] - sums[second]];
        let (x, w) = (fit(sums), fit(totals));
        let qx = x[0] * levels[0] + x[1] * levels[1] + x[2] * levels[2];
        let q2 = w[0] * levels[0] * levels[0] + w[1] * levels[1] * levels[1] + w[2] * levels[2] * levels[2];
        (qx, q2)
    })
}

fn dot(weights: &[Block], activation: &[q8_k::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        let (mut levels, mut shifts) = (0, 0);
        for j in 0..8 {
            let qh = SubBlock(w.qh[j].get());
            let mut products = 0;
            for k in 0..4 {
                let group = &GRID.points[qh.index(k, w.qs[4 * j + k])];
                let activation = &a.qs.as_chunks::<8>().0[4 * j + k];
                products += group.iter().zip(activation).map(|(&w, &a)| i32::from(w) * i32::from(a)).sum::<i32>();
            }
            levels += qh.scale() * products;
            let codes = i32::from(a.bsums[2 * j].get()) + i32::from(a.bsums[2 * j + 1].get());
            shifts += qh.scale() * if qh.shifts_down() { -codes } else { codes };
        }
        sum += w.d.to_f32() * a.d.to_f32() * (levels as f32 + DELTA * shifts as f32);
    }
    sum
}
