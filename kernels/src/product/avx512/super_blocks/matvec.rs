//! Rows times one activation, sixteen at a time.

use std::arch::x86_64::__m512;

use super::format::{Block, NarrowKind, Scaling, SuperBlock};
use crate::activation::q8_k;
use crate::block::Scaled;
use crate::numeric::F16;
use crate::product::avx2::super_blocks::{Kind, SuperBlock as _};
use crate::product::avx512::transpose::sums;
use crate::simd::x86::{Ahead, Avx512};

/// Each super-block's products are added up as integers; a lane is a row.
#[inline(always)]
pub(super) fn matvec<K: SuperBlock>(s: Avx512, weights: &[Block<K>], activation: &[q8_k::Block], out: &mut [f32]) {
    let row_blocks = activation.len();
    let ahead = Ahead::new(weights, row_blocks, 16);
    for (group, out) in out.chunks_mut(16).enumerate() {
        let rows = &weights[16 * group * row_blocks..][..out.len() * row_blocks];
        // The last row stands in for rows that the last sixteen lack.
        let rows: [&[Block<K>]; 16] = unrolled!(16; row => &rows[row.min(out.len() - 1) * row_blocks..][..row_blocks]);
        let mut sum = s.zero_f32();
        for (index, a) in activation.iter().enumerate() {
            let (mut codes, mut mins) = ([s.zero(); 16], [s.zero(); 16]);
            for row in 0..16 {
                ahead.fetch(16 * group + row, index, 1);
                let (row_codes, row_mins) = K::Scaling::integers(s, &rows[row][index], a);
                codes[row] = row_codes;
                if NarrowKind::<K>::MINS {
                    mins[row] = s.widen(row_mins);
                }
            }
            let scale = s.set1_f32(K::Narrow::FACTOR * a.d.to_f32());
            let d = sixteen(s, unrolled!(16; row => rows[row][index].d()));
            sum = s.fma(s.to_f32(sums(s, &codes)), s.mul_f32(d, scale), sum);
            if NarrowKind::<K>::MINS {
                let dmin = sixteen(s, unrolled!(16; row => NarrowKind::<K>::dmin(&rows[row][index])));
                sum = s.fnma(s.to_f32(sums(s, &mins)), s.mul_f32(dmin, scale), sum);
            }
        }
        let mut all = [0.0; 16];
        s.store_f32(&mut all, sum);
        out.copy_from_slice(&all[..out.len()]);
    }
}

/// Sixteen 16-bit floats as f32.
///
/// They are joined in scalar registers: a vector load cannot be forwarded from several smaller stores.
#[inline(always)]
fn sixteen(s: Avx512, halves: [F16; 16]) -> __m512 {
    let word = |at: usize| i64::from(halves[at].to_bits());
    let four = |at: usize| word(at) | word(at + 1) << 16 | word(at + 2) << 32 | word(at + 3) << 48;
    s.halves_to_f32(s.narrow().set_i64(four(12), four(8), four(4), four(0)))
}
