//! Advanced SIMD, which every AArch64 processor of interest has.

use std::arch::aarch64::{
    float32x4_t, int8x8_t, int8x16_t, int16x4_t, int16x8_t, int32x4_t, uint8x8_t, uint8x16_t, uint16x4_t, uint16x8_t,
    uint32x4_t,
};
use std::arch::asm;

use bytemuck::Pod;

use crate::numeric::F16;

/// Proof that the machine has Advanced SIMD.
#[derive(Clone, Copy)]
pub(crate) struct Neon(());

/// Safe methods, each one intrinsic.
macro_rules! primitives {
    ($($(#[$doc:meta])* $name:ident $(<$(const $parameter:ident: $kind:ty),+>)? ($($arg:ident: $ty:ty),*) -> $ret:ty
        = $intrinsic:ident;)*) => {
        #[allow(missing_docs, reason = "named after their intrinsics")]
        impl Neon {
            $(
                $(#[$doc])*
                #[inline(always)]
                pub(crate) fn $name $(<$(const $parameter: $kind),+>)? (self $(, $arg: $ty)*) -> $ret {
                    // SAFETY: the token proves that the machine has the instruction.
                    unsafe { std::arch::aarch64::$intrinsic $(::<$($parameter),+>)? ($($arg),*) }
                }
            )*
        }
    };
}

primitives! {
    and(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t = vandq_u8;
    or(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t = vorrq_u8;
    xor(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t = veorq_u8;
    set1_u8(value: u8) -> uint8x16_t = vdupq_n_u8;
    set1_i8(value: i8) -> int8x16_t = vdupq_n_s8;
    set1_i16(value: i16) -> int16x8_t = vdupq_n_s16;
    set1_i32(value: i32) -> int32x4_t = vdupq_n_s32;
    set1_u32(value: u32) -> uint32x4_t = vdupq_n_u32;
    set1_f32(value: f32) -> float32x4_t = vdupq_n_f32;
    signed(a: uint8x16_t) -> int8x16_t = vreinterpretq_s8_u8;
    unsigned(a: int8x16_t) -> uint8x16_t = vreinterpretq_u8_s8;
    words_as_bytes(a: uint32x4_t) -> uint8x16_t = vreinterpretq_u8_u32;
    signed_16(a: uint16x8_t) -> int16x8_t = vreinterpretq_s16_u16;
    sub_i8(a: int8x16_t, b: int8x16_t) -> int8x16_t = vsubq_s8;
    mul_u8(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t = vmulq_u8;
    /// All bits where `a` is not less than `b`.
    not_less_u8(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t = vcgeq_u8;
    /// All bits where `a` and `b` have a bit in common.
    common_bits(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t = vtstq_u8;
    count_bits(a: uint8x16_t) -> uint8x16_t = vcntq_u8;
    /// Bytes of a table of 16; 0 for an index beyond it.
    look_up_u8(table: uint8x16_t, index: uint8x16_t) -> uint8x16_t = vqtbl1q_u8;
    look_up_i8(table: int8x16_t, index: uint8x16_t) -> int8x16_t = vqtbl1q_s8;
    shift_right_u8<const BITS: i32>(a: uint8x16_t) -> uint8x16_t = vshrq_n_u8;
    shift_left_u8<const BITS: i32>(a: uint8x16_t) -> uint8x16_t = vshlq_n_u8;
    /// `low` in the low `BITS` bits, `high` shifted left above.
    insert_above<const BITS: i32>(low: uint8x16_t, high: uint8x16_t) -> uint8x16_t = vsliq_n_u8;
    equal_u32(a: uint32x4_t, b: uint32x4_t) -> uint32x4_t = vceqq_u32;
    not_u32(a: uint32x4_t) -> uint32x4_t = vmvnq_u32;
    join_u16(low: uint16x4_t, high: uint16x4_t) -> uint16x8_t = vcombine_u16;
    insert_above_u16<const BITS: i32>(low: uint16x8_t, high: uint16x8_t) -> uint16x8_t = vsliq_n_u16;
    shift_left_u32<const BITS: i32>(a: uint32x4_t) -> uint32x4_t = vshlq_n_u32;
    sub_u32(a: uint32x4_t, b: uint32x4_t) -> uint32x4_t = vsubq_u32;
    less_u32(a: uint32x4_t, b: uint32x4_t) -> uint32x4_t = vcltq_u32;
    as_i32(a: uint32x4_t) -> int32x4_t = vreinterpretq_s32_u32;
    set1_u16(value: u16) -> uint16x8_t = vdupq_n_u16;
    or_i16(a: int16x8_t, b: int16x8_t) -> int16x8_t = vorrq_s16;
    negated_i16(a: int16x8_t) -> int16x8_t = vnegq_s16;
    shift_right_i16<const BITS: i32>(a: int16x8_t) -> int16x8_t = vshrq_n_s16;
    zip_low_i16(a: int16x8_t, b: int16x8_t) -> int16x8_t = vzip1q_s16;
    zip_high_i16(a: int16x8_t, b: int16x8_t) -> int16x8_t = vzip2q_s16;
    multiply_add_i8(sum: int8x16_t, a: int8x16_t, b: int8x16_t) -> int8x16_t = vmlaq_s8;
    shift_each_u32(a: uint32x4_t, bits: int32x4_t) -> uint32x4_t = vshlq_u32;
    shift_each_u16(a: uint16x8_t, bits: int16x8_t) -> uint16x8_t = vshlq_u16;
    shift_each_u8(a: uint8x16_t, bits: int8x16_t) -> uint8x16_t = vshlq_u8;
    and_u32(a: uint32x4_t, b: uint32x4_t) -> uint32x4_t = vandq_u32;
    or_u16(a: uint16x8_t, b: uint16x8_t) -> uint16x8_t = vorrq_u16;
    and_u16(a: uint16x8_t, b: uint16x8_t) -> uint16x8_t = vandq_u16;
    zip_low_u8(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t = vzip1q_u8;
    zip_low_u32(a: uint32x4_t, b: uint32x4_t) -> uint32x4_t = vzip1q_u32;
    zip_low_i32(a: int32x4_t, b: int32x4_t) -> int32x4_t = vzip1q_s32;
    zip_high_i32(a: int32x4_t, b: int32x4_t) -> int32x4_t = vzip2q_s32;
    even_i32(a: int32x4_t, b: int32x4_t) -> int32x4_t = vuzp1q_s32;
    odd_i32(a: int32x4_t, b: int32x4_t) -> int32x4_t = vuzp2q_s32;
    bytes_as_u32(a: uint8x16_t) -> uint32x4_t = vreinterpretq_u32_u8;
    bytes_as_u16(a: uint8x16_t) -> uint16x8_t = vreinterpretq_u16_u8;
    words_as_u16(a: uint32x4_t) -> uint16x8_t = vreinterpretq_u16_u32;
    words_as_f32(a: uint32x4_t) -> float32x4_t = vreinterpretq_f32_u32;
    /// Bits of `a` where `mask` has ones, of `b` elsewhere.
    choose_u32(mask: uint32x4_t, a: uint32x4_t, b: uint32x4_t) -> uint32x4_t = vbslq_u32;
    even_u16(a: uint16x8_t, b: uint16x8_t) -> uint16x8_t = vuzp1q_u16;
    odd_u8(a: uint8x16_t, b: uint8x16_t) -> uint8x16_t = vuzp2q_u8;
    odd_u32(a: uint32x4_t, b: uint32x4_t) -> uint32x4_t = vuzp2q_u32;
    bytes_as_words(a: int8x16_t) -> int32x4_t = vreinterpretq_s32_s8;
    words_as_codes(a: int32x4_t) -> int8x16_t = vreinterpretq_s8_s32;
    low_half_u8(a: uint8x16_t) -> uint8x8_t = vget_low_u8;
    low_half_i8(a: int8x16_t) -> int8x8_t = vget_low_s8;
    low_half_i16(a: int16x8_t) -> int16x4_t = vget_low_s16;
    extend_u8(a: uint8x8_t) -> uint16x8_t = vmovl_u8;
    extend_high_u8(a: uint8x16_t) -> uint16x8_t = vmovl_high_u8;
    extend_i8(a: int8x8_t) -> int16x8_t = vmovl_s8;
    extend_high_i8(a: int8x16_t) -> int16x8_t = vmovl_high_s8;
    extend_i16(a: int16x4_t) -> int32x4_t = vmovl_s16;
    extend_high_i16(a: int16x8_t) -> int32x4_t = vmovl_high_s16;
    join_u8(low: uint8x8_t, high: uint8x8_t) -> uint8x16_t = vcombine_u8;
    add_i16(a: int16x8_t, b: int16x8_t) -> int16x8_t = vaddq_s16;
    sub_i16(a: int16x8_t, b: int16x8_t) -> int16x8_t = vsubq_s16;
    mul_i16(a: int16x8_t, b: int16x8_t) -> int16x8_t = vmulq_s16;
    shift_left_i16<const BITS: i32>(a: int16x8_t) -> int16x8_t = vshlq_n_s16;
    shift_right_u16<const BITS: i32>(a: uint16x8_t) -> uint16x8_t = vshrq_n_u16;
    shift_right_u32<const BITS: i32>(a: uint32x4_t) -> uint32x4_t = vshrq_n_u32;
    /// Sums of neighbours: those of `a`, then those of `b`.
    add_neighbours_i16(a: int16x8_t, b: int16x8_t) -> int16x8_t = vpaddq_s16;
    add_neighbours_i32(a: int32x4_t, b: int32x4_t) -> int32x4_t = vpaddq_s32;
    add_products_low_i8(sum: int16x8_t, a: int8x8_t, b: int8x8_t) -> int16x8_t = vmlal_s8;
    add_products_high_i8(sum: int16x8_t, a: int8x16_t, b: int8x16_t) -> int16x8_t = vmlal_high_s8;
    multiply_low_i16(a: int16x4_t, b: int16x4_t) -> int32x4_t = vmull_s16;
    add_products_low_i16(sum: int32x4_t, a: int16x4_t, b: int16x4_t) -> int32x4_t = vmlal_s16;
    add_products_high_i16(sum: int32x4_t, a: int16x8_t, b: int16x8_t) -> int32x4_t = vmlal_high_s16;
    add_pairs_to_i32(sum: int32x4_t, a: int16x8_t) -> int32x4_t = vpadalq_s16;
    add_i32(a: int32x4_t, b: int32x4_t) -> int32x4_t = vaddq_s32;
    shift_left_i32<const BITS: i32>(a: int32x4_t) -> int32x4_t = vshlq_n_s32;
    multiply_add_i32(sum: int32x4_t, a: int32x4_t, b: int32x4_t) -> int32x4_t = vmlaq_s32;
    /// `a`, counted in steps of `2^-BITS`.
    fraction_to_f32<const BITS: i32>(a: int32x4_t) -> float32x4_t = vcvtq_n_f32_s32;
    to_f32(a: int32x4_t) -> float32x4_t = vcvtq_f32_s32;
    add_f32(a: float32x4_t, b: float32x4_t) -> float32x4_t = vaddq_f32;
    mul_f32(a: float32x4_t, b: float32x4_t) -> float32x4_t = vmulq_f32;
    times_f32(a: float32x4_t, b: f32) -> float32x4_t = vmulq_n_f32;
    /// `sum + a * b`, rounded once.
    fma(sum: float32x4_t, a: float32x4_t, b: float32x4_t) -> float32x4_t = vfmaq_f32;
    fma_n(sum: float32x4_t, a: float32x4_t, b: f32) -> float32x4_t = vfmaq_n_f32;
    /// `sum - a * b`, rounded once.
    fnma(sum: float32x4_t, a: float32x4_t, b: float32x4_t) -> float32x4_t = vfmsq_f32;
    fnma_n(sum: float32x4_t, a: float32x4_t, b: f32) -> float32x4_t = vfmsq_n_f32;
    sum_f32(a: float32x4_t) -> f32 = vaddvq_f32;
}

/// Loads and stores of whole registers at any address.
macro_rules! memory {
    ($(load $load:ident $loaded:ident $from:ident $ld:ident;)* $(store $store:ident $stored:ident $to:ident $st:ident;)*) => {
        impl Neon {
            $(
                /// 16 bytes at any address.
                #[inline(always)]
                pub(crate) fn $load<T: Pod>(self, value: &T) -> $loaded {
                    const { assert!(size_of::<T>() == 16) };
                    // SAFETY: the value has 16 bytes; the token proves the instruction, which needs no alignment.
                    unsafe { std::arch::aarch64::$ld(std::ptr::from_ref(value).cast::<$from>()) }
                }
            )*

            $(
                /// Stores 16 bytes.
                #[inline(always)]
                pub(crate) fn $store<T: Pod>(self, value: &mut T, a: $stored) {
                    const { assert!(size_of::<T>() == 16) };
                    // SAFETY: the value has 16 bytes, all patterns of which are valid; the token proves the
                    // instruction, which needs no alignment.
                    unsafe { std::arch::aarch64::$st(std::ptr::from_mut(value).cast::<$to>(), a) }
                }
            )*
        }
    };
}

memory! {
    load load_u8 uint8x16_t u8 vld1q_u8;
    load load_i8 int8x16_t i8 vld1q_s8;
    load load_i16 int16x8_t i16 vld1q_s16;
    load load_u16 uint16x8_t u16 vld1q_u16;
    load load_i32 int32x4_t i32 vld1q_s32;
    load load_u32 uint32x4_t u32 vld1q_u32;
    load load_f32 float32x4_t f32 vld1q_f32;
    store store_i8 int8x16_t i8 vst1q_s8;
    store store_i16 int16x8_t i16 vst1q_s16;
    store store_u16 uint16x8_t u16 vst1q_u16;
    store store_i32 int32x4_t i32 vst1q_s32;
    store store_f32 float32x4_t f32 vst1q_f32;
}

impl Neon {
    /// # Safety
    /// The machine has Advanced SIMD.
    #[inline(always)]
    pub(crate) const unsafe fn assume() -> Self {
        Self(())
    }

    /// Eight bytes at any address.
    #[inline(always)]
    pub(crate) fn load_8<T: Pod>(self, value: &T) -> uint8x8_t {
        const { assert!(size_of::<T>() == 8) };
        // SAFETY: the value has 8 bytes; the token proves the instruction, which needs no alignment.
        unsafe { std::arch::aarch64::vld1_u8(std::ptr::from_ref(value).cast::<u8>()) }
    }

    /// Eight bytes at any address, twice.
    #[inline(always)]
    pub(crate) fn load_twice_8<T: Pod>(self, value: &T) -> uint8x16_t {
        let bytes = self.load_8(value);
        self.join_u8(bytes, bytes)
    }

    /// Four bf16 numbers in the lower half of a register, exactly.
    #[inline(always)]
    pub(crate) fn shift_up_low_u16(self, bits: uint16x8_t) -> float32x4_t {
        // SAFETY: the token proves the instruction.
        let low = unsafe { std::arch::aarch64::vget_low_u16(bits) };
        // SAFETY: the token proves the instruction.
        self.words_as_f32(unsafe { std::arch::aarch64::vshll_n_u16::<16>(low) })
    }

    /// Four bf16 numbers in the upper half of a register, exactly.
    #[inline(always)]
    pub(crate) fn shift_up_high_u16(self, bits: uint16x8_t) -> float32x4_t {
        // SAFETY: the token proves the instruction.
        self.words_as_f32(unsafe { std::arch::aarch64::vshll_high_n_u16::<16>(bits) })
    }

    /// All bits where numbers differ.
    #[inline(always)]
    pub(crate) fn unequal_u32(self, a: uint32x4_t, b: uint32x4_t) -> uint32x4_t {
        self.not_u32(self.equal_u32(a, b))
    }

    /// Four 16-bit floats by their bits, each in a word, exactly.
    #[inline(always)]
    pub(crate) fn halves_of_words(self, words: uint32x4_t) -> float32x4_t {
        // SAFETY: the token proves the instruction.
        let narrow = unsafe { std::arch::aarch64::vmovn_u32(words) };
        let bits = self.join_u16(narrow, narrow);
        self.halves_of_bits(bits)
    }

    /// Four 16-bit integers.
    #[inline(always)]
    pub(crate) fn load_four_i16(self, values: &[i16; 4]) -> int16x4_t {
        // SAFETY: the array has 8 bytes; the token proves the instruction.
        unsafe { std::arch::aarch64::vld1_s16(values.as_ptr()) }
    }

    /// Four 16-bit floats, exactly.
    #[inline(always)]
    pub(crate) fn halves(self, values: [F16; 4]) -> float32x4_t {
        use std::arch::aarch64::{vdup_n_u16, vset_lane_u16};
        let [a, b, c, d] = values.map(F16::to_bits);
        // Lane by lane: an array would be built in general registers first.
        // SAFETY: the token proves the instructions.
        let lanes = unsafe { vset_lane_u16::<3>(d, vset_lane_u16::<2>(c, vset_lane_u16::<1>(b, vdup_n_u16(a)))) };
        // SAFETY: the token proves the instruction.
        let lanes = unsafe { std::arch::aarch64::vreinterpret_f16_u16(lanes) };
        // SAFETY: the token proves the instruction.
        unsafe { std::arch::aarch64::vcvt_f32_f16(lanes) }
    }

    /// Four 16-bit floats by their bits, exactly.
    #[inline(always)]
    pub(crate) fn halves_of_bits(self, bits: uint16x8_t) -> float32x4_t {
        // SAFETY: the token proves the instruction.
        let low = unsafe { std::arch::aarch64::vget_low_u16(bits) };
        // SAFETY: the token proves the instruction.
        let low = unsafe { std::arch::aarch64::vreinterpret_f16_u16(low) };
        // SAFETY: the token proves the instruction.
        unsafe { std::arch::aarch64::vcvt_f32_f16(low) }
    }

    /// The upper four of eight 16-bit floats by their bits, exactly.
    #[inline(always)]
    pub(crate) fn upper_halves_of_bits(self, bits: uint16x8_t) -> float32x4_t {
        // SAFETY: the token proves the instruction.
        let bits = unsafe { std::arch::aarch64::vreinterpretq_f16_u16(bits) };
        // SAFETY: the token proves the instruction.
        unsafe { std::arch::aarch64::vcvt_high_f32_f16(bits) }
    }

    /// A 16-bit float, exactly.
    #[inline(always)]
    pub(crate) fn half(self, value: F16) -> f32 {
        self.first_f32(self.halves([value, F16::from_bits(0), F16::from_bits(0), F16::from_bits(0)]))
    }

    /// `sum + a * b[lane]`; `lane`, 0 to 3, is a constant where this is inlined.
    #[inline(always)]
    pub(crate) fn multiply_add_lane_i32(self, sum: int32x4_t, a: int32x4_t, b: int32x4_t, lane: usize) -> int32x4_t {
        let lane = self.lanes_i32(b)[lane];
        self.multiply_add_i32(sum, a, self.set1_i32(lane))
    }

    /// The same value, opaque to the compiler: it would compute each lane that is used by itself, by three instructions
    /// where one reads the lane.
    #[inline(always)]
    pub(crate) fn made(self, mut a: int32x4_t) -> int32x4_t {
        // SAFETY: the assembly is empty; it leaves its operand as it is.
        unsafe { asm!("/* {0:v} */", inout(vreg) a, options(pure, nomem, nostack, preserves_flags)) };
        a
    }

    /// As [`Neon::made`]: the compiler would select between a number and its negative by a mask, where two instructions
    /// negate by the mask.
    #[inline(always)]
    pub(crate) fn made_u8(self, mut a: uint8x16_t) -> uint8x16_t {
        // SAFETY: the assembly is empty; it leaves its operand as it is.
        unsafe { asm!("/* {0:v} */", inout(vreg) a, options(pure, nomem, nostack, preserves_flags)) };
        a
    }

    /// The same reference, opaque to the compiler: loads are addressed from it and not from the object around it, so
    /// that one instruction can load two registers.
    #[inline(always)]
    pub(crate) fn place<T>(self, value: &T) -> &T {
        let mut place = std::ptr::from_ref(value);
        // SAFETY: the assembly is empty; it leaves its operand as it is.
        unsafe { asm!("/* {0} */", inout(reg) place, options(pure, nomem, nostack, preserves_flags)) };
        // SAFETY: the address is that of `value`, whose lifetime the result has.
        unsafe { &*place }
    }

    /// The sum of all lanes, in each of them.
    #[inline(always)]
    pub(crate) fn sum_everywhere_i32(self, a: int32x4_t) -> int32x4_t {
        let pairs = self.add_neighbours_i32(a, a);
        self.add_neighbours_i32(pairs, pairs)
    }

    /// The first lane.
    #[inline(always)]
    pub(crate) fn first_f32(self, a: float32x4_t) -> f32 {
        // SAFETY: the token proves the instruction.
        unsafe { std::arch::aarch64::vgetq_lane_f32::<0>(a) }
    }

    /// The lanes of a register.
    #[inline(always)]
    pub(crate) fn lanes_u16(self, a: uint16x8_t) -> [u16; 8] {
        let mut lanes = [0; 8];
        self.store_u16(&mut lanes, a);
        lanes
    }

    /// The lanes of a register.
    #[inline(always)]
    pub(crate) fn lanes_i32(self, a: int32x4_t) -> [i32; 4] {
        let mut lanes = [0; 4];
        self.store_i32(&mut lanes, a);
        lanes
    }

    /// The lanes of a register.
    #[inline(always)]
    pub(crate) fn lanes_f32(self, a: float32x4_t) -> [f32; 4] {
        let mut lanes = [0.0; 4];
        self.store_f32(&mut lanes, a);
        lanes
    }

    /// The first eight codes of `a`, then those of `b`.
    #[inline(always)]
    pub(crate) fn low_halves_i8(self, a: int8x16_t, b: int8x16_t) -> int8x16_t {
        use std::arch::aarch64::{vreinterpretq_s8_s64, vreinterpretq_s64_s8, vzip1q_s64};
        // SAFETY: the token proves the instructions.
        unsafe { vreinterpretq_s8_s64(vzip1q_s64(vreinterpretq_s64_s8(a), vreinterpretq_s64_s8(b))) }
    }

    /// The last eight codes of `a`, then those of `b`.
    #[inline(always)]
    pub(crate) fn high_halves_i8(self, a: int8x16_t, b: int8x16_t) -> int8x16_t {
        use std::arch::aarch64::{vreinterpretq_s8_s64, vreinterpretq_s64_s8, vzip2q_s64};
        // SAFETY: the token proves the instructions.
        unsafe { vreinterpretq_s8_s64(vzip2q_s64(vreinterpretq_s64_s8(a), vreinterpretq_s64_s8(b))) }
    }

    /// The sums of the lanes of four registers, in order.
    #[inline(always)]
    pub(crate) fn sums_of_four(self, a: [int32x4_t; 4]) -> int32x4_t {
        let (low, high) = (self.add_neighbours_i32(a[0], a[1]), self.add_neighbours_i32(a[2], a[3]));
        self.add_neighbours_i32(low, high)
    }

    /// Lane j of register i becomes lane i of register j.
    #[inline(always)]
    pub(crate) fn transpose(self, a: [int32x4_t; 4]) -> [int32x4_t; 4] {
        let (low02, high02) = (self.zip_low_i32(a[0], a[2]), self.zip_high_i32(a[0], a[2]));
        let (low13, high13) = (self.zip_low_i32(a[1], a[3]), self.zip_high_i32(a[1], a[3]));
        [
            self.zip_low_i32(low02, low13),
            self.zip_high_i32(low02, low13),
            self.zip_low_i32(high02, high13),
            self.zip_high_i32(high02, high13),
        ]
    }
}
