//! Unquantized numbers.

use std::arch::x86_64::__m256;
use std::marker::PhantomData;

use bytemuck::Zeroable;

use crate::kernel_set::MatmulShape;
use crate::scalar::Scalar;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::Avx2;

/// The number of `K`.
type Number<K> = <<K as Floats256>::Scalar as Scalar>::Block;

/// Plain numbers that AVX2 reads.
pub(crate) trait Floats256: 'static {
    /// The format.
    type Scalar: Scalar<Block: Zeroable, Activation = <Self::Scalar as Scalar>::Block>;

    /// Eight numbers.
    fn eight(s: Avx2, numbers: &[Number<Self>; 8]) -> __m256;

    /// The products of two times 16 numbers, added to two sums.
    #[inline(always)]
    fn multiply(s: Avx2, a: &[Number<Self>; 16], b: &[Number<Self>; 16], sums: [__m256; 2]) -> [__m256; 2] {
        let (a, b) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
        [
            s.fma(Self::eight(s, &a[0]), Self::eight(s, &b[0]), sums[0]),
            s.fma(Self::eight(s, &a[1]), Self::eight(s, &b[1]), sums[1]),
        ]
    }
}

/// The kernels of a plain format.
pub(crate) struct Floats<K>(PhantomData<K>);

#[inline(always)]
fn padded<B: Zeroable + Copy, const N: usize>(numbers: &[B]) -> [B; N] {
    let mut all = [B::zeroed(); N];
    all[..numbers.len()].copy_from_slice(numbers);
    all
}

/// Adds the products of 32 numbers to four running sums.
#[inline(always)]
fn add_32<K: Floats256>(
    s: Avx2,
    w: &[Number<K>; 32],
    a: &[Number<K>; 32],
    [first, second, third, fourth]: [__m256; 4],
) -> [__m256; 4] {
    let (w, a) = (w.as_chunks::<16>().0, a.as_chunks::<16>().0);
    let [first, second] = K::multiply(s, &w[0], &a[0], [first, second]);
    let [third, fourth] = K::multiply(s, &w[1], &a[1], [third, fourth]);
    [first, second, third, fourth]
}

/// Rows that are multiplied at once.
const ROWS: usize = 4;

/// Activations that are multiplied at once.
const COLUMNS: usize = 2;

/// Activations whose numbers stay in the second cache meanwhile.
const BLOCK: usize = 16;

/// Rows times activations, numbers all: each product has one running sum of eight lanes, whatever goes beside it.
#[inline(always)]
fn products<const R: usize, const C: usize, B: Zeroable + Copy>(
    s: Avx2,
    rows: [&[B]; R],
    columns: [&[B]; C],
    load: impl Fn(&[B; 8]) -> __m256,
) -> [[f32; C]; R] {
    let mut sums = [[s.zero_f32(); C]; R];
    let len = rows[0].len();
    let (row_parts, column_parts) = (rows.map(|row| row.as_chunks()), columns.map(|column| column.as_chunks()));
    for at in 0..len.div_ceil(8) {
        let (mut w, mut a) = ([s.zero_f32(); R], [s.zero_f32(); C]);
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
                sums[r][c] = s.fma(w[r], a[c], sums[r][c]);
            }
        }
    }
    sums.map(|sums| sums.map(|sum| s.sum_f32(sum)))
}

impl<K: Floats256> SimdKernel<Avx2> for Floats<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dot(s: Avx2, weights: &[Number<K>], activation: &[Number<K>]) -> f32 {
        let mut sums = [s.zero_f32(); 4];
        let ((w, w_rest), (a, a_rest)) = (weights.as_chunks::<32>(), activation.as_chunks::<32>());
        for (w, a) in w.iter().zip(a) {
            sums = add_32::<K>(s, w, a, sums);
        }
        if !w_rest.is_empty() {
            sums = add_32::<K>(s, &padded(w_rest), &padded(a_rest), sums);
        }
        s.sum_f32(s.add_f32(s.add_f32(sums[0], sums[1]), s.add_f32(sums[2], sums[3])))
    }

    #[inline(always)]
    fn matvec(s: Avx2, weights: &[Number<K>], activation: &[Number<K>], out: &mut [f32]) {
        let cols = activation.len();
        let (whole, rest) = out.as_chunks_mut::<8>();
        let rows = weights.chunks_exact(8 * cols);
        let last = rows.remainder();
        for (out, rows) in whole.iter_mut().zip(rows) {
            let rows: [&[Number<K>]; 8] = std::array::from_fn(|row| &rows[row * cols..][..cols]);
            *out = products(s, rows, [activation], |numbers| K::eight(s, numbers)).map(|[product]| product);
        }
        for (out, row) in rest.iter_mut().zip(last.chunks_exact(cols)) {
            [[*out]] = products(s, [row], [activation], |numbers| K::eight(s, numbers));
        }
    }

    #[inline(always)]
    fn matmul(s: Avx2, weights: &[Number<K>], activations: &[Number<K>], shape: MatmulShape, out: &mut [f32]) {
        if shape.batch == 1 {
            return Self::matvec(s, weights, activations, out);
        }
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
                    let products = products(s, of_rows, of_columns, |numbers| s.load_f32(numbers));
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

/// Numbers as f32.
#[inline(always)]
fn convert<K: Floats256>(s: Avx2, numbers: &[Number<K>], out: &mut [f32]) {
    let ((numbers, rest), (out, out_rest)) = (numbers.as_chunks::<8>(), out.as_chunks_mut::<8>());
    for (numbers, out) in numbers.iter().zip(out) {
        s.store_f32(out, K::eight(s, numbers));
    }
    let mut last = [0.0; 8];
    s.store_f32(&mut last, K::eight(s, &padded(rest)));
    out_rest.copy_from_slice(&last[..rest.len()]);
}
