//! IQ1_M in portable Rust.

use super::Block;
use crate::activation::q8_k;
use crate::block::Scaled;
use crate::codec::importance::{squares, sum_of_squares, weigh};
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

    const QUANTIZE: Option<QuantizeRow<Block>> = Some(quantize);
    const QUANTIZE_WEIGHTED: Option<QuantizeWeightedRow<Block>> = Some(quantize_weighted);
    const DOT: Option<DotRow<Block, q8_k::Block>> = Some(dot);

    fn dequantize<R: Real>(block: &Block, out: &mut [R]) {
        let d = R::from_f32(block.d().to_f32());
        for (k, out) in out.chunks_exact_mut(8).enumerate() {
            let scale = d * R::from_i32(2 * i32::from(block.scale(k / 2)) + 1);
            let delta = R::from_f32(if block.shifts_down(k) { -DELTA } else { DELTA });
            for (out, &level) in out.iter_mut().zip(&GRID.points[block.index(k)]) {
                *out = scale * (R::from_i32(level.into()) + delta);
            }
        }
    }
}

/// Largest magnitude of a sub-block that is quantized to zeros.
const EPSILON: f32 = 1e-7;

/// The values of the levels in either half of a sub-block, by combination of shifts: the higher bit is set where the
/// first half shifts down, the lower where the second does.
const SHIFTS: [[[f32; 3]; 2]; 4] = [[UP, UP], [UP, DOWN], [DOWN, UP], [DOWN, DOWN]];

/// The bits of `qh` that say so.
const SHIFT_BITS: [u8; 4] = [0x00, 0x80, 0x08, 0x88];

#[inline(always)]
fn quantize(row: &[f32], blocks: &mut [Block]) {
    for (values, block) in row.as_chunks::<256>().0.iter().zip(blocks) {
        quantize_block(values, &squares(values), block);
    }
}

#[inline(always)]
fn quantize_weighted(row: &[f32], importance: &[f32], blocks: &mut [Block]) {
    let rows = row.as_chunks::<256>().0.iter().zip(importance.as_chunks::<256>().0);
    for ((values, importance), block) in rows.zip(blocks) {
        let variance = 2.0 * sum_of_squares(values) / 256.0;
        quantize_block(values, &weigh(values, importance, variance), block);
    }
}

fn quantize_block(values: &[f32; 256], weights: &[f32; 256], block: &mut Block) {
    *block = Block { qs: [0; 32], qh: [0; 16], scales: [U16::new(0); 4] };
    let mut scales = [0.0; 16];
    let mut shifts = [0; 16];
    let mut max_scale = 0.0;
    let sub_blocks = || values.as_chunks::<16>().0.iter().zip(weights.as_chunks::<16>().0);
    for (j, (values, weights)) in sub_blocks().enumerate() {
        let max = values.iter().fold(0.0f32, |max, x| if max > x.abs() { max } else { x.abs() });
        if max < EPSILON {
            continue;
        }
        let order = split::ascending(values);
        let Some(split) = best_split(values, weights, &order) else { continue };
        let mut levels = [0; 16];
        for (position, &i) in order.iter().enumerate() {
            levels[i] = u8::from(position >= split.first) + u8::from(position >= split.second);
        }
        shifts[j] = split.shift;
        let mut scale = split.scale;
        if scale < 0.0 {
            levels.iter_mut().for_each(|level| *level = 2 - *level);
            scale = -scale;
            shifts[j] = 3 - shifts[j];
        }
        let halves = || values.as_chunks::<8>().0.iter().zip(weights.as_chunks::<8>().0).zip(&SHIFTS[shifts[j]]);
        let mut places = [Place::default(); 2];
        for ((place_of, ((values, weights), level_values)), levels) in
            places.iter_mut().zip(halves()).zip(levels.as_chunks::<8>().0)
        {
            *place_of = place(values, weights, levels, scale, level_values);
        }
        if places.iter().any(|place| place.moved) {
            let mut fit = Fit::default();
            for (place, ((values, weights), level_values)) in places.iter().zip(halves()) {
                fit.add(values, weights, place.index, level_values[1], 1.0);
            }
            scale = fit.scale().unwrap_or(scale);
        }
        block.qs[2 * j] = places[0].index as u8;
        block.qs[2 * j + 1] = places[1].index as u8;
        block.qh[j] = (places[0].index >> 8 | places[1].index >> 8 << 4) as u8;
        scales[j] = scale;
        max_scale = if max_scale > scale { max_scale } else { scale };
    }
    if max_scale == 0.0 {
        return;
    }
    let mut d = max_scale / 15.0;
    let inverse = 1.0 / d;
    let mut fit = Fit::default();
    let mut codes = [0; 4];
    for (j, (values, weights)) in sub_blocks().enumerate() {
        let code = nearest_int(0.5 * (inverse * scales[j] - 1.0)).clamp(0, 7);
        codes[j / 4] |= (code as u16) << (3 * (j % 4));
        let halves = values.as_chunks::<8>().0.iter().zip(weights.as_chunks::<8>().0).zip(SHIFTS[shifts[j]]);
        for (k, ((values, weights), level_values)) in halves.enumerate() {
            let index = block.index(2 * j + k) as u16;
            fit.add(values, weights, index, level_values[1], (2 * code + 1) as f32);
        }
        block.qh[j] |= SHIFT_BITS[shifts[j]];
    }
    d = fit.signed_scale().unwrap_or(d);
    let bits = F16::from_f32(d * 1.1125).to_bits();
    block.scales = std::array::from_fn(|j| U16::new(codes[j] | (bits >> (4 * j) & 15) << 12));
}

fn best_split(values: &[f32; 16], weights: &[f32; 16], order: &[usize; 16]) -> Option<Split> {
    let divisions = Divisions::<16, 2, 20>::new(values, weights, order);
    split::best::<16, 2, 20, 4>(&divisions, |first, second, shift| {
        let part = |part: usize| {
            let (sums, totals) = (&divisions.sums[part], &divisions.totals[part]);
            // What the squares of the levels fall by from the lowest to the middle one and from there to the highest is
            // exact, and the same in the reference.
            let [low, middle, high] = *Divisions::<16, 2, 20>::levels(shift, part);
            let (to_middle, to_high) = (low * low - middle * middle, middle * middle - high * high);
            let qx = sums[16] * high - (sums[first] + sums[second]);
            let q2 = totals[16] * high * high + totals[first] * to_middle + totals[second] * to_high;
            (qx, q2)
        };
        let (a, b) = (part(0), part(1));
        (a.0 + b.0, a.1 + b.1)
    })
}

fn dot(weights: &[Block], activation: &[q8_k::Block]) -> f32 {
    let mut sum = 0.0;
    for (w, a) in weights.iter().zip(activation) {
        let (mut levels, mut shifts) = (0, 0);
        for (k, activation) in a.qs.as_chunks::<8>().0.iter().enumerate() {
            let group = &GRID.points[w.index(k)];
            let (mut products, mut codes) = (0, 0);
            for i in 0..8 {
                products += i32::from(group[i]) * i32::from(activation[i]);
                codes += i32::from(activation[i]);
            }
            let scale = 2 * i32::from(w.scale(k / 2)) + 1;
            levels += scale * products;
            shifts += if w.shifts_down(k) { -scale * codes } else { scale * codes };
        }
        sum += w.d().to_f32() * a.d.to_f32() * (levels as f32 + DELTA * shifts as f32);
    }
    sum
}
