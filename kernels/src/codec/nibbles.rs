//! Two 4-bit codes a byte: the first half of the block in the low nibbles, the second half in the high ones.

/// Unpacks `2 * N` codes.
#[inline(always)]
pub(crate) fn unpack<const N: usize, const CODES: usize>(qs: &[u8; N], code: impl Fn(u8) -> i8) -> [i8; CODES] {
    const { assert!(CODES == 2 * N) };
    let mut codes = [0; CODES];
    let (low, high) = codes.split_at_mut(N);
    for ((low, high), &qs) in low.iter_mut().zip(high).zip(qs) {
        *low = code(qs & 15);
        *high = code(qs >> 4);
    }
    codes
}

/// Packs the low nibbles of `2 * N` codes.
#[inline(always)]
pub(crate) fn pack<const N: usize, const CODES: usize>(codes: &[u8; CODES]) -> [u8; N] {
    const { assert!(CODES == 2 * N) };
    let (low, high) = codes.split_at(N);
    let mut qs = [0; N];
    for ((qs, &low), &high) in qs.iter_mut().zip(low).zip(high) {
        *qs = (low & 15) | (high << 4);
    }
    qs
}
