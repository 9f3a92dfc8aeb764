//! The fifth bits of 32 codes: bit j of a 32-bit word belongs to code j.

use crate::numeric::U32;

/// Bit 4 of each code, as a number to add to its nibble: 0 or 16.
#[inline(always)]
pub(crate) fn spread(qh: U32) -> [u8; 32] {
    let qh = qh.get();
    std::array::from_fn(|j| ((qh >> j) as u8 & 1) << 4)
}

/// Collects bit 4 of each code.
#[inline(always)]
pub(crate) fn collect(codes: &[u8; 32]) -> U32 {
    U32::new(codes.iter().enumerate().fold(0, |qh, (j, &code)| qh | u32::from(code >> 4 & 1) << j))
}
