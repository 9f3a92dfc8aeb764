//! Indices of a codebook that is too large for registers.

use std::arch::x86_64::{__m256i, __m512i};
use std::hint::black_box;

use super::{Avx2, Avx512};

/// 32 indices below `LEN`, a power of two.
///
/// They are kept in memory, from which each is loaded by itself: a compiler that sees how they are computed extracts
/// them from registers, which takes more instructions. Kernels of AVX2 pass them through `black_box` together with what
/// else they prepare.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Indices<const LEN: usize>([u16; 32]);

impl<const LEN: usize> Indices<LEN> {
    const MASK: i16 = {
        assert!(LEN.is_power_of_two() && LEN <= 1 << 15);
        LEN as i16 - 1
    };

    /// Each index has its lower byte in `low` and what is above in `high`; the bits above are ignored.
    #[inline(always)]
    pub(crate) fn from_bytes(s: Avx2, low: __m256i, high: __m256i) -> Self {
        let mask = s.set1_i16(Self::MASK);
        let both = [s.and(s.unpack_low_u8(low, high), mask), s.and(s.unpack_high_u8(low, high), mask)];
        Self(bytemuck::cast(both))
    }

    /// A word an index, for [`Self::word`]; the bits above are ignored.
    #[inline(always)]
    pub(crate) fn from_halves(s: Avx2, words: [__m256i; 2]) -> Self {
        let mask = s.set1_i16(Self::MASK);
        Self(bytemuck::cast([s.and(words[0], mask), s.and(words[1], mask)]))
    }

    /// A word an index, for [`Self::word`]; the bits above are ignored.
    #[inline(always)]
    pub(crate) fn from_words(s: Avx512, words: __m512i) -> Self {
        let mut indices = [0; 32];
        s.store(&mut indices, s.and(words, s.set1_i16(Self::MASK)));
        Self(black_box(indices))
    }

    /// The point that index `position` of words names.
    #[inline(always)]
    pub(crate) fn word<T: Copy>(&self, points: &[T; LEN], position: usize) -> T {
        let index = usize::from(self.0[position]);
        // SAFETY: every constructor masks the indices, so that they are below `LEN`.
        *unsafe { points.get_unchecked(index) }
    }

    /// The point that index `position` of [`Self::from_bytes`] names.
    #[inline(always)]
    pub(crate) fn byte<T: Copy>(&self, points: &[T; LEN], position: usize) -> T {
        // Bytes are unpacked within 128 bits.
        self.word(points, position / 8 % 2 * 16 + position / 16 * 8 + position % 8)
    }
}
