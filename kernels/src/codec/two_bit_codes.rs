//! The 64 bytes that hold 256 2-bit codes in Q2_K, the low bits in Q3_K and the high bits in Q6_K: each half of the block is four runs of 32
//! weights, one run in each bit pair of 32 bytes.

/// Packs codes of 2 bits.
pub(crate) fn pack(codes: &[u8; 256]) -> [u8; 64] {
    let mut packed = [0; 64];
    for (packed, codes) in packed.chunks_exact_mut(32).zip(codes.chunks_exact(128)) {
        for (l, packed) in packed.iter_mut().enumerate() {
            *packed = codes[l] | codes[l + 32] << 2 | codes[l + 64] << 4 | codes[l + 96] << 6;
        }
    }
    packed
}

/// The codes in order.
#[inline(always)]
pub(crate) fn unpack(packed: &[u8; 64]) -> [i8; 256] {
    let mut codes = [0; 256];
    for (packed, codes) in packed.chunks_exact(32).zip(codes.chunks_exact_mut(128)) {
        for (run, codes) in codes.chunks_exact_mut(32).enumerate() {
            for (code, packed) in codes.iter_mut().zip(packed) {
                *code = (packed >> (2 * run) & 3) as i8;
            }
        }
    }
    codes
}
