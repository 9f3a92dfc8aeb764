//! AVX2, FMA and F16C.

use std::arch::x86_64::{__m128, __m128i, __m256, __m256i};

use bytemuck::Pod;

use super::primitives;
use crate::numeric::F16;
use crate::simd::Lanes;

/// Proof that the machine has AVX2, FMA and F16C.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

primitives! {
    Avx2:
    and(a: __m256i, b: __m256i) -> __m256i = _mm256_and_si256;
    or(a: __m256i, b: __m256i) -> __m256i = _mm256_or_si256;
    xor(a: __m256i, b: __m256i) -> __m256i = _mm256_xor_si256;
    zero() -> __m256i = _mm256_setzero_si256;
    zero_f32() -> __m256 = _mm256_setzero_ps;
    set1_i8(value: i8) -> __m256i = _mm256_set1_epi8;
    set1_i16(value: i16) -> __m256i = _mm256_set1_epi16;
    set1_i32(value: i32) -> __m256i = _mm256_set1_epi32;
    set1_i64(value: i64) -> __m256i = _mm256_set1_epi64x;
    set1_f32(value: f32) -> __m256 = _mm256_set1_ps;
    set_i64(d: i64, c: i64, b: i64, a: i64) -> __m256i = _mm256_set_epi64x;
    add_i8(a: __m256i, b: __m256i) -> __m256i = _mm256_add_epi8;
    sub_i8(a: __m256i, b: __m256i) -> __m256i = _mm256_sub_epi8;
    add_i16(a: __m256i, b: __m256i) -> __m256i = _mm256_add_epi16;
    sub_i16(a: __m256i, b: __m256i) -> __m256i = _mm256_sub_epi16;
    mul_i16(a: __m256i, b: __m256i) -> __m256i = _mm256_mullo_epi16;
    multiply_high_u16(a: __m256i, b: __m256i) -> __m256i = _mm256_mulhi_epu16;
    add_i32(a: __m256i, b: __m256i) -> __m256i = _mm256_add_epi32;
    sub_i32(a: __m256i, b: __m256i) -> __m256i = _mm256_sub_epi32;
    magnitude_i8(a: __m256i) -> __m256i = _mm256_abs_epi8;
    /// `a`, negated where `b` is negative, 0 where it is 0.
    signed_i8(a: __m256i, b: __m256i) -> __m256i = _mm256_sign_epi8;
    min_i8(a: __m256i, b: __m256i) -> __m256i = _mm256_min_epi8;
    equal_i8(a: __m256i, b: __m256i) -> __m256i = _mm256_cmpeq_epi8;
    and_not(a: __m256i, b: __m256i) -> __m256i = _mm256_andnot_si256;
    equal_i16(a: __m256i, b: __m256i) -> __m256i = _mm256_cmpeq_epi16;
    pack_u16_u8(a: __m256i, b: __m256i) -> __m256i = _mm256_packus_epi16;
    greater_i8(a: __m256i, b: __m256i) -> __m256i = _mm256_cmpgt_epi8;
    greater_i32(a: __m256i, b: __m256i) -> __m256i = _mm256_cmpgt_epi32;
    sign_bits_i8(a: __m256i) -> i32 = _mm256_movemask_epi8;
    blend_u8(a: __m256i, b: __m256i, mask: __m256i) -> __m256i = _mm256_blendv_epi8;
    /// Sums of neighbouring products of unsigned with signed bytes, saturated to 16 bits.
    multiply_pairs_u8_i8(a: __m256i, b: __m256i) -> __m256i = _mm256_maddubs_epi16;
    multiply_pairs_i16(a: __m256i, b: __m256i) -> __m256i = _mm256_madd_epi16;
    shift_right_u16<const BITS: i32>(a: __m256i) -> __m256i = _mm256_srli_epi16;
    shift_left_i16<const BITS: i32>(a: __m256i) -> __m256i = _mm256_slli_epi16;
    shift_right_i16<const BITS: i32>(a: __m256i) -> __m256i = _mm256_srai_epi16;
    blend_i16<const CHOICE: i32>(a: __m256i, b: __m256i) -> __m256i = _mm256_blend_epi16;
    shift_right_u32<const BITS: i32>(a: __m256i) -> __m256i = _mm256_srli_epi32;
    shift_left_i32<const BITS: i32>(a: __m256i) -> __m256i = _mm256_slli_epi32;
    shift_right_each_u32(a: __m256i, bits: __m256i) -> __m256i = _mm256_srlv_epi32;
    shift_left_each_u32(a: __m256i, bits: __m256i) -> __m256i = _mm256_sllv_epi32;
    shift_right_each_u64(a: __m256i, bits: __m256i) -> __m256i = _mm256_srlv_epi64;
    /// Bytes within each 128 bits.
    shuffle_u8(table: __m256i, index: __m256i) -> __m256i = _mm256_shuffle_epi8;
    permute_u32(table: __m256i, index: __m256i) -> __m256i = _mm256_permutevar8x32_epi32;
    choose_halves<const CHOICE: i32>(a: __m256i, b: __m256i) -> __m256i = _mm256_permute2x128_si256;
    permute_u64<const CHOICE: i32>(a: __m256i) -> __m256i = _mm256_permute4x64_epi64;
    unpack_low_u8(a: __m256i, b: __m256i) -> __m256i = _mm256_unpacklo_epi8;
    unpack_high_u8(a: __m256i, b: __m256i) -> __m256i = _mm256_unpackhi_epi8;
    unpack_low_u32(a: __m256i, b: __m256i) -> __m256i = _mm256_unpacklo_epi32;
    unpack_high_u32(a: __m256i, b: __m256i) -> __m256i = _mm256_unpackhi_epi32;
    unpack_low_u64(a: __m256i, b: __m256i) -> __m256i = _mm256_unpacklo_epi64;
    unpack_high_u64(a: __m256i, b: __m256i) -> __m256i = _mm256_unpackhi_epi64;
    add_neighbours_i32(a: __m256i, b: __m256i) -> __m256i = _mm256_hadd_epi32;
    extend_i8_i16(a: __m128i) -> __m256i = _mm256_cvtepi8_epi16;
    extend_u8_u16(a: __m128i) -> __m256i = _mm256_cvtepu8_epi16;
    extend_u16_u32(a: __m128i) -> __m256i = _mm256_cvtepu16_epi32;
    extend_u8_u32(a: __m128i) -> __m256i = _mm256_cvtepu8_epi32;
    low_half(a: __m256i) -> __m128i = _mm256_castsi256_si128;
    half<const HALF: i32>(a: __m256i) -> __m128i = _mm256_extracti128_si256;
    twice(a: __m128i) -> __m256i = _mm256_broadcastsi128_si256;
    join(high: __m128i, low: __m128i) -> __m256i = _mm256_set_m128i;
    blend_u32<const CHOICE: i32>(a: __m256i, b: __m256i) -> __m256i = _mm256_blend_epi32;
    to_f32(a: __m256i) -> __m256 = _mm256_cvtepi32_ps;
    halves_to_f32(a: __m128i) -> __m256 = _mm256_cvtph_ps;
    blend_f32<const CHOICE: i32>(a: __m256, b: __m256) -> __m256 = _mm256_blend_ps;
    add_f32(a: __m256, b: __m256) -> __m256 = _mm256_add_ps;
    sub_f32(a: __m256, b: __m256) -> __m256 = _mm256_sub_ps;
    mul_f32(a: __m256, b: __m256) -> __m256 = _mm256_mul_ps;
    fma(a: __m256, b: __m256, c: __m256) -> __m256 = _mm256_fmadd_ps;
    fnma(a: __m256, b: __m256, c: __m256) -> __m256 = _mm256_fnmadd_ps;
    join_f32(high: __m128, low: __m128) -> __m256 = _mm256_set_m128;
    set1_f32_128(value: f32) -> __m128 = _mm_set1_ps;
    zero_f32_128() -> __m128 = _mm_setzero_ps;
    low_i32_128(a: i32) -> __m128i = _mm_cvtsi32_si128;
    halves_to_f32_128(a: __m128i) -> __m128 = _mm_cvtph_ps;
    to_f32_128(a: __m128i) -> __m128 = _mm_cvtepi32_ps;
    mul_f32_128(a: __m128, b: __m128) -> __m128 = _mm_mul_ps;
    fma_128(a: __m128, b: __m128, c: __m128) -> __m128 = _mm_fmadd_ps;
    add_i32_128(a: __m128i, b: __m128i) -> __m128i = _mm_add_epi32;
    sub_i8_128(a: __m128i, b: __m128i) -> __m128i = _mm_sub_epi8;
    and_128(a: __m128i, b: __m128i) -> __m128i = _mm_and_si128;
    or_128(a: __m128i, b: __m128i) -> __m128i = _mm_or_si128;
    set1_i8_128(value: i8) -> __m128i = _mm_set1_epi8;
    set1_i32_128(value: i32) -> __m128i = _mm_set1_epi32;
    shift_right_u16_128<const BITS: i32>(a: __m128i) -> __m128i = _mm_srli_epi16;
    shift_left_i16_128<const BITS: i32>(a: __m128i) -> __m128i = _mm_slli_epi16;
    shift_right_u32_128<const BITS: i32>(a: __m128i) -> __m128i = _mm_srli_epi32;
    shuffle_u32_128<const CHOICE: i32>(a: __m128i) -> __m128i = _mm_shuffle_epi32;
    shift_right_each_u32_128(a: __m128i, bits: __m128i) -> __m128i = _mm_srlv_epi32;
    unpack_low_u8_128(a: __m128i, b: __m128i) -> __m128i = _mm_unpacklo_epi8;
    unpack_high_u8_128(a: __m128i, b: __m128i) -> __m128i = _mm_unpackhi_epi8;
}

#[inline]
#[target_feature(enable = "avx")]
fn made(mut a: __m256i) -> __m256i {
    // SAFETY: the assembly is empty; the function enables the registers that it names.
    unsafe {
        std::arch::asm!("/* {} */", inout(ymm_reg) a, options(pure, nomem, nostack, preserves_flags));
    }
    a
}

impl Avx2 {
    /// # Safety
    /// The machine has AVX2, FMA and F16C.
    #[inline(always)]
    pub(crate) const unsafe fn assume() -> Self {
        Self(())
    }

    /// The proof, if the machine has it.
    #[cfg(test)]
    pub(crate) fn detect() -> Option<Self> {
        crate::Backend::Avx2.detect().is_ok().then_some(Self(()))
    }

    /// The same value, opaque to the compiler.
    ///
    /// It would merge some steps into slower ones: multiplications of bytes by 3 into one by 9, for which there is no
    /// instruction.
    #[inline(always)]
    pub(crate) fn made(self, a: __m256i) -> __m256i {
        // SAFETY: the token proves AVX, which the function needs.
        unsafe { made(a) }
    }

    /// 32 bytes at any address.
    #[inline(always)]
    pub(crate) fn load<T: Pod>(self, value: &T) -> __m256i {
        const { assert!(size_of::<T>() == 32) };
        // SAFETY: the value has 32 bytes; the token proves the instruction.
        unsafe { std::arch::x86_64::_mm256_loadu_si256(std::ptr::from_ref(value).cast()) }
    }

    /// 16 bytes at any address.
    #[inline(always)]
    pub(crate) fn load_128<T: Pod>(self, value: &T) -> __m128i {
        const { assert!(size_of::<T>() == 16) };
        // SAFETY: the value has 16 bytes; the token proves the instruction.
        unsafe { std::arch::x86_64::_mm_loadu_si128(std::ptr::from_ref(value).cast()) }
    }

    /// 8 bytes at any address, and 8 zeros.
    #[inline(always)]
    pub(crate) fn load_64<T: Pod>(self, value: &T) -> __m128i {
        const { assert!(size_of::<T>() == 8) };
        // SAFETY: the value has 8 bytes; the token proves the instruction.
        unsafe { std::arch::x86_64::_mm_loadl_epi64(std::ptr::from_ref(value).cast()) }
    }

    /// Eight numbers.
    #[inline(always)]
    pub(crate) fn load_f32(self, values: &[f32; 8]) -> __m256 {
        // SAFETY: the array has 32 bytes; the token proves the instruction.
        unsafe { std::arch::x86_64::_mm256_loadu_ps(values.as_ptr()) }
    }

    /// Stores eight numbers.
    #[inline(always)]
    pub(crate) fn store_f32(self, values: &mut [f32; 8], a: __m256) {
        // SAFETY: the array has 32 bytes; the token proves the instruction.
        unsafe { std::arch::x86_64::_mm256_storeu_ps(values.as_mut_ptr(), a) }
    }

    /// Stores 32 bytes.
    #[inline(always)]
    pub(crate) fn store<T: Pod>(self, values: &mut T, a: __m256i) {
        const { assert!(size_of::<T>() == 32) };
        // SAFETY: the value has 32 bytes, all patterns of which are valid; the token proves the instruction.
        unsafe { std::arch::x86_64::_mm256_storeu_si256(std::ptr::from_mut(values).cast(), a) }
    }

    /// A 16-bit float as f32, exactly.
    #[inline(always)]
    pub(crate) fn f16(self, value: F16) -> f32 {
        let lanes = self.low_i32_128(value.to_bits().into());
        bytemuck::cast::<__m128, [f32; 4]>(self.halves_to_f32_128(lanes))[0]
    }

    /// The sum of eight lanes.
    #[inline(always)]
    pub(crate) fn sum_f32(self, a: __m256) -> f32 {
        let lanes: [f32; 8] = bytemuck::cast(a);
        let four: [f32; 4] = [lanes[0] + lanes[4], lanes[1] + lanes[5], lanes[2] + lanes[6], lanes[3] + lanes[7]];
        (four[0] + four[2]) + (four[1] + four[3])
    }
}

impl Lanes<8> for Avx2 {
    type Numbers = __m256;

    #[inline(always)]
    fn zeros(self) -> __m256 {
        self.zero_f32()
    }

    #[inline(always)]
    fn read(self, numbers: &[f32; 8]) -> __m256 {
        self.load_f32(numbers)
    }

    #[inline(always)]
    fn write(self, numbers: &mut [f32; 8], a: __m256) {
        self.store_f32(numbers, a);
    }
}
