//! Decoding blocks to f32, where portable code compiled for AVX2 is slower than this.

use std::arch::x86_64::__m256i;

use super::super_blocks::Scales;
use crate::numeric::F16;
use crate::simd::x86::Avx2;

/// `code * (d * scale) - dmin * minimum` for 256 codes, each 32 of which share a scale and a minimum.
#[inline(always)]
pub(crate) fn affine_of_32(s: Avx2, codes: [__m256i; 8], scales: &Scales, [d, dmin]: [F16; 2], out: &mut [f32; 256]) {
    // Both are stored twice, once for each 16 weights.
    let even = |words| s.to_f32(s.shift_right_u32::<16>(s.shift_left_i32::<16>(words)));
    let (mut scale, mut minimum) = ([0.0; 8], [0.0; 8]);
    s.store_f32(&mut scale, s.mul_f32(s.set1_f32(s.f16(d)), even(scales.scales)));
    s.store_f32(&mut minimum, s.mul_f32(s.set1_f32(s.f16(dmin)), even(scales.mins)));
    for (k, out) in out.as_chunks_mut::<32>().0.iter_mut().enumerate() {
        let codes: [u8; 32] = bytemuck::cast(codes[k]);
        let (scale, minimum) = (s.set1_f32(scale[k]), s.set1_f32(minimum[k]));
        for (codes, out) in codes.as_chunks::<8>().0.iter().zip(out.as_chunks_mut::<8>().0) {
            let product = s.mul_f32(scale, s.to_f32(s.extend_u8_u32(s.load_64(codes))));
            s.store_f32(out, s.sub_f32(product, minimum));
        }
    }
}
