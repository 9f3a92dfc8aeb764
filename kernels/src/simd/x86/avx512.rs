//! AVX-512 F, BW, VL, DQ, VBMI and VNNI.

use std::arch::x86_64::{__m128, __m128i, __m256i, __m512, __m512i, __mmask16, __mmask64};

use bytemuck::Pod;

use super::{Avx2, primitives};
use crate::numeric::F16;
use crate::simd::Lanes;

/// Proof that the machine has AVX-512 with all of these parts.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(());

primitives! {
    Avx512:
    and(a: __m512i, b: __m512i) -> __m512i = _mm512_and_si512;
    or(a: __m512i, b: __m512i) -> __m512i = _mm512_or_si512;
    xor(a: __m512i, b: __m512i) -> __m512i = _mm512_xor_si512;
    ternary<const TABLE: i32>(a: __m512i, b: __m512i, c: __m512i) -> __m512i = _mm512_ternarylogic_epi32;
    set1_i8(value: i8) -> __m512i = _mm512_set1_epi8;
    set1_i16(value: i16) -> __m512i = _mm512_set1_epi16;
    set1_i32(value: i32) -> __m512i = _mm512_set1_epi32;
    set1_i64(value: i64) -> __m512i = _mm512_set1_epi64;
    set1_f32(value: f32) -> __m512 = _mm512_set1_ps;
    zero() -> __m512i = _mm512_setzero_si512;
    zero_f32() -> __m512 = _mm512_setzero_ps;
    add_i32(a: __m512i, b: __m512i) -> __m512i = _mm512_add_epi32;
    sub_i32(a: __m512i, b: __m512i) -> __m512i = _mm512_sub_epi32;
    mul_i16(a: __m512i, b: __m512i) -> __m512i = _mm512_mullo_epi16;
    mul_i32(a: __m512i, b: __m512i) -> __m512i = _mm512_mullo_epi32;
    mul_f32(a: __m512, b: __m512) -> __m512 = _mm512_mul_ps;
    add_f32(a: __m512, b: __m512) -> __m512 = _mm512_add_ps;
    fma(a: __m512, b: __m512, c: __m512) -> __m512 = _mm512_fmadd_ps;
    shift_left_i16<const BITS: u32>(a: __m512i) -> __m512i = _mm512_slli_epi16;
    shift_left_i32<const BITS: u32>(a: __m512i) -> __m512i = _mm512_slli_epi32;
    shift_right_i32<const BITS: u32>(a: __m512i) -> __m512i = _mm512_srai_epi32;
    shift_right_u16<const BITS: u32>(a: __m512i) -> __m512i = _mm512_srli_epi16;
    /// Byte i is the 8 bits of its 64-bit lane of `value` from the bit that byte i of `offsets` says, going round.
    multishift(offsets: __m512i, value: __m512i) -> __m512i = _mm512_multishift_epi64_epi8;
    permute_u8(index: __m512i, table: __m512i) -> __m512i = _mm512_permutexvar_epi8;
    permute_u16(index: __m512i, table: __m512i) -> __m512i = _mm512_permutexvar_epi16;
    permute_u32(index: __m512i, table: __m512i) -> __m512i = _mm512_permutexvar_epi32;
    permute_u64(index: __m512i, table: __m512i) -> __m512i = _mm512_permutexvar_epi64;
    permute_f32(index: __m512i, table: __m512) -> __m512 = _mm512_permutexvar_ps;
    /// Bytes of the same 128 bits; 0 where the index is above 127.
    shuffle_u8(a: __m512i, index: __m512i) -> __m512i = _mm512_shuffle_epi8;
    permute2_u32(low: __m512i, index: __m512i, high: __m512i) -> __m512i = _mm512_permutex2var_epi32;
    permute2_u64(low: __m512i, index: __m512i, high: __m512i) -> __m512i = _mm512_permutex2var_epi64;
    /// Bytes of two tables, 128 in all.
    permute2_u8(low: __m512i, index: __m512i, high: __m512i) -> __m512i = _mm512_permutex2var_epi8;
    /// 16-bit numbers of two tables, 64 in all.
    permute2_u16(low: __m512i, index: __m512i, high: __m512i) -> __m512i = _mm512_permutex2var_epi16;
    unpack_low_u32(a: __m512i, b: __m512i) -> __m512i = _mm512_unpacklo_epi32;
    unpack_high_u32(a: __m512i, b: __m512i) -> __m512i = _mm512_unpackhi_epi32;
    unpack_low_u64(a: __m512i, b: __m512i) -> __m512i = _mm512_unpacklo_epi64;
    unpack_high_u64(a: __m512i, b: __m512i) -> __m512i = _mm512_unpackhi_epi64;
    /// In each 128 bits two numbers of `a`, then two of `b`.
    shuffle_f32<const CHOICE: i32>(a: __m512, b: __m512) -> __m512 = _mm512_shuffle_ps;
    shuffle_quarters<const CHOICE: i32>(a: __m512i, b: __m512i) -> __m512i = _mm512_shuffle_i32x4;
    /// Sums of neighbouring products of unsigned with signed bytes, saturated to 16 bits.
    multiply_pairs_u8_i8(a: __m512i, b: __m512i) -> __m512i = _mm512_maddubs_epi16;
    /// `sum` and, for each 32-bit lane, the four products of unsigned with signed bytes.
    dot_u8_i8(sum: __m512i, a: __m512i, b: __m512i) -> __m512i = _mm512_dpbusd_epi32;
    dot_u8_i8_256(sum: __m256i, a: __m256i, b: __m256i) -> __m256i = _mm256_dpbusd_epi32;
    to_f32(a: __m512i) -> __m512 = _mm512_cvtepi32_ps;
    halves_to_f32(a: __m256i) -> __m512 = _mm512_cvtph_ps;
    extend_u8_u16(a: __m256i) -> __m512i = _mm512_cvtepu8_epi16;
    extend_i16_i32(a: __m256i) -> __m512i = _mm512_cvtepi16_epi32;
    extend_u16_u32(a: __m256i) -> __m512i = _mm512_cvtepu16_epi32;
    extend_u16_u64(a: __m128i) -> __m512i = _mm512_cvtepu16_epi64;
    truncate_u16_u8(a: __m512i) -> __m256i = _mm512_cvtepi16_epi8;
    low_half(a: __m512i) -> __m256i = _mm512_castsi512_si256;
    high_half<const HALF: i32>(a: __m512i) -> __m256i = _mm512_extracti64x4_epi64;
    widen(a: __m256i) -> __m512i = _mm512_zextsi256_si512;
    broadcast_half(a: __m256i) -> __m512i = _mm512_broadcast_i64x4;
    broadcast_quarter(a: __m128i) -> __m512i = _mm512_broadcast_i32x4;
    insert_half<const HALF: i32>(a: __m512i, half: __m256i) -> __m512i = _mm512_inserti64x4;
    at_least_u8(a: __m512i, b: __m512i) -> __mmask64 = _mm512_cmpge_epu8_mask;
    masked_sub_i8(other: __m512i, mask: __mmask64, a: __m512i, b: __m512i) -> __m512i = _mm512_mask_sub_epi8;
    masked_sub_i8_256(other: __m256i, mask: u32, a: __m256i, b: __m256i) -> __m256i = _mm256_mask_sub_epi8;
    keep_u8(mask: __mmask64, a: __m512i) -> __m512i = _mm512_maskz_mov_epi8;
    blend_u16(mask: u32, a: __m512i, b: __m512i) -> __m512i = _mm512_mask_blend_epi16;
    blend_u8(mask: __mmask64, a: __m512i, b: __m512i) -> __m512i = _mm512_mask_blend_epi8;
    bits_u16(a: __m512i, b: __m512i) -> u32 = _mm512_test_epi16_mask;
    bits_u8(a: __m512i, b: __m512i) -> __mmask64 = _mm512_test_epi8_mask;
    masked_permute_u8(other: __m512i, mask: __mmask64, index: __m512i, table: __m512i) -> __m512i
        = _mm512_mask_permutexvar_epi8;
    kept_permute2_u32(mask: __mmask16, low: __m512i, index: __m512i, high: __m512i) -> __m512i
        = _mm512_maskz_permutex2var_epi32;
    add_i8(a: __m512i, b: __m512i) -> __m512i = _mm512_add_epi8;
    sub_i8(a: __m512i, b: __m512i) -> __m512i = _mm512_sub_epi8;
    masked_add_i8(other: __m512i, mask: __mmask64, a: __m512i, b: __m512i) -> __m512i = _mm512_mask_add_epi8;
    masked_add_f32(other: __m512, mask: __mmask16, a: __m512, b: __m512) -> __m512 = _mm512_mask_add_ps;
    kept_permute2_u8(mask: __mmask64, low: __m512i, index: __m512i, high: __m512i) -> __m512i
        = _mm512_maskz_permutex2var_epi8;
    sum_f32(a: __m512) -> f32 = _mm512_reduce_add_ps;
    as_f32(bits: __m512i) -> __m512 = _mm512_castsi512_ps;
    as_bits(numbers: __m512) -> __m512i = _mm512_castps_si512;
    extend_u32_u64(a: __m256i) -> __m512i = _mm512_cvtepu32_epi64;
    truncate_u64_u32(a: __m512i) -> __m256i = _mm512_cvtepi64_epi32;
    shift_right_u64<const BITS: u32>(a: __m512i) -> __m512i = _mm512_srli_epi64;
    fnma(a: __m512, b: __m512, c: __m512) -> __m512 = _mm512_fnmadd_ps;
    less_u32(a: __m512i, b: __m512i) -> __mmask16 = _mm512_cmplt_epu32_mask;
    blend_u32(mask: __mmask16, a: __m512i, b: __m512i) -> __m512i = _mm512_mask_blend_epi32;
    shift_left_each_u32(a: __m512i, bits: __m512i) -> __m512i = _mm512_sllv_epi32;
    equal_u16(a: __m512i, b: __m512i) -> u32 = _mm512_cmpeq_epi16_mask;
    extend_u8_u32(a: __m128i) -> __m512i = _mm512_cvtepu8_epi32;
    low_quarter(a: __m512i) -> __m128i = _mm512_castsi512_si128;
    keep_u16(mask: u32, a: __m512i) -> __m512i = _mm512_maskz_mov_epi16;
}

#[inline]
#[target_feature(enable = "avx512f")]
fn made(mut a: __m512i) -> __m512i {
    // SAFETY: the assembly is empty; the function enables the registers that it names.
    unsafe {
        std::arch::asm!("/* {} */", inout(zmm_reg) a, options(pure, nomem, nostack, preserves_flags));
    }
    a
}

#[inline]
#[target_feature(enable = "avx512f,avx512vnni")]
fn dot_i16(mut sum: __m512i, a: __m512i, b: __m512i) -> __m512i {
    // SAFETY: the function enables the instruction, which touches no memory and no flags.
    unsafe {
        std::arch::asm!(
            "vpdpwssd {0}, {1}, {2}", inout(zmm_reg) sum, in(zmm_reg) a, in(zmm_reg) b,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    sum
}

#[inline]
#[target_feature(enable = "avx512vl,avx512vnni")]
fn dot_i16_256(mut sum: __m256i, a: __m256i, b: __m256i) -> __m256i {
    // SAFETY: the function enables the instruction, which touches no memory and no flags.
    unsafe {
        std::arch::asm!(
            "vpdpwssd {0}, {1}, {2}", inout(ymm_reg) sum, in(ymm_reg) a, in(ymm_reg) b,
            options(pure, nomem, nostack, preserves_flags)
        );
    }
    sum
}

impl Avx512 {
    /// # Safety
    /// The machine has AVX-512 F, BW, VL, DQ, VBMI and VNNI.
    #[inline(always)]
    pub(crate) const unsafe fn assume() -> Self {
        Self(())
    }

    /// Proof that the machine has AVX2, which no machine with AVX-512 lacks.
    #[inline(always)]
    pub(crate) fn narrow(self) -> Avx2 {
        // SAFETY: the features of this backend include all of AVX2's.
        unsafe { Avx2::assume() }
    }

    /// The proof, if the machine has it.
    #[cfg(test)]
    pub(crate) fn detect() -> Option<Self> {
        crate::Backend::Avx512.detect().is_ok().then_some(Self(()))
    }

    /// The first 64 bytes at any address; what is missing is 0.
    #[inline(always)]
    pub(crate) fn load_up_to(self, bytes: &[u8]) -> __m512i {
        let mask = if bytes.len() < 64 { (1u64 << bytes.len()) - 1 } else { u64::MAX };
        // SAFETY: the mask keeps the load inside of the slice; the token proves the instruction.
        unsafe { std::arch::x86_64::_mm512_maskz_loadu_epi8(mask, bytes.as_ptr().cast()) }
    }

    /// Up to 64 bytes at any address; what is missing is 0.
    #[inline(always)]
    pub(crate) fn load<T: Pod>(self, value: &T) -> __m512i {
        const { assert!(size_of::<T>() <= 64 && size_of::<T>() > 0) };
        let bytes = u64::MAX >> (64 - size_of::<T>());
        // SAFETY: the mask keeps the load inside of the value; the token proves the instruction.
        unsafe { std::arch::x86_64::_mm512_maskz_loadu_epi8(bytes, std::ptr::from_ref(value).cast()) }
    }

    /// 32 bytes at any address.
    #[inline(always)]
    pub(crate) fn load_256<T: Pod>(self, value: &T) -> __m256i {
        const { assert!(size_of::<T>() == 32) };
        bytemuck::cast(bytemuck::pod_read_unaligned::<[u64; 4]>(bytemuck::bytes_of(value)))
    }

    /// Up to 16 bytes at any address; what is missing is 0.
    #[inline(always)]
    pub(crate) fn load_128<T: Pod>(self, value: &T) -> __m128i {
        const { assert!(size_of::<T>() <= 16) };
        let mut bytes = [0u8; 16];
        bytes[..size_of::<T>()].copy_from_slice(bytemuck::bytes_of(value));
        bytemuck::cast(bytes)
    }

    /// `sum` and, for each 32-bit lane, the two products of signed 16-bit numbers.
    ///
    /// In place of the intrinsic, which the compiler splits into a product and a sum.
    #[inline(always)]
    pub(crate) fn dot_i16(self, sum: __m512i, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: the token proves the features.
        unsafe { dot_i16(sum, a, b) }
    }

    /// The same in half as many lanes.
    #[inline(always)]
    pub(crate) fn dot_i16_256(self, sum: __m256i, a: __m256i, b: __m256i) -> __m256i {
        // SAFETY: the token proves the features.
        unsafe { dot_i16_256(sum, a, b) }
    }

    /// The same 16 bytes four times.
    #[inline(always)]
    pub(crate) fn load_four_times(self, value: &[u8; 16]) -> __m512i {
        self.broadcast_quarter(self.load_128(value))
    }

    /// The same value, opaque to the compiler, which would split masked instructions by what it knows of `a`.
    #[inline(always)]
    pub(crate) fn made(self, a: __m512i) -> __m512i {
        // SAFETY: the token proves the feature.
        unsafe { made(a) }
    }

    /// The bits of `a` where `mask` has them set, else those of `b`.
    #[inline(always)]
    pub(crate) fn chosen(self, mask: __m512i, a: __m512i, b: __m512i) -> __m512i {
        self.ternary::<0xca>(mask, a, b)
    }

    /// Two values of 32 bytes.
    #[inline(always)]
    pub(crate) fn load_pair<T: Pod>(self, low: &T, high: &T) -> __m512i {
        self.insert_half::<1>(self.widen(self.load_256(low)), self.load_256(high))
    }

    /// The same 32 bytes twice.
    #[inline(always)]
    pub(crate) fn load_twice<T: Pod>(self, value: &T) -> __m512i {
        self.broadcast_half(self.load_256(value))
    }

    /// A constant, loaded.
    #[inline(always)]
    pub(crate) fn bytes(self, bytes: &'static [u8; 64]) -> __m512i {
        self.load(bytes)
    }

    /// A constant, loaded.
    #[inline(always)]
    pub(crate) fn words(self, words: &'static [u16; 32]) -> __m512i {
        self.load(words)
    }

    /// A constant, loaded.
    #[inline(always)]
    pub(crate) fn dwords(self, dwords: &'static [u32; 16]) -> __m512i {
        self.load(dwords)
    }

    /// Sixteen numbers.
    #[inline(always)]
    pub(crate) fn load_f32(self, values: &[f32; 16]) -> __m512 {
        // SAFETY: the array has 64 bytes; the token proves the instruction.
        unsafe { std::arch::x86_64::_mm512_loadu_ps(values.as_ptr()) }
    }

    /// Stores sixteen numbers.
    #[inline(always)]
    pub(crate) fn store_f32(self, values: &mut [f32; 16], a: __m512) {
        // SAFETY: the array has 64 bytes; the token proves the instruction.
        unsafe { std::arch::x86_64::_mm512_storeu_ps(values.as_mut_ptr(), a) }
    }

    /// Eight numbers in order.
    #[inline(always)]
    pub(crate) fn of_i64(self, [a, b, c, d, e, f, g, h]: [i64; 8]) -> __m512i {
        // SAFETY: the token proves the instruction.
        unsafe { std::arch::x86_64::_mm512_set_epi64(h, g, f, e, d, c, b, a) }
    }

    /// Stores 64 bytes.
    #[inline(always)]
    pub(crate) fn store<T: Pod>(self, values: &mut T, a: __m512i) {
        const { assert!(size_of::<T>() == 64) };
        // SAFETY: the value has 64 bytes, all patterns of which are valid; the token proves the instruction.
        unsafe { std::arch::x86_64::_mm512_storeu_si512(std::ptr::from_mut(values).cast(), a) }
    }

    /// A 16-bit float as f32, exactly.
    #[inline(always)]
    pub(crate) fn half(self, value: F16) -> f32 {
        let lanes = self.load_128(&u32::from(value.to_bits()));
        // SAFETY: the token proves the instruction.
        let lanes: __m128 = unsafe { std::arch::x86_64::_mm_cvtph_ps(lanes) };
        bytemuck::cast::<__m128, [f32; 4]>(lanes)[0]
    }
}

impl Lanes<16> for Avx512 {
    type Numbers = __m512;

    #[inline(always)]
    fn zeros(self) -> __m512 {
        self.zero_f32()
    }

    #[inline(always)]
    fn read(self, numbers: &[f32; 16]) -> __m512 {
        self.load_f32(numbers)
    }

    #[inline(always)]
    fn write(self, numbers: &mut [f32; 16], a: __m512) {
        self.store_f32(numbers, a);
    }
}
