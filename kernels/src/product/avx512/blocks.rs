//! Blocks with scales of their own times Q8_0 or Q8_1, 512 weights at a time.

use std::arch::x86_64::{__m512, __m512i};
use std::marker::PhantomData;
use std::ops::Range;

use bytemuck::{Pod, Zeroable, bytes_of, cast_slice};

use super::strided;
use super::transpose::{half_sums, quarter_sums, transpose};
use crate::block::Block as BlockLayout;
use crate::formats::{q8_0, q8_1};
use crate::kernel_set::MatmulShape;
use crate::product::tile::{Panels, matmul};
use crate::scalar::Scalar;
use crate::simd::enter::SimdKernel;
use crate::simd::x86::{Aligned, Avx2, Avx512, fetch};

/// An activation in blocks of 32.
pub(crate) trait Activation: BlockLayout {
    /// Codes.
    fn codes(&self) -> &[i8; 32];
    /// The codes of the `quad`-th four of sixteen blocks, as [`Blocks512::quad`] has them.
    fn quad(s: Avx512, blocks: &[Self; 16], quad: usize) -> [__m512i; 2];
    /// Scales of sixteen blocks.
    fn scales(s: Avx512, blocks: &[Self; 16]) -> __m512;
    /// For each of sixteen blocks its scale and its scaled sum; whatever for formats without.
    fn scales_and_sums(s: Avx512, blocks: &[Self; 16]) -> [__m512; 2];
    /// Scaled sums of the codes of sixteen blocks; whatever for formats without.
    fn sums(s: Avx512, blocks: &[Self; 16]) -> __m512;
}

impl Activation for q8_0::Block {
    #[inline(always)]
    fn codes(&self) -> &[i8; 32] {
        &self.qs
    }

    #[inline(always)]
    fn quad(s: Avx512, blocks: &[Self; 16], quad: usize) -> [__m512i; 2] {
        let [even, odd]: [__m512i; 2] =
            unrolled!(2; first => s.load_pair(&blocks[4 * quad + first].qs, &blocks[4 * quad + first + 2].qs));
        [s.shuffle_quarters::<0b10_00_10_00>(even, odd), s.shuffle_quarters::<0b11_01_11_01>(even, odd)]
    }

    #[inline(always)]
    fn scales(s: Avx512, blocks: &[Self; 16]) -> __m512 {
        s.halves_to_f32(strided::words::<0, 34, 1>(s, bytes_of(blocks)))
    }

    #[inline(always)]
    fn scales_and_sums(s: Avx512, _: &[Self; 16]) -> [__m512; 2] {
        [s.zero_f32(); 2]
    }

    #[inline(always)]
    fn sums(s: Avx512, _: &[Self; 16]) -> __m512 {
        s.zero_f32()
    }
}

impl Activation for q8_1::Block {
    #[inline(always)]
    fn codes(&self) -> &[i8; 32] {
        &self.qs
    }

    #[inline(always)]
    fn quad(s: Avx512, blocks: &[Self; 16], quad: usize) -> [__m512i; 2] {
        // Blocks are whole numbers of 32 bits; those of the half blocks lie in 124 bytes.
        const HALVES: [u32; 16] = [0, 1, 2, 3, 19, 20, 21, 22, 9, 10, 11, 12, 28, 29, 30, 31];
        unrolled!(2; half => {
            let bytes = &bytes_of(blocks)[36 * 4 * quad + 4 + 16 * half..];
            let (low, high) = (bytes.first_chunk::<64>(), bytes[60..].first_chunk::<64>());
            s.permute2_u32(s.load(low.expect("four blocks")), s.dwords(&HALVES), s.load(high.expect("four blocks")))
        })
    }

    #[inline(always)]
    fn scales(s: Avx512, blocks: &[Self; 16]) -> __m512 {
        s.halves_to_f32(strided::words::<0, 36, 1>(s, bytes_of(blocks)))
    }

    #[inline(always)]
    fn scales_and_sums(s: Avx512, blocks: &[Self; 16]) -> [__m512; 2] {
        both_halves_to_f32(s, strided::dwords::<0, 36, 1>(s, bytes_of(blocks)))
    }

    #[inline(always)]
    fn sums(s: Avx512, blocks: &[Self; 16]) -> __m512 {
        s.halves_to_f32(strided::words::<2, 36, 1>(s, bytes_of(blocks)))
    }
}

/// The block of `K`.
type Block<K> = <<K as Blocks512>::Scalar as Scalar>::Block;

/// The activation's block of `K`.
type Act<K> = <<K as Blocks512>::Scalar as Scalar>::Activation;

/// A format whose blocks are unpacked by AVX-512.
pub(crate) trait Blocks512: 'static {
    /// The format.
    type Scalar: Scalar<Activation: Activation>;
    /// The blocks of 512 weights.
    type Chunk: Pod;
    /// The kernels on half as wide registers, which suit rows that do not fill whole ones. Their sums have the same order.
    type Narrow: SimdKernel<Avx2, Scalar = Self::Scalar>;

    /// What is to be subtracted from the unpacked codes.
    const OFFSET: u8;
    /// Whether each 16 weights have a scale, and not each 32.
    const SIXTEENS: bool = false;
    /// Whether there are minimums.
    const MINS: bool = false;
    /// Whether each 32 weights have a block that begins with its scale as f16, and with [`Self::MINS`] goes on with its
    /// minimum.
    const SCALE_FIRST: bool = false;
    /// Whether codes can be taken by [`Self::quad`], which is then what products with one activation do.
    const QUADS: bool = false;

    /// The codes of blocks of 32 weights 0, 2, 1 and 3 of the `quad`-th four, [`Self::OFFSET`] added: the first halves of
    /// all four, then the second halves. What is multiplied by them is added up in half as many registers as pairs need.
    #[inline(always)]
    fn quad(s: Avx512, _: &[u8], _: usize) -> [__m512i; 2] {
        [s.zero(); 2]
    }

    /// The `pair`-th 64 codes, [`Self::OFFSET`] added so that none is negative.
    fn codes(s: Avx512, chunk: &[u8], pair: usize) -> __m512i;

    /// The scales in order; the second sixteen only with [`Self::SIXTEENS`].
    fn scales(s: Avx512, chunk: &[u8]) -> [__m512; 2];

    /// For each of sixteen blocks its scale and its minimum; only with [`Self::MINS`].
    #[inline(always)]
    fn scales_and_mins(s: Avx512, _: &[u8]) -> [__m512; 2] {
        [s.zero_f32(); 2]
    }
}

/// 32 floats of 16 bits.
#[inline(always)]
pub(crate) fn both_halves_to_f32(s: Avx512, halves: __m512i) -> [__m512; 2] {
    [s.halves_to_f32(s.low_half(halves)), s.halves_to_f32(s.high_half::<1>(halves))]
}

/// The kernels of a format in blocks.
pub(crate) struct Blocks<K>(PhantomData<K>);

/// Blocks that make a whole chunk with zeros.
#[inline(always)]
fn padded<B: Pod, C: Pod>(blocks: &[B]) -> C {
    let mut chunk = C::zeroed();
    let bytes: &[u8] = cast_slice(blocks);
    bytemuck::bytes_of_mut(&mut chunk)[..bytes.len()].copy_from_slice(bytes);
    chunk
}

/// The `pair`-th 64 codes of an activation.
#[inline(always)]
fn activation_codes<A: Activation>(s: Avx512, activation: &[A; 16], pair: usize) -> __m512i {
    s.load_pair(activation[2 * pair].codes(), activation[2 * pair + 1].codes())
}

/// What the offset of codes adds to the products of activations, in the lanes of [`Avx512::dot_u8_i8`].
#[inline(always)]
fn offsets<K: Blocks512>(s: Avx512, y: __m512i) -> __m512i {
    s.dot_u8_i8(s.zero(), s.set1_i8(K::OFFSET as i8), y)
}

/// For the pair: which of sixteen scales belongs to each four codes, where there is one for 32 and where for 16.
static SCALE_OF_32: [[u32; 16]; 8] = lanes(8, 1);
static SCALE_OF_16: [[u32; 16]; 8] = lanes(4, 1);

/// The same where a minimum stands behind each scale.
static SCALE_BEFORE_MIN: [[u32; 16]; 8] = lanes(8, 2);

const fn lanes(of_one: usize, step: usize) -> [[u32; 16]; 8] {
    let mut index = [[0; 16]; 8];
    let mut at = 0;
    while at < 128 {
        index[at / 16][at % 16] = (at / of_one * step % 16) as u32;
        at += 1;
    }
    index
}

/// For the quad: which of sixteen scales belongs to each four codes.
static SCALE_IN_QUAD: [[u32; 16]; 4] = quad_lanes(1);

/// The same where a minimum stands behind each scale.
static SCALE_BEFORE_MIN_IN_QUAD: [[u32; 16]; 4] = quad_lanes(2);

const fn quad_lanes(step: usize) -> [[u32; 16]; 4] {
    let mut index = [[0; 16]; 4];
    let mut at = 0;
    while at < 64 {
        let (quad, block) = (at / 16, [0, 2, 1, 3][at % 16 / 4]);
        index[quad][at % 16] = ((4 * quad + block) * step % 16) as u32;
        at += 1;
    }
    index
}

/// Sixteen scales of 32 weights: those of the first, and of the second 256 weights, each twice.
#[inline(always)]
fn doubled(s: Avx512, scales: __m512) -> [__m512; 2] {
    const TWICE: [[u32; 16]; 2] = {
        let mut index = [[0; 16]; 2];
        let mut lane = 0;
        while lane < 32 {
            index[lane / 16][lane % 16] = lane as u32 / 2;
            lane += 1;
        }
        index
    };
    [s.permute_f32(s.dwords(&TWICE[0]), scales), s.permute_f32(s.dwords(&TWICE[1]), scales)]
}

/// Scales of weights times scales of activations of sixteen blocks, or those of sixteen half blocks and of sixteen more;
/// with minimums, which are added to a fifth running sum, scales are every other number.
#[inline(always)]
fn scales<K: Blocks512>(s: Avx512, chunk: &[u8], a: &[Act<K>; 16], sums: &mut [__m512; 5]) -> [__m512; 2] {
    if K::MINS {
        let (weights, activations) = (K::scales_and_mins(s, chunk), Activation::scales_and_sums(s, a));
        let products: [__m512; 2] = unrolled!(2; half => s.mul_f32(weights[half], activations[half]));
        for products in products {
            sums[4] = s.masked_add_f32(sums[4], 0xaaaa, sums[4], products);
        }
        products
    } else if K::SIXTEENS {
        let (scales, [first, second]) = (K::scales(s, chunk), doubled(s, Activation::scales(s, a)));
        [s.mul_f32(scales[0], first), s.mul_f32(scales[1], second)]
    } else {
        [s.mul_f32(K::scales(s, chunk)[0], Activation::scales(s, a)); 2]
    }
}

/// Adds the products of 512 weights to four running sums, and those of their minimums to a fifth.
#[inline(always)]
fn add_chunk<K: Blocks512>(s: Avx512, chunk: &[u8], a: &[Act<K>; 16], sums: &mut [__m512; 5]) {
    if K::QUADS {
        return add_quads::<K>(s, chunk, a, sums);
    }
    // Codes come before scales: the compiler would take codes out of the wider loads that scales are picked from, by many
    // permutations.
    let integers: [__m512i; 8] = unrolled!(8; pair => {
        let y = activation_codes(s, a, pair);
        let products = s.dot_u8_i8(s.zero(), K::codes(s, chunk, pair), y);
        if K::OFFSET == 0 { products } else { s.sub_i32(products, offsets::<K>(s, y)) }
    });
    let scales = scales::<K>(s, chunk, a, sums);
    for pair in 0..8 {
        let index = s.dwords(match (K::MINS, K::SIXTEENS) {
            (true, _) => &SCALE_BEFORE_MIN[pair],
            (_, true) => &SCALE_OF_16[pair],
            _ => &SCALE_OF_32[pair],
        });
        let scales = s.permute_f32(index, scales[pair / 4]);
        sums[pair % 4] = s.fma(s.to_f32(integers[pair]), scales, sums[pair % 4]);
    }
}

/// The same in quads.
#[inline(always)]
fn add_quads<K: Blocks512>(s: Avx512, chunk: &[u8], a: &[Act<K>; 16], sums: &mut [__m512; 5]) {
    const { assert!(!K::QUADS || !K::SIXTEENS) };
    let offset = s.set1_i8(K::OFFSET as i8);
    let integers: [__m512i; 4] = unrolled!(4; quad => {
        let ([first, second], [y_first, y_second]) = (K::quad(s, chunk, quad), Activation::quad(s, a, quad));
        let products = s.dot_u8_i8(s.dot_u8_i8(s.zero(), first, y_first), second, y_second);
        if K::OFFSET == 0 {
            products
        } else {
            s.sub_i32(products, s.dot_u8_i8(s.dot_u8_i8(s.zero(), offset, y_first), offset, y_second))
        }
    });
    let scales = scales::<K>(s, chunk, a, sums);
    for quad in 0..4 {
        let index = s.dwords(if K::MINS { &SCALE_BEFORE_MIN_IN_QUAD[quad] } else { &SCALE_IN_QUAD[quad] });
        sums[quad] = s.fma(s.to_f32(integers[quad]), s.permute_f32(index, scales[quad / 2]), sums[quad]);
    }
}

impl<K: Blocks512> SimdKernel<Avx512> for Blocks<K> {
    type Scalar = K::Scalar;

    #[inline(always)]
    fn dot(s: Avx512, weights: &[Block<K>], activation: &[Act<K>]) -> f32 {
        let mut sums = [s.zero_f32(); 5];
        let bytes: &[u8] = cast_slice(weights);
        let whole = bytes.chunks_exact(size_of::<K::Chunk>());
        let rest = whole.remainder();
        let (activations, rest_activation) = activation.as_chunks::<16>();
        for (chunk, activation) in whole.zip(activations) {
            add_chunk::<K>(s, chunk, activation, &mut sums);
        }
        if !rest.is_empty() {
            add_chunk::<K>(s, bytes_of(&padded::<u8, K::Chunk>(rest)), &padded(rest_activation), &mut sums);
        }
        let sum = s.add_f32(s.add_f32(sums[0], sums[1]), s.add_f32(sums[2], sums[3]));
        s.sum_f32(if K::MINS { s.add_f32(sum, sums[4]) } else { sum })
    }

    #[inline(always)]
    fn matvec(s: Avx512, weights: &[Block<K>], activation: &[Act<K>], out: &mut [f32]) {
        if activation.len() < 16 {
            return K::Narrow::matvec(s.narrow(), weights, activation, out);
        }
        let row_blocks = weights.len() / out.len();
        let chunk_blocks = size_of::<K::Chunk>() / size_of::<Block<K>>();
        let (whole, rest) = activation.as_chunks::<16>();
        // What is left of a row is the end of its last whole chunk: nothing is copied.
        let last = activation.last_chunk::<16>().filter(|_| !rest.is_empty()).map(|last| (last, 16 - rest.len()..16));
        let row_bytes = row_blocks * size_of::<Block<K>>();
        let offsets = s.load::<[u32; 16]>(&unrolled!(16; row => (row.min(out.len() - 1) * row_bytes) as u32));
        for (group, out) in out.chunks_mut(16).enumerate() {
            let (all, next) = weights[16 * group * row_blocks..].split_at(out.len() * row_blocks);
            // Rows that are missing from the last sixteen are the last one again.
            let rows: [&[Block<K>]; 16] =
                unrolled!(16; row => &all[row.min(out.len() - 1) * row_blocks..][..row_blocks]);
            let mut sum = s.zero_f32();
            for (index, a) in whole.iter().enumerate() {
                fetch(next.get(16 * index * chunk_blocks..16 * (index + 1) * chunk_blocks));
                let chunks = unrolled!(16; row => cast_slice(&rows[row][index * chunk_blocks..][..chunk_blocks]));
                sum = rows_of_chunk::<K>(s, chunks, a, 0..16, sum);
            }
            if let Some((last, blocks)) = &last {
                let chunks = unrolled!(16; row => cast_slice(&rows[row][row_blocks - chunk_blocks..]));
                if K::SCALE_FIRST && rest.len() <= 4 && out.len() == 16 {
                    let rows: &[u8] = cast_slice(all);
                    let start = s.add_i32(offsets, s.set1_i32((row_bytes - size_of::<K::Chunk>()) as i32));
                    let (mut scales, mut mins) = ([s.zero(); 32], [s.zero(); 16]);
                    for block in blocks.clone() {
                        let at = s.add_i32(start, s.set1_i32((block * size_of::<Block<K>>()) as i32));
                        let words = s.gather_u32(rows, at);
                        scales[block] = s.as_bits(s.halves_to_f32(s.truncate_u32_u16(words)));
                        if K::MINS {
                            let words = s.shift_right_u32::<16>(words);
                            mins[block] = s.as_bits(s.halves_to_f32(s.truncate_u32_u16(words)));
                        }
                    }
                    sum = scaled_rows::<K>(s, chunks, [&scales, &mins], last, blocks.clone(), sum);
                } else {
                    sum = rows_of_chunk::<K>(s, chunks, last, blocks.clone(), sum);
                }
            }
            let mut all = [0.0; 16];
            s.store_f32(&mut all, sum);
            out.copy_from_slice(&all[..out.len()]);
        }
    }

    #[inline(always)]
    fn matmul(s: Avx512, weights: &[Block<K>], activations: &[Act<K>], shape: MatmulShape, out: &mut [f32]) {
        matmul::<Self, Avx512, 16, 4>(s, weights, activations, shape, out);
    }
}

/// Adds the products of some of 512 weights of sixteen rows with those blocks of an activation.
#[inline(always)]
fn rows_of_chunk<K: Blocks512>(
    s: Avx512,
    rows: [&[u8]; 16],
    a: &[Act<K>; 16],
    blocks: Range<usize>,
    sum: __m512,
) -> __m512 {
    let (scales, mins) = turned_scales::<K>(s, rows);
    scaled_rows::<K>(s, rows, [&scales, &mins], a, blocks, sum)
}

/// The same with scales and minimums at hand, a register each 32 or 16 weights.
#[inline(always)]
fn scaled_rows<K: Blocks512>(
    s: Avx512,
    rows: [&[u8]; 16],
    [scales, mins]: [&[__m512i]; 2],
    a: &[Act<K>; 16],
    blocks: Range<usize>,
    mut sum: __m512,
) -> __m512 {
    let [mut activation_scales, mut activation_sums] = [Aligned([0.0; 16]); 2];
    s.store_f32(&mut activation_scales.0, Activation::scales(s, a));
    s.store_f32(&mut activation_sums.0, Activation::sums(s, a));
    if K::QUADS {
        for quad in blocks.start / 4..blocks.end.div_ceil(4) {
            let [first, second] = Activation::quad(s, a, quad);
            let start = if K::OFFSET == 0 {
                s.zero()
            } else {
                let offset = s.set1_i8(K::OFFSET as i8);
                s.sub_i32(s.zero(), s.dot_u8_i8(s.dot_u8_i8(s.zero(), offset, first), offset, second))
            };
            let mut integers = [start; 16];
            for (integers, row) in integers.iter_mut().zip(rows) {
                let codes = K::quad(s, row, quad);
                *integers = s.dot_u8_i8(s.dot_u8_i8(*integers, codes[0], first), codes[1], second);
            }
            let quarters = quarter_sums(s, &integers);
            for (block, quarter) in [0, 2, 1, 3].into_iter().enumerate() {
                let block = 4 * quad + block;
                if block < blocks.start {
                    continue;
                }
                let scale = s.set1_f32(activation_scales.0[block]);
                sum = s.fma(s.to_f32(quarters[quarter]), s.mul_f32(s.as_f32(scales[block]), scale), sum);
                if K::MINS {
                    sum = s.fma(s.as_f32(mins[block]), s.set1_f32(activation_sums.0[block]), sum);
                }
            }
        }
        return sum;
    }
    for pair in blocks.start / 2..blocks.end.div_ceil(2) {
        let y = activation_codes(s, a, pair);
        let start = if K::OFFSET == 0 { s.zero() } else { s.sub_i32(s.zero(), offsets::<K>(s, y)) };
        let mut integers = [start; 16];
        for (integers, row) in integers.iter_mut().zip(rows) {
            *integers = s.dot_u8_i8(*integers, K::codes(s, row, pair), y);
        }
        if K::SIXTEENS {
            for (quarter, integers) in quarter_sums(s, &integers).into_iter().enumerate() {
                if 2 * pair + quarter / 2 < blocks.start {
                    continue;
                }
                let scale = s.set1_f32(activation_scales.0[2 * pair + quarter / 2]);
                let scales = s.as_f32(scales[4 * pair + quarter]);
                sum = s.fma(s.to_f32(integers), s.mul_f32(scales, scale), sum);
            }
            continue;
        }
        for (half, integers) in half_sums(s, &integers).into_iter().enumerate() {
            let block = 2 * pair + half;
            if block < blocks.start {
                continue;
            }
            let scale = s.set1_f32(activation_scales.0[block]);
            sum = s.fma(s.to_f32(integers), s.mul_f32(s.as_f32(scales[block]), scale), sum);
            if K::MINS {
                sum = s.fma(s.as_f32(mins[block]), s.set1_f32(activation_sums.0[block]), sum);
            }
        }
    }
    sum
}

/// Scales of sixteen rows, a register each 32 or 16 weights, and their minimums.
#[inline(always)]
fn turned_scales<K: Blocks512>(s: Avx512, rows: [&[u8]; 16]) -> ([__m512i; 32], [__m512i; 16]) {
    let mut of_rows = [[s.zero(); 16]; 2];
    for (lane, row) in rows.into_iter().enumerate() {
        let [first, second] = if K::MINS { K::scales_and_mins(s, row) } else { K::scales(s, row) };
        of_rows[0][lane] = s.as_bits(first);
        of_rows[1][lane] = s.as_bits(second);
    }
    let (mut scales, mut mins) = ([s.zero(); 32], [s.zero(); 16]);
    for half in 0..if K::SIXTEENS || K::MINS { 2 } else { 1 } {
        let turned = transpose(s, &of_rows[half]);
        if !K::MINS {
            scales[16 * half..][..16].copy_from_slice(&turned);
            continue;
        }
        for block in 0..8 {
            scales[8 * half + block] = turned[2 * block];
            mins[8 * half + block] = turned[2 * block + 1];
        }
    }
    (scales, mins)
}

/// 512 weights of sixteen rows, turned so that a lane is a row.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Panel {
    /// Four codes of each row.
    codes: [[[u8; 4]; 16]; 128],
    /// Scales of 32 weights, or of 16.
    scales: [[f32; 16]; 32],
    mins: [[f32; 16]; 16],
}

/// 512 numbers of an activation.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Column {
    codes: [[[i8; 4]; 8]; 16],
    scales: [f32; 16],
    sums: [f32; 16],
    /// What the offset of the weights' codes adds to the products of 16 activations.
    offsets: [i32; 32],
    /// Blocks that are there; the others are 0.
    blocks: u64,
}

impl<K: Blocks512> Panels<Avx512, 16> for Blocks<K> {
    type Block = Block<K>;
    type Activation = Act<K>;
    type Panel = Panel;
    type Column = Column;

    const BLOCKS: usize = size_of::<K::Chunk>() / size_of::<Block<K>>();
    const PANELS: usize = 1;

    #[inline(always)]
    fn column(s: Avx512, activation: &[Act<K>]) -> Column {
        let all: [Act<K>; 16] = match activation.first_chunk() {
            Some(activation) => *activation,
            None => padded(activation),
        };
        let mut column = Column::zeroed();
        s.store_f32(&mut column.scales, Activation::scales(s, &all));
        s.store_f32(&mut column.sums, Activation::sums(s, &all));
        for (block, codes) in all.iter().zip(&mut column.codes) {
            *codes = bytemuck::cast(*block.codes());
        }
        if K::OFFSET != 0 {
            for (pair, sums) in column.offsets.as_chunks_mut::<4>().0.iter_mut().enumerate() {
                let mut fours = [[0; 4]; 4];
                s.store(&mut fours, offsets::<K>(s, activation_codes(s, &all, pair)));
                for (sum, [a, b, c, d]) in sums.iter_mut().zip(fours) {
                    *sum = -(a + b + c + d);
                }
            }
        }
        column.blocks = activation.len() as u64;
        column
    }

    #[inline(always)]
    fn panel(s: Avx512, rows: [&[Block<K>]; 16], panel: &mut Panel) {
        match rows[0].len() == Self::BLOCKS {
            true => fill::<K>(s, unrolled!(16; row => cast_slice(rows[row])), 8, panel),
            false => {
                let chunks = unrolled!(16; row => padded::<_, K::Chunk>(rows[row]));
                let pairs = (rows[0].len() * 8).div_ceil(Self::BLOCKS);
                fill::<K>(s, unrolled!(16; row => bytes_of(&chunks[row])), pairs, panel);
            }
        }
    }

    #[inline(always)]
    fn tile<const R: usize, const C: usize>(
        s: Avx512,
        panels: [&Panel; R],
        columns: [&Column; C],
        sums: &mut [[__m512; C]; R],
    ) {
        let parts = if K::SIXTEENS { 2 } else { 1 };
        for block in 0..columns[0].blocks as usize {
            for part in 0..parts {
                let mut integers = [[s.zero(); C]; R];
                for c in 0..C {
                    let offsets = &columns[c].offsets[2 * block..];
                    let offset = if K::SIXTEENS { offsets[part] } else { offsets[0] + offsets[1] };
                    for r in 0..R {
                        integers[r][c] = s.set1_i32(offset);
                    }
                }
                for step in part * 8 / parts..(part + 1) * 8 / parts {
                    let mut codes = [s.zero(); R];
                    for r in 0..R {
                        codes[r] = s.load(&panels[r].codes[8 * block + step]);
                    }
                    for c in 0..C {
                        let y = s.set1_i32(bytemuck::cast(columns[c].codes[block][step]));
                        for r in 0..R {
                            integers[r][c] = s.dot_u8_i8(integers[r][c], codes[r], y);
                        }
                    }
                }
                for r in 0..R {
                    let scales = s.load_f32(&panels[r].scales[block * parts + part]);
                    for c in 0..C {
                        let scales = s.mul_f32(scales, s.set1_f32(columns[c].scales[block]));
                        sums[r][c] = s.fma(s.to_f32(integers[r][c]), scales, sums[r][c]);
                        if K::MINS {
                            let mins = s.load_f32(&panels[r].mins[block]);
                            sums[r][c] = s.fma(mins, s.set1_f32(columns[c].sums[block]), sums[r][c]);
                        }
                    }
                }
            }
        }
    }
}

/// Turns the first `pairs` times 64 of 512 weights of sixteen rows.
#[inline(always)]
fn fill<K: Blocks512>(s: Avx512, rows: [&[u8]; 16], pairs: usize, panel: &mut Panel) {
    for (pair, panel) in panel.codes.as_chunks_mut::<16>().0.iter_mut().enumerate().take(pairs) {
        let mut codes = [s.zero(); 16];
        for (codes, row) in codes.iter_mut().zip(rows) {
            *codes = K::codes(s, row, pair);
        }
        for (panel, codes) in panel.iter_mut().zip(transpose(s, &codes)) {
            s.store(panel, codes);
        }
    }
    let (scales, mins) = turned_scales::<K>(s, rows);
    for (panel, scales) in panel.scales.iter_mut().zip(scales) {
        s.store(panel, scales);
    }
    if K::MINS {
        for (panel, mins) in panel.mins.iter_mut().zip(mins) {
            s.store(panel, mins);
        }
    }
}
