//! The ways in which scales lie.

use std::arch::x86_64::{__m256, __m256i};
use std::hint::black_box;

use super::format::{Act, Multiply, ScaleAndMin, ScaleOf16, ScaleOf32, Scaling};
use crate::block::Scaled;
use crate::numeric::f16_table;
use crate::product::avx2::halves::{self, first_halves};
use crate::product::avx2::transpose::{half_sums, sums, transpose};
use crate::simd::x86::{Aligned, Avx2};

/// A scale for each 32 weights.
pub(crate) struct Each32;

/// A scale for each 16 weights.
pub(crate) struct Each16;

/// A scale and a minimum for each 32 weights.
pub(crate) struct Each32WithMin;

/// Eight numbers stored, so that loads broadcast each: the compiler would broadcast by shuffles, whose port is the
/// bottleneck.
#[inline(always)]
fn in_memory(numbers: __m256) -> [f32; 8] {
    let Aligned(numbers): Aligned<[f32; 8]> = black_box(Aligned(bytemuck::cast(numbers)));
    numbers
}

/// Eight numbers of each of eight rows, transposed: a register has the same number of each row.
#[inline(always)]
fn transposed(s: Avx2, rows: [__m256; 8]) -> [__m256i; 8] {
    transpose(s, &unrolled!(8; row => bytemuck::cast(rows[row])))
}

impl<K: ScaleOf32> Scaling<K> for Each32 {
    const PARTS: usize = 1;
    /// The scales of the rows, a register each 32 weights; those of the activation.
    type Rows = ([__m256i; 8], [f32; 8]);

    #[inline(always)]
    fn add_chunk<M: Multiply<K>>(
        s: Avx2,
        chunk: &K::Chunk,
        a: &[Act<K>; 8],
        sums: &mut [__m256; 5],
        least: &mut __m256i,
    ) {
        let _: [(); 8] = unrolled!(8; index => {
            let integers = M::products(s, chunk, index, &a[index], least);
            // Two multiplications by broadcast scales cost less than multiplying the scales first.
            let scaled = s.mul_f32(s.to_f32(integers), s.set1_f32(f16_table::get(a[index].d())));
            sums[index % 4] = s.fma(scaled, s.set1_f32(K::scale(chunk, index)), sums[index % 4]);
        });
    }

    #[inline(always)]
    fn rows(s: Avx2, rows: [&K::Chunk; 8], a: &[Act<K>; 8]) -> Self::Rows {
        let scales = transposed(s, unrolled!(8; row => K::scales(s, rows[row])));
        (scales, in_memory(halves::scales(s, a)))
    }

    #[inline(always)]
    fn add_rows(
        s: Avx2,
        (scales, of_activation): &Self::Rows,
        index: usize,
        integers: &[__m256i; 8],
        sum: __m256,
    ) -> __m256 {
        let scales = s.mul_f32(bytemuck::cast(scales[index]), s.set1_f32(of_activation[index]));
        s.fma(s.to_f32(sums(s, integers)), scales, sum)
    }

    #[inline(always)]
    fn store(s: Avx2, rows: [&K::Chunk; 8], scales: &mut [[[f32; 8]; 2]; 8], _: &mut [[f32; 8]; 8]) {
        let all = transposed(s, unrolled!(8; row => K::scales(s, rows[row])));
        for ([scales, _], all) in scales.iter_mut().zip(all) {
            s.store(scales, all);
        }
    }
}

impl<K: ScaleOf16> Scaling<K> for Each16 {
    const PARTS: usize = 2;
    /// The scales of the rows, a register each 16 weights; those of the activation.
    type Rows = ([[__m256i; 8]; 2], [f32; 8]);

    #[inline(always)]
    fn add_chunk<M: Multiply<K>>(
        s: Avx2,
        chunk: &K::Chunk,
        a: &[Act<K>; 8],
        sums: &mut [__m256; 5],
        least: &mut __m256i,
    ) {
        let (weights, activation) = (K::scales(s, chunk), bytemuck::cast(halves::scales(s, a)));
        let low = bytemuck::cast(s.permute_u32(activation, s.load(&[0u32, 0, 1, 1, 2, 2, 3, 3])));
        let high = bytemuck::cast(s.permute_u32(activation, s.load(&[4u32, 4, 5, 5, 6, 6, 7, 7])));
        let scales = store_both(s, [s.mul_f32(weights[0], low), s.mul_f32(weights[1], high)]);
        let scales = scales.as_flattened();
        let _: [(); 8] = unrolled!(8; index => {
            let integers = M::products(s, chunk, index, &a[index], least);
            let scale = s.join_f32(s.set1_f32_128(scales[2 * index + 1]), s.set1_f32_128(scales[2 * index]));
            sums[index % 4] = s.fma(s.to_f32(integers), scale, sums[index % 4]);
        });
    }

    #[inline(always)]
    fn rows(s: Avx2, rows: [&K::Chunk; 8], a: &[Act<K>; 8]) -> Self::Rows {
        let scales: [[__m256; 2]; 8] = unrolled!(8; row => K::scales(s, rows[row]));
        let scales = unrolled!(2; half => transposed(s, unrolled!(8; row => scales[row][half])));
        (scales, in_memory(halves::scales(s, a)))
    }

    #[inline(always)]
    fn add_rows(
        s: Avx2,
        (scales, of_activation): &Self::Rows,
        index: usize,
        integers: &[__m256i; 8],
        mut sum: __m256,
    ) -> __m256 {
        let scale = s.set1_f32(of_activation[index]);
        for (half, integers) in half_sums(s, integers).into_iter().enumerate() {
            let scales = bytemuck::cast(scales.as_flattened()[2 * index + half]);
            sum = s.fma(s.to_f32(integers), s.mul_f32(scales, scale), sum);
        }
        sum
    }

    #[inline(always)]
    fn store(s: Avx2, rows: [&K::Chunk; 8], scales: &mut [[[f32; 8]; 2]; 8], _: &mut [[f32; 8]; 8]) {
        let of_rows: [[__m256; 2]; 8] = unrolled!(8; row => K::scales(s, rows[row]));
        for (half, scales) in scales.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            let all = transposed(s, unrolled!(8; row => of_rows[row][half]));
            for (scales, all) in scales.as_flattened_mut().iter_mut().zip(all) {
                s.store(scales, all);
            }
        }
    }
}

/// Two registers of numbers stored, as by [`in_memory`].
#[inline(always)]
fn store_both(s: Avx2, numbers: [__m256; 2]) -> [[f32; 8]; 2] {
    let mut both = [[0.0; 8]; 2];
    s.store_f32(&mut both[0], numbers[0]);
    s.store_f32(&mut both[1], numbers[1]);
    let Aligned(both) = black_box(Aligned(both));
    both
}

impl<K: ScaleAndMin> Scaling<K> for Each32WithMin {
    const PARTS: usize = 1;
    /// The scales and the minimums of the rows, a register each 32 weights; the scales and the sums of the activation.
    type Rows = ([[__m256i; 8]; 2], [[f32; 8]; 2]);

    #[inline(always)]
    fn add_chunk<M: Multiply<K>>(
        s: Avx2,
        chunk: &K::Chunk,
        a: &[Act<K>; 8],
        sums: &mut [__m256; 5],
        least: &mut __m256i,
    ) {
        // Each product of scales is followed by that of the minimum and the activation's sum.
        let (weights, activations) = (K::scales_and_mins(s, chunk), first_halves(s, a));
        let scales = store_both(s, unrolled!(2; half => s.mul_f32(weights[half], activations[half])));
        let _: [(); 8] = unrolled!(8; index => {
            let integers = M::products(s, chunk, index, &a[index], least);
            sums[index % 4] = s.fma(s.to_f32(integers), s.set1_f32(scales.as_flattened()[2 * index]), sums[index % 4]);
        });
        for half in &scales {
            sums[4] = s.add_f32(sums[4], s.load_f32(half));
        }
    }

    #[inline(always)]
    fn total(s: Avx2, sums: &[__m256; 5]) -> __m256 {
        let products = s.add_f32(s.add_f32(sums[0], sums[1]), s.add_f32(sums[2], sums[3]));
        // The even lanes have added up scales.
        s.add_f32(products, s.blend_f32::<0xaa>(s.zero_f32(), sums[4]))
    }

    #[inline(always)]
    fn rows(s: Avx2, rows: [&K::Chunk; 8], a: &[Act<K>; 8]) -> Self::Rows {
        let scales = transposed(s, unrolled!(8; row => K::scales(s, rows[row])));
        let mins = transposed(s, unrolled!(8; row => K::mins(s, rows[row])));
        let of_activation = in_memory(halves::scales(s, a));
        ([scales, mins], [of_activation, in_memory(halves::sums(s, a))])
    }

    #[inline(always)]
    fn add_rows(
        s: Avx2,
        ([scales, mins], [of_activation, sums_of_activation]): &Self::Rows,
        index: usize,
        integers: &[__m256i; 8],
        sum: __m256,
    ) -> __m256 {
        let scales = s.mul_f32(bytemuck::cast(scales[index]), s.set1_f32(of_activation[index]));
        let sum = s.fma(s.to_f32(sums(s, integers)), scales, sum);
        s.fma(bytemuck::cast(mins[index]), s.set1_f32(sums_of_activation[index]), sum)
    }

    #[inline(always)]
    fn store(s: Avx2, rows: [&K::Chunk; 8], scales: &mut [[[f32; 8]; 2]; 8], mins: &mut [[f32; 8]; 8]) {
        let all = transposed(s, unrolled!(8; row => K::scales(s, rows[row])));
        for ([scales, _], all) in scales.iter_mut().zip(all) {
            s.store(scales, all);
        }
        let all = transposed(s, unrolled!(8; row => K::mins(s, rows[row])));
        for (mins, all) in mins.iter_mut().zip(all) {
            s.store(mins, all);
        }
    }

    #[inline(always)]
    fn add_min(s: Avx2, mins: &[f32; 8], sum_of_activation: f32, sum: __m256) -> __m256 {
        s.fma(s.load_f32(mins), s.set1_f32(sum_of_activation), sum)
    }
}
