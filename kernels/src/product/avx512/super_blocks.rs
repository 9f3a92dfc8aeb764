//! Super-blocks of 256 weights times Q8_K.

use std::arch::x86_64::{__m128, __m256i, __m512, __m512i};
use std::hint::black_box;
use std::marker::PhantomData;

use bytemuck::cast_slice;

use super::transpose::{sums, sums_of_four, transpose};
use crate::formats::q8_k;
use crate::kernel_set::MatmulShape;
use crate::numeric::F16;
use crate::product::avx2::halves::four;
use crate::product::tile::{Panels, matmul};
use crate::scalar::{Scalar, dequantize_row};
use crate::simd::enter::SimdKernel;
use crate::simd::x86::{Ahead, Aligned, Avx512};

/// How codes meet the scales of their sub-blocks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scaling {
    /// Pairs of products fit 16 bits: codes are at most 128.
    Pairs,
    /// Sums of four products in 32 bits: any codes.
    Quads,
    /// There is one scale for all.
    None,
}

/// Integers that belong to sub-blocks of 16, in order.
pub(crate) struct Scales {
    /// What products of codes are multiplied by; whatever with [`Scaling::None`].
    pub(crate) scales: __m256i,
    /// What sums of activations are multiplied by, and then subtracted; whatever without minimums.
    pub(crate) mins: __m256i,
}

/// Scales that are bytes, none negative.
pub(crate) struct ByteScales {
    /// In each 128 bits the scales of the sub-blocks in order; of eight, those twice.
    pub(crate) scales: __m512i,
    /// As [`Scales::mins`].
    pub(crate) mins: __m256i,
}

/// The block of `K`.
type Block<K> = <<K as SuperBlock>::Scalar as Scalar>::Block;

/// A format whose super-blocks are unpacked by AVX-512.
pub(crate) trait SuperBlock: 'static {
    /// The format.
    type Scalar: Scalar<Activation = q8_k::Block>;

    /// What is to be subtracted from the unpacked codes.
    const OFFSET: i16;
    /// How scales are applied.
    const SCALING: Scaling;
    /// Weights that share a scale, 16 or 32.
    const SUB_BLOCK: usize;
    /// Whether there are minimums.
    const MINS: bool = false;

    /// Codes in order, [`Self::OFFSET`] added so that none is negative.
    fn codes(s: Avx512, block: &Block<Self>) -> [__m512i; 4];

    /// Whether codes can be taken by [`Self::half_codes`], which is then what products with one activation do.
    const HALVES: bool = false;

    /// Codes as [`Self::codes`], but of each four sub-blocks of 32 the first halves, then the second: what is multiplied
    /// by them is scaled in half as many registers.
    #[inline(always)]
    fn half_codes(s: Avx512, _: &Block<Self>) -> [__m512i; 4] {
        [s.zero(); 4]
    }

    /// `sum` and lanes whose sum is that of codes times activations: how products with one activation are made without
    /// scales of sub-blocks.
    #[inline(always)]
    fn unscaled(s: Avx512, block: &Block<Self>, a: &q8_k::Block, mut sum: __m512i) -> __m512i {
        let (codes, y) = (Self::codes(s, block), a.qs.as_chunks::<64>().0);
        for k in 0..4 {
            sum = s.dot_u8_i8(sum, codes[k], s.load(&y[k]));
        }
        sum
    }

    /// Scales and minimums.
    fn scales(s: Avx512, block: &Block<Self>) -> Scales;

    /// Whether scales can be had by [`Self::byte_scales`], which takes fewer instructions.
    const BYTE_SCALES: bool = false;

    /// Scales and minimums; only with [`Self::BYTE_SCALES`].
    #[inline(always)]
    fn byte_scales(s: Avx512, _: &Block<Self>) -> ByteScales {
        ByteScales { scales: s.zero(), mins: s.zero_256() }
    }

    /// Whether unpacking takes so many instructions that `dot` is not to repeat them.
    const LARGE: bool = false;

    /// What products are multiplied by besides the scales.
    const FACTOR: f32 = 1.0;

    /// Decodes whole rows.
    #[inline(always)]
    fn dequantize(_: Avx512, blocks: &[Block<Self>], out: &mut [f32]) {
        dequantize_row::<Self::Scalar, f32>(cast_slice(blocks), out);
    }

    /// What the sums of 16 activations are multiplied by to take [`Self::OFFSET`] back, given the scales.
    #[inline(always)]
    fn offsets(s: Avx512, _: &Block<Self>, scales: __m256i) -> __m256i {
        let offset = s.set1_i16_256(-Self::OFFSET);
        if Self::SCALING == Scaling::None { offset } else { s.mul_i16_256(scales, offset) }
    }

    /// The scale of the scales.
    fn d(block: &Block<Self>) -> F16;

    /// The scale of the minimums.
    #[inline(always)]
    fn dmin(_: &Block<Self>) -> F16 {
        F16::from_bits(0)
    }
}

/// The kernels of a format in super-blocks.
pub(crate) struct SuperBlocks<K>(PhantomData<K>);

/// Lanes whose sum is that of codes times scales times activations, and lanes whose sum is that of the minimums.
#[inline(always)]
fn integers<K: SuperBlock>(s: Avx512, block: &Block<K>, a: &q8_k::Block) -> (__m512i, __m256i) {
    if K::BYTE_SCALES {
        return integers_of_bytes::<K>(s, block, a);
    }
    let Scales { scales, mins } = K::scales(s, block);
    let bsums = s.load_256(&a.bsums);
    let mut sum = s.zero();
    if K::OFFSET != 0 {
        sum = s.widen(s.multiply_pairs_i16_256(K::offsets(s, block, scales), bsums));
    }
    if K::HALVES {
        return (add_halves::<K>(s, K::half_codes(s, block), scales, a, sum), s.zero_256());
    }
    if K::SCALING == Scaling::None {
        return (K::unscaled(s, block, a, sum), s.zero_256());
    }
    let codes = K::codes(s, block);
    // Each scale twice in 32 bits: these take one instruction to permute, where 16 bits take two.
    let twice = match K::SCALING {
        Scaling::Pairs => {
            let scales = s.extend_u16_u32(scales);
            s.or(scales, s.shift_left_i32::<16>(scales))
        }
        _ => s.zero(),
    };
    for k in 0..4 {
        let y = s.load(&a.qs.as_chunks::<64>().0[k]);
        sum = match K::SCALING {
            Scaling::Pairs => {
                let scales = s.permute_u32(s.dwords(&EACH_4[k]), twice);
                s.dot_i16(sum, s.multiply_pairs_u8_i8(codes[k], y), scales)
            }
            _ => {
                let scales = s.permute_u32(s.dwords(&EACH_4[k]), s.extend_i16_i32(scales));
                s.add_i32(sum, s.mul_i32(s.dot_u8_i8(s.zero(), codes[k], y), scales))
            }
        };
    }
    let mins = if K::MINS { s.multiply_pairs_i16_256(mins, bsums) } else { s.zero_256() };
    (sum, mins)
}

/// Adds products of codes that come as halves of sub-blocks.
#[inline(always)]
fn add_halves<K: SuperBlock>(
    s: Avx512,
    codes: [__m512i; 4],
    scales: __m256i,
    a: &q8_k::Block,
    mut sum: __m512i,
) -> __m512i {
    const { assert!(!K::HALVES || matches!(K::SCALING, Scaling::Quads) && K::SUB_BLOCK == 32 && !K::MINS) };
    let scales = s.extend_i16_i32(scales);
    for quad in 0..2 {
        let [first, second] = unrolled!(2; half => s.load(&a.qs.as_chunks::<64>().0[2 * quad + half]));
        let y_first = s.shuffle_quarters::<0b10_00_10_00>(first, second);
        let y_second = s.shuffle_quarters::<0b11_01_11_01>(first, second);
        let products = s.dot_u8_i8(s.dot_u8_i8(s.zero(), codes[2 * quad], y_first), codes[2 * quad + 1], y_second);
        let scales = s.permute_u32(s.dwords(&EACH_4_OF_HALVES[quad]), scales);
        sum = s.add_i32(sum, s.mul_i32(products, scales));
    }
    sum
}

/// For the four sub-blocks of a quad: which of sixteen scales, each there twice, belongs to each four codes of a half.
static EACH_4_OF_HALVES: [[u32; 16]; 2] = {
    let mut index = [[0; 16]; 2];
    let mut at = 0;
    while at < 32 {
        index[at / 16][at % 16] = at as u32 / 4 * 2;
        at += 1;
    }
    index
};

/// The same by scales that are bytes.
#[inline(always)]
fn integers_of_bytes<K: SuperBlock>(s: Avx512, block: &Block<K>, a: &q8_k::Block) -> (__m512i, __m256i) {
    const { assert!(!K::BYTE_SCALES || K::OFFSET == 0) };
    let ByteScales { scales, mins } = K::byte_scales(s, block);
    let codes = K::codes(s, block);
    let mut sum = s.zero();
    for k in 0..4 {
        let y = s.load(&a.qs.as_chunks::<64>().0[k]);
        let index = s.bytes(if K::SUB_BLOCK == 16 { &TWICE_OF_16[k] } else { &TWICE_OF_8[k] });
        sum = s.dot_i16(sum, s.multiply_pairs_u8_i8(codes[k], y), s.shuffle_u8(scales, index));
    }
    let mins = if K::MINS { s.multiply_pairs_i16_256(mins, s.load_256(&a.bsums)) } else { s.zero_256() };
    (sum, mins)
}

/// For the k-th 64 codes: the byte of the scale that belongs to each two of them, widened by a zero.
static TWICE_OF_16: [[u8; 64]; 4] = bytes_of_scales(16);
static TWICE_OF_8: [[u8; 64]; 4] = bytes_of_scales(32);

const fn bytes_of_scales(sub_block: usize) -> [[u8; 64]; 4] {
    let mut index = [[128; 64]; 4];
    let mut at = 0;
    while at < 256 {
        index[at / 64][at % 64] = (at / sub_block) as u8;
        at += 2;
    }
    index
}

/// Sixteen 16-bit floats as f32.
///
/// They meet in scalar registers: a vector is not loaded before what was stored in parts has left for the cache.
#[inline(always)]
fn sixteen(s: Avx512, halves: [F16; 16]) -> __m512 {
    let word = |at: usize| i64::from(halves[at].to_bits());
    let four = |at: usize| word(at) | word(at + 1) << 16 | word(at + 2) << 32 | word(at + 3) << 48;
    s.halves_to_f32(s.narrow().set_i64(four(12), four(8), four(4), four(0)))
}

/// Adds up the products of each super-block in lanes, which round on their own.
///
/// That suits formats without an offset: one that cancels must do so before anything is rounded.
#[inline(always)]
fn dot_of_lanes<K: SuperBlock>(s: Avx512, weights: &[Block<K>], activation: &[q8_k::Block]) -> f32 {
    let narrow = s.narrow();
    let (mut sum, mut sum_of_mins) = (s.zero_f32(), narrow.zero_f32());
    for (w, a) in weights.iter().zip(activation) {
        let (codes, mins) = integers::<K>(s, w, a);
        let zero = F16::from_bits(0);
        let factors = four(narrow, [K::d(w), K::dmin(w), zero, zero]);
        let factors = s.mul_f32_128(factors, s.set1_f32_128(K::FACTOR * a.d.to_f32()));
        // Through memory, from where a number is loaded into all lanes by ports that are free.
        let Aligned([d, dmin, _, _]): Aligned<[f32; 4]> = black_box(Aligned(bytemuck::cast(factors)));
        sum = s.fma(s.to_f32(codes), s.set1_f32(d), sum);
        if K::MINS {
            sum_of_mins = narrow.fnma(narrow.to_f32(mins), narrow.set1_f32(dmin), sum_of_mins);
        }
    }
    if K::MINS { s.sum_f32(sum) + narrow.sum_f32(sum_of_mins) } else { s.sum_f32(sum) }
}

/// Adds up the products of each super-block as integers, those of four at a time.
#[inline(always)]
fn dot_of_integers<K: SuperBlock>(s: Avx512, weights: &[Block<K>], activation: &[q8_k::Block]) -> f32 {
    const { assert!(K::OFFSET == 0 || !K::MINS) };
    let (whole, rest) = weights.as_chunks::<4>();
    let (whole_activation, rest_activation) = activation.as_chunks::<4>();
    let mut sum = s.zero_f32_128();
    for (w, a) in whole.iter().zip(whole_activation) {
        let mut codes = [s.zero(); 4];
        // The compiler must not unroll it where what is inside is large.
        for at in 0..if K::LARGE { black_box(4).min(4) } else { 4 } {
            (codes[at], _) = integers::<K>(s, &w[at], &a[at]);
        }
        let d = unrolled!(4; k => K::d(&w[k]));
        sum = scaled::<K>(s, codes, d, unrolled!(4; k => a[k].d.to_f32()), sum);
    }
    for (w, a) in rest.iter().zip(rest_activation) {
        let (codes, _) = integers::<K>(s, w, a);
        let zero = F16::from_bits(0);
        let (d, of_activation) = ([K::d(w), zero, zero, zero], [a.d.to_f32(), 0.0, 0.0, 0.0]);
        sum = scaled::<K>(s, [codes, s.zero(), s.zero(), s.zero()], d, of_activation, sum);
    }
    let lanes: [f32; 4] = bytemuck::cast(sum);
    (lanes[0] + lanes[2]) + (lanes[1] + lanes[3])
}

/// Adds four integers, each the sum of the lanes of a register, times their scales.
#[inline(always)]
fn scaled<K: SuperBlock>(
    s: Avx512,
    integers: [__m512i; 4],
    d: [F16; 4],
    of_activation: [f32; 4],
    sum: __m128,
) -> __m128 {
    let scale = s.mul_f32_128(bytemuck::cast(of_activation), s.set1_f32_128(K::FACTOR));
    s.fma_128(s.to_f32_128(sums_of_four(s, &integers)), s.mul_f32_128(four(s.narrow(), d), scale), sum)
}

/// For the k-th 64 codes: which scale belongs to each four of them.
static EACH_4: [[u32; 16]; 4] = {
    let mut index = [[0; 16]; 4];
    let mut at = 0;
    while at < 64 {
        index[at / 16][at % 16] = at as u32 / 4;
        at += 1;
    }
    index
};

impl<K: SuperBlock> SimdKernel<Avx512> for SuperBlocks<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dequantize(s: Avx512, blocks: &[Block<K>], out: &mut [f32]) {
        K::dequantize(s, blocks, out);
    }

    #[inline(always)]
    fn dot(s: Avx512, weights: &[Block<K>], activation: &[q8_k::Block]) -> f32 {
        if K::OFFSET == 0 {
            dot_of_lanes::<K>(s, weights, activation)
        } else {
            dot_of_integers::<K>(s, weights, activation)
        }
    }

    #[inline(always)]
    fn matvec(s: Avx512, weights: &[Block<K>], activation: &[q8_k::Block], out: &mut [f32]) {
        let row_blocks = activation.len();
        let ahead = Ahead::new(weights, row_blocks, 16);
        for (group, out) in out.chunks_mut(16).enumerate() {
            let rows = &weights[16 * group * row_blocks..][..out.len() * row_blocks];
            // Rows that are missing from the last sixteen are the last one again.
            let rows: [&[Block<K>]; 16] =
                unrolled!(16; row => &rows[row.min(out.len() - 1) * row_blocks..][..row_blocks]);
            let mut sum = s.zero_f32();
            for (index, a) in activation.iter().enumerate() {
                let (mut codes, mut mins) = ([s.zero(); 16], [s.zero(); 16]);
                for row in 0..16 {
                    ahead.fetch(16 * group + row, index, 1);
                    let (row_codes, row_mins) = integers::<K>(s, &rows[row][index], a);
                    codes[row] = row_codes;
                    if K::MINS {
                        mins[row] = s.widen(row_mins);
                    }
                }
                let scale = s.set1_f32(K::FACTOR * a.d.to_f32());
                let d = sixteen(s, unrolled!(16; row => K::d(&rows[row][index])));
                sum = s.fma(s.to_f32(sums(s, &codes)), s.mul_f32(d, scale), sum);
                if K::MINS {
                    let dmin = sixteen(s, unrolled!(16; row => K::dmin(&rows[row][index])));
                    sum = s.fnma(s.to_f32(sums(s, &mins)), s.mul_f32(dmin, scale), sum);
                }
            }
            let mut all = [0.0; 16];
            s.store_f32(&mut all, sum);
            out.copy_from_slice(&all[..out.len()]);
        }
    }

    #[inline(always)]
    fn matmul(s: Avx512, weights: &[Block<K>], activations: &[q8_k::Block], shape: MatmulShape, out: &mut [f32]) {
        matmul::<Self, Avx512, 16, 4>(s, weights, activations, shape, out);
    }
}

/// A super-block of sixteen rows, turned so that a lane is a row.
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(crate) struct Panel {
    /// Four codes of each row.
    codes: [[[u8; 4]; 16]; 64],
    /// Scales of the sub-blocks of 16.
    scales: [[i32; 16]; 16],
    /// Two scales of each row, times what must be subtracted from codes.
    offsets: [[[i16; 2]; 16]; 8],
    /// Two minimums of each row.
    mins: [[[i16; 2]; 16]; 8],
    d: [f32; 16],
    dmin: [f32; 16],
}

impl<K: SuperBlock> Panels<Avx512, 16> for SuperBlocks<K> {
    type Block = Block<K>;
    type Activation = q8_k::Block;
    type Panel = Panel;
    type Column = q8_k::Block;

    const BLOCKS: usize = 1;
    const PANELS: usize = 2;

    #[inline(always)]
    fn column(_: Avx512, activation: &[q8_k::Block]) -> q8_k::Block {
        activation[0]
    }

    #[inline(always)]
    fn panel(s: Avx512, rows: [&[Block<K>]; 16], panel: &mut Panel) {
        let mut codes = [[s.zero(); 4]; 16];
        for (codes, row) in codes.iter_mut().zip(rows) {
            *codes = K::codes(s, &row[0]);
        }
        for (k, panel) in panel.codes.as_chunks_mut::<16>().0.iter_mut().enumerate() {
            let turned = transpose(s, &unrolled!(16; row => codes[row][k]));
            for (panel, turned) in panel.iter_mut().zip(turned) {
                s.store(panel, turned);
            }
        }
        for (lane, row) in rows.iter().enumerate() {
            let Scales { scales, mins } = K::scales(s, &row[0]);
            let offsets = K::offsets(s, &row[0], scales);
            let scales: [i16; 16] = bytemuck::cast(scales);
            let (offsets, mins): ([[i16; 2]; 8], [[i16; 2]; 8]) = (bytemuck::cast(offsets), bytemuck::cast(mins));
            for (panel, scale) in panel.scales.iter_mut().zip(scales) {
                panel[lane] = scale.into();
            }
            for pair in 0..8 {
                panel.offsets[pair][lane] = offsets[pair];
                panel.mins[pair][lane] = mins[pair];
            }
            panel.d[lane] = s.half(K::d(&row[0]));
            panel.dmin[lane] = s.half(K::dmin(&row[0]));
        }
    }

    #[inline(always)]
    fn tile<const R: usize, const C: usize>(
        s: Avx512,
        panels: [&Panel; R],
        columns: [&q8_k::Block; C],
        sums: &mut [[__m512; C]; R],
    ) {
        let mut integers = [[s.zero(); C]; R];
        if K::OFFSET != 0 {
            pairs(s, panels.map(|panel| &panel.offsets), columns, &mut integers);
        }
        const { assert!(K::SUB_BLOCK == 16 || K::SUB_BLOCK == 32) };
        let steps = if K::SCALING == Scaling::None { 64 } else { K::SUB_BLOCK / 4 };
        for first in (0..64).step_by(steps) {
            let mut products = if K::SCALING == Scaling::None { integers } else { [[s.zero(); C]; R] };
            for step in first..first + steps {
                let mut codes = [s.zero(); R];
                for r in 0..R {
                    codes[r] = s.load(&panels[r].codes[step]);
                }
                for c in 0..C {
                    let y = s.set1_i32(bytemuck::cast(columns[c].qs.as_chunks::<4>().0[step]));
                    for r in 0..R {
                        products[r][c] = s.dot_u8_i8(products[r][c], codes[r], y);
                    }
                }
            }
            for r in 0..R {
                let scales = s.load(&panels[r].scales[first / 4]);
                for c in 0..C {
                    integers[r][c] = if K::SCALING == Scaling::None {
                        products[r][c]
                    } else {
                        s.add_i32(integers[r][c], s.mul_i32(products[r][c], scales))
                    };
                }
            }
        }
        let mut scales = [s.zero_f32(); C];
        for c in 0..C {
            scales[c] = s.set1_f32(K::FACTOR * columns[c].d.to_f32());
        }
        for r in 0..R {
            let d = s.load_f32(&panels[r].d);
            for c in 0..C {
                sums[r][c] = s.fma(s.to_f32(integers[r][c]), s.mul_f32(d, scales[c]), sums[r][c]);
            }
        }
        if K::MINS {
            let mut integers = [[s.zero(); C]; R];
            pairs(s, panels.map(|panel| &panel.mins), columns, &mut integers);
            for r in 0..R {
                let dmin = s.load_f32(&panels[r].dmin);
                for c in 0..C {
                    sums[r][c] = s.fnma(s.to_f32(integers[r][c]), s.mul_f32(dmin, scales[c]), sums[r][c]);
                }
            }
        }
    }
}

/// Adds the products of numbers that belong to sub-blocks with the activations' sums.
#[inline(always)]
fn pairs<const R: usize, const C: usize>(
    s: Avx512,
    factors: [&[[[i16; 2]; 16]; 8]; R],
    columns: [&q8_k::Block; C],
    integers: &mut [[__m512i; C]; R],
) {
    for pair in 0..8 {
        let mut of_pair = [s.zero(); R];
        for r in 0..R {
            of_pair[r] = s.load(&factors[r][pair]);
        }
        for c in 0..C {
            let bsums: [u8; 4] = bytemuck::cast(columns[c].bsums.as_chunks::<2>().0[pair]);
            let bsums = s.set1_i32(i32::from_le_bytes(bsums));
            for r in 0..R {
                integers[r][c] = s.dot_i16(integers[r][c], of_pair[r], bsums);
            }
        }
    }
}
