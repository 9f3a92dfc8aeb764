//! Products with one activation.

use super::format::{FloatLanes, Floats, Number};
use crate::product::padded::padded;

/// Adds the products of four registers of numbers to four accumulators.
#[inline(always)]
fn add_four<K: Floats<T, L>, T: FloatLanes<L>, const L: usize>(
    token: T,
    w: &[[Number<K, T, L>; L]; 4],
    a: &[[Number<K, T, L>; L]; 4],
    [first, second, third, fourth]: [T::Numbers; 4],
) -> [T::Numbers; 4] {
    let (w, a) = (w.as_chunks::<2>().0, a.as_chunks::<2>().0);
    let [first, second] = K::multiply(token, &w[0], &a[0], [first, second]);
    let [third, fourth] = K::multiply(token, &w[1], &a[1], [third, fourth]);
    [first, second, third, fourth]
}

/// A row times an activation.
#[inline(always)]
pub(super) fn dot<K: Floats<T, L>, T: FloatLanes<L>, const L: usize>(
    token: T,
    weights: &[Number<K, T, L>],
    activation: &[Number<K, T, L>],
) -> f32 {
    let mut sums = [token.zeros(); 4];
    let (w, a) = (weights.as_chunks().0.as_chunks::<4>().0, activation.as_chunks().0.as_chunks::<4>().0);
    for (w, a) in w.iter().zip(a) {
        sums = add_four::<K, T, L>(token, w, a, sums);
    }
    let (w_rest, a_rest) = (&weights[4 * L * w.len()..], &activation[4 * L * a.len()..]);
    if !w_rest.is_empty() {
        sums = add_four::<K, T, L>(token, &padded(w_rest), &padded(a_rest), sums);
    }
    token.sum(token.add(token.add(sums[0], sums[1]), token.add(sums[2], sums[3])))
}

/// Rows times an activation; each product has one accumulator of `L` lanes, so that it does not depend on what is
/// multiplied beside it.
#[inline(always)]
fn products<K: Floats<T, L>, T: FloatLanes<L>, const L: usize, const R: usize>(
    token: T,
    rows: [&[Number<K, T, L>]; R],
    activation: &[Number<K, T, L>],
) -> [f32; L] {
    let mut sums = [token.zeros(); L];
    let (whole, rest) = activation.as_chunks();
    for (at, a) in whole.iter().enumerate() {
        let a = K::load(token, a);
        for r in 0..R {
            sums[r] = token.multiply_add(K::load(token, &rows[r].as_chunks().0[at]), a, sums[r]);
        }
    }
    if !rest.is_empty() {
        let a = K::load(token, &padded(rest));
        for r in 0..R {
            sums[r] = token.multiply_add(K::load(token, &padded(rows[r].as_chunks::<L>().1)), a, sums[r]);
        }
    }
    let mut products = [0.0; L];
    token.write(&mut products, token.sums(&sums));
    products
}

/// Rows times an activation, as many rows at a time as a register has lanes.
#[inline(always)]
pub(super) fn matvec<K: Floats<T, L>, T: FloatLanes<L>, const L: usize>(
    token: T,
    weights: &[Number<K, T, L>],
    activation: &[Number<K, T, L>],
    out: &mut [f32],
) {
    let cols = activation.len();
    let (whole, rest) = out.as_chunks_mut::<L>();
    let (first, last) = weights.split_at(L * cols * whole.len());
    for (out, together) in whole.iter_mut().zip(first.chunks_exact(L * cols)) {
        let mut rows: [&[Number<K, T, L>]; L] = [&[]; L];
        for row in 0..L {
            rows[row] = &together[row * cols..][..cols];
        }
        *out = products::<K, T, L, L>(token, rows, activation);
    }
    for (out, row) in rest.iter_mut().zip(last.chunks_exact(cols)) {
        *out = products::<K, T, L, 1>(token, [row], activation)[0];
    }
}
