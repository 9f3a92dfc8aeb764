//! Unquantized numbers.

use std::arch::aarch64::float32x4_t;
use std::marker::PhantomData;

use bytemuck::Zeroable;

use crate::operation::MatmulShape;
use crate::scalar::Scalar;
use crate::simd::aarch64::{Neon, Tier};
use crate::simd::enter::SimdKernel;

/// The number of `K`.
type Number<K> = <<K as Floats8>::Scalar as Scalar>::Block;

/// Plain numbers that Advanced SIMD reads.
pub(crate) trait Floats8: 'static {
    /// The format.
    type Scalar: Scalar<Block: Zeroable, Activation = <Self::Scalar as Scalar>::Block>;

    /// Eight numbers.
    fn eight(s: Neon, numbers: &[Number<Self>; 8]) -> [float32x4_t; 2];
}

/// The kernels of a plain format.
pub(crate) struct Floats<K>(PhantomData<K>);

#[inline(always)]
fn padded<B: Zeroable + Copy, const N: usize>(numbers: &[B]) -> [B; N] {
    let mut all = [B::zeroed(); N];
    all[..numbers.len()].copy_from_slice(numbers);
    all
}

/// Adds the products of 32 numbers to eight accumulators.
#[inline(always)]
fn add_32<K: Floats8>(s: Neon, w: &[Number<K>; 32], a: &[Number<K>; 32], sums: &mut [float32x4_t; 8]) {
    let (w, a) = (w.as_chunks::<8>().0, a.as_chunks::<8>().0);
    for part in 0..4 {
        let (w, a) = (K::eight(s, &w[part]), K::eight(s, &a[part]));
        for half in 0..2 {
            sums[2 * part + half] = s.fma(sums[2 * part + half], w[half], a[half]);
        }
    }
}

/// Rows that are multiplied at once.
const ROWS: usize = 4;

/// Activations that are multiplied at once.
const COLUMNS: usize = 2;

/// Activations whose numbers stay in the L2 cache.
const BLOCK: usize = 16;

/// Rows times activations: each product has two accumulators of four lanes, so that it does not depend on what is
/// multiplied beside it.
#[inline(always)]
fn products<const R: usize, const C: usize, B: Zeroable + Copy>(
    s: Neon,
    rows: [&[B]; R],
    columns: [&[B]; C],
    load: impl Fn(&[B; 8]) -> [float32x4_t; 2],
) -> [[f32; C]; R] {
    let zeros = [s.set1_f32(0.0); 2];
    let mut sums = [[zeros; C]; R];
    let len = rows[0].len();
    let (row_parts, column_parts) = (rows.map(|row| row.as_chunks()), columns.map(|column| column.as_chunks()));
    for at in 0..len.div_ceil(8) {
        let (mut w, mut a) = ([zeros; R], [zeros; C]);
        if at < len / 8 {
            for r in 0..R {
                w[r] = load(&row_parts[r].0[at]);
            }
            for c in 0..C {
                a[c] = load(&column_parts[c].0[at]);
            }
        } else {
            for r in 0..R {
                w[r] = load(&padded(row_parts[r].1));
            }
            for c in 0..C {
                a[c] = load(&padded(column_parts[c].1));
            }
        }
        for r in 0..R {
            for c in 0..C {
                for half in 0..2 {
                    sums[r][c][half] = s.fma(sums[r][c][half], w[r][half], a[c][half]);
                }
            }
        }
    }
    sums.map(|sums| sums.map(|[first, second]| s.sum_f32(s.add_f32(first, second))))
}

impl<K: Floats8, T: Tier> SimdKernel<T> for Floats<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dot(t: T, weights: &[Number<K>], activation: &[Number<K>]) -> f32 {
        let s = t.neon();
        let mut sums = [s.set1_f32(0.0); 8];
        let ((w, w_rest), (a, a_rest)) = (weights.as_chunks::<32>(), activation.as_chunks::<32>());
        for (w, a) in w.iter().zip(a) {
            add_32::<K>(s, w, a, &mut sums);
        }
        if !w_rest.is_empty() {
            add_32::<K>(s, &padded(w_rest), &padded(a_rest), &mut sums);
        }
        let [a, b, c, d, e, f, g, h] = sums;
        let fours = [s.add_f32(a, b), s.add_f32(c, d), s.add_f32(e, f), s.add_f32(g, h)];
        s.sum_f32(s.add_f32(s.add_f32(fours[0], fours[1]), s.add_f32(fours[2], fours[3])))
    }

    #[inline(always)]
    fn matvec(t: T, weights: &[Number<K>], activation: &[Number<K>], out: &mut [f32]) {
        let s = t.neon();
        let cols = activation.len();
        let (whole, rest) = out.as_chunks_mut::<4>();
        let rows = weights.chunks_exact(4 * cols);
        let last = rows.remainder();
        for (out, rows) in whole.iter_mut().zip(rows) {
            let rows = [0, 1, 2, 3].map(|row| &rows[row * cols..][..cols]);
            *out = products(s, rows, [activation], |numbers| K::eight(s, numbers)).map(|[product]| product);
        }
        for (out, row) in rest.iter_mut().zip(last.chunks_exact(cols)) {
            [[*out]] = products(s, [row], [activation], |numbers| K::eight(s, numbers));
        }
    }

    #[inline(always)]
    fn matmul(t: T, weights: &[Number<K>], activations: &[Number<K>], shape: MatmulShape, out: &mut [f32]) {
        if shape.batch == 1 {
            return Self::matvec(t, weights, activations, out);
        }
        let s = t.neon();
        let MatmulShape { rows, cols, .. } = shape;
        let mut columns = vec![0.0; BLOCK.min(shape.batch) * cols];
        let mut row_numbers = vec![0.0; ROWS * cols];
        let blocks = activations.chunks(BLOCK * cols).zip(out.chunks_mut(BLOCK * rows));
        for (activations, out) in blocks {
            let columns = &mut columns[..activations.len()];
            convert::<K>(s, activations, columns);
            let batch = activations.len() / cols;
            for (first, weights) in weights.chunks(ROWS * cols).enumerate().map(|(at, rows)| (at * ROWS, rows)) {
                let numbers = &mut row_numbers[..weights.len()];
                convert::<K>(s, weights, numbers);
                let of_rows: [&[f32]; ROWS] =
                    std::array::from_fn(|row| &numbers[row.min(numbers.len() / cols - 1) * cols..][..cols]);
                for column in (0..batch).step_by(COLUMNS) {
                    let of_columns: [&[f32]; COLUMNS] =
                        std::array::from_fn(|c| &columns[(column + c).min(batch - 1) * cols..][..cols]);
                    let products = products(s, of_rows, of_columns, |numbers| eight_f32(s, numbers));
                    for c in 0..COLUMNS.min(batch - column) {
                        for r in 0..ROWS.min(rows - first) {
                            out[(column + c) * rows + first + r] = products[r][c];
                        }
                    }
                }
            }
        }
    }
}

/// Eight numbers.
#[inline(always)]
pub(crate) fn eight_f32(s: Neon, numbers: &[f32; 8]) -> [float32x4_t; 2] {
    let [first, second]: &[[f32; 4]; 2] = bytemuck::cast_ref(numbers);
    [s.load_f32(first), s.load_f32(second)]
}

/// Numbers as f32.
#[inline(always)]
fn convert<K: Floats8>(s: Neon, numbers: &[Number<K>], out: &mut [f32]) {
    let store = |numbers: &[Number<K>; 8], out: &mut [f32; 8]| {
        for (out, four) in out.as_chunks_mut::<4>().0.iter_mut().zip(K::eight(s, numbers)) {
            s.store_f32(out, four);
        }
    };
    let ((numbers, rest), (out, out_rest)) = (numbers.as_chunks::<8>(), out.as_chunks_mut::<8>());
    for (numbers, out) in numbers.iter().zip(out) {
        store(numbers, out);
    }
    let mut last = [0.0; 8];
    store(&padded(rest), &mut last);
    out_rest.copy_from_slice(&last[..rest.len()]);
}
