//! Products of matrices of plain numbers: some rows at once with some activations, a part of their columns at a time.

use bytemuck::{Pod, Zeroable, cast_slice, cast_slice_mut};

use super::format::{FloatLanes, Floats, Number};
use crate::operation::MatmulShape;
use crate::product::padded::padded;

/// Numbers of a row that stay in the L1 cache while activations are streamed.
const DEPTH: usize = 512;

/// Numbers of activations that stay in the L2 cache while rows are streamed; the least count of activations.
const BLOCK: (usize, usize) = (1 << 17, 16);

/// A cache line. Rows of numbers are aligned to it: otherwise every other load of a wide register straddles two lines.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
struct Line([f32; 16]);

fn zeroed(numbers: usize) -> Vec<Line> {
    vec![Line::zeroed(); numbers.div_ceil(16)]
}

/// Rows times activations, `R` of the one at once with `C` of the others; each product has one accumulator of `L`
/// lanes, so that it does not depend on what is multiplied beside it.
#[inline(always)]
pub(super) fn matmul<K: Floats<T, L>, T: FloatLanes<L>, const L: usize, const R: usize, const C: usize>(
    token: T,
    weights: &[Number<K, T, L>],
    activations: &[Number<K, T, L>],
    shape: MatmulShape,
    out: &mut [f32],
) {
    const { assert!(2 * R == L) };
    let MatmulShape { rows, cols, batch } = shape;
    let stride = cols.next_multiple_of(16);
    let block = (BLOCK.0 / stride).max(BLOCK.1).min(batch);
    let (mut columns, mut numbers, mut sums) =
        (zeroed(block * stride), zeroed(R * DEPTH), zeroed(block.next_multiple_of(C) * R * L));
    let columns: &mut [f32] = cast_slice_mut(&mut columns);
    let numbers: &mut [f32] = cast_slice_mut(&mut numbers);
    let sums: &mut [f32] = cast_slice_mut(&mut sums);
    for (activations, out) in activations.chunks(block * cols).zip(out.chunks_mut(block * rows)) {
        for (activation, column) in activations.chunks_exact(cols).zip(columns.chunks_exact_mut(stride)) {
            decode::<K, T, L>(token, activation, &mut column[..cols]);
        }
        let batch = activations.len() / cols;
        for row in (0..rows).step_by(R) {
            let count = R.min(rows - row);
            for from in (0..stride).step_by(DEPTH) {
                let part = from..stride.min(from + DEPTH);
                for (r, numbers) in numbers.chunks_exact_mut(DEPTH).enumerate() {
                    // The last row stands in for missing rows.
                    let weights = &weights[(row + r.min(count - 1)) * cols..][..cols][from..part.end.min(cols)];
                    let (some, missing) = numbers.split_at_mut(weights.len());
                    decode::<K, T, L>(token, weights, some);
                    missing[..part.len() - some.len()].fill(0.0);
                }
                for column in (0..batch).step_by(C) {
                    let mut of_rows: [&[[f32; L]]; R] = [&[]; R];
                    for (r, of_row) in of_rows.iter_mut().enumerate() {
                        *of_row = cast_slice(&numbers[r * DEPTH..][..part.len()]);
                    }
                    let mut of_columns: [&[[f32; L]]; C] = [&[]; C];
                    for (c, of_column) in of_columns.iter_mut().enumerate() {
                        *of_column = cast_slice(&columns[(column + c).min(batch - 1) * stride..][part.clone()]);
                    }
                    let running = &mut sums[column * R * L..][..C * R * L];
                    let running: &mut [[f32; L]] = cast_slice_mut(running);
                    let tile = tile::<T, L, R, C>(token, of_rows, of_columns, (from > 0).then_some(&*running));
                    if part.end < stride {
                        for (running, sum) in running.iter_mut().zip(tile.as_flattened()) {
                            token.write(running, *sum);
                        }
                        continue;
                    }
                    for two in (0..C.min(batch - column)).step_by(2) {
                        let mut registers = [token.zeros(); L];
                        registers[..R].copy_from_slice(&tile[two]);
                        if two + 1 < C {
                            registers[R..].copy_from_slice(&tile[two + 1]);
                        }
                        let mut products = [0.0; L];
                        token.write(&mut products, token.sums(&registers));
                        let products = products.chunks_exact(R).take(batch - column - two);
                        for (c, products) in products.enumerate() {
                            out[(column + two + c) * rows + row..][..count].copy_from_slice(&products[..count]);
                        }
                    }
                }
            }
        }
    }
}

/// Numbers of a format as f32.
#[inline(always)]
fn decode<K: Floats<T, L>, T: FloatLanes<L>, const L: usize>(token: T, numbers: &[Number<K, T, L>], out: &mut [f32]) {
    let ((numbers, rest), (out, out_rest)) = (numbers.as_chunks(), out.as_chunks_mut());
    for (numbers, out) in numbers.iter().zip(out) {
        token.write(out, K::load(token, numbers));
    }
    let mut last = [0.0; L];
    token.write(&mut last, K::load(token, &padded(rest)));
    out_rest.copy_from_slice(&last[..rest.len()]);
}

/// Accumulators of rows times activations, starting from 0 or from `before`.
#[inline(always)]
fn tile<T: FloatLanes<L>, const L: usize, const R: usize, const C: usize>(
    token: T,
    rows: [&[[f32; L]]; R],
    columns: [&[[f32; L]]; C],
    before: Option<&[[f32; L]]>,
) -> [[T::Numbers; R]; C] {
    let mut sums = [[token.zeros(); R]; C];
    if let Some(before) = before {
        for (sum, before) in sums.as_flattened_mut().iter_mut().zip(before) {
            *sum = token.read(before);
        }
    }
    let len = rows[0].len();
    for at in 0..len {
        let mut of_columns = [token.zeros(); C];
        for c in 0..C {
            of_columns[c] = token.read(&columns[c][at]);
        }
        for r in 0..R {
            let of_row = token.read(&rows[r][at]);
            for c in 0..C {
                sums[c][r] = token.multiply_add(of_row, of_columns[c], sums[c][r]);
            }
        }
    }
    sums
}
