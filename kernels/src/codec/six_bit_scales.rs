//! The 12 bytes that hold eight 6-bit scales and eight 6-bit minimums in Q4_K and Q5_K.
//!
//! ```text
//! byte j      (j < 4): bits 0-5 scale j,       bits 6-7 high bits of scale j + 4
//! byte j + 4  (j < 4): bits 0-5 minimum j,     bits 6-7 high bits of minimum j + 4
//! byte j + 8  (j < 4): bits 0-3 of scale j + 4, bits 4-7: bits 0-3 of minimum j + 4
//! ```

/// Packs scales and minimums of 6 bits.
pub(crate) fn pack(scales: &[u8; 8], mins: &[u8; 8]) -> [u8; 12] {
    let mut packed = [0; 12];
    for j in 0..4 {
        packed[j] = scales[j] | scales[j + 4] >> 4 << 6;
        packed[j + 4] = mins[j] | mins[j + 4] >> 4 << 6;
        packed[j + 8] = scales[j + 4] & 15 | mins[j + 4] << 4;
    }
    packed
}

/// The scales and the minimums.
#[inline(always)]
pub(crate) fn unpack(packed: &[u8; 12]) -> ([u8; 8], [u8; 8]) {
    let (mut scales, mut mins) = ([0; 8], [0; 8]);
    for j in 0..4 {
        scales[j] = packed[j] & 63;
        mins[j] = packed[j + 4] & 63;
        scales[j + 4] = packed[j + 8] & 15 | packed[j] >> 6 << 4;
        mins[j + 4] = packed[j + 8] >> 4 | packed[j + 4] >> 6 << 4;
    }
    (scales, mins)
}
