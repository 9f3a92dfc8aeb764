//! The integer stage of dot products.

/// The sum of products of 8-bit codes; exact, whatever the codes, for up to 2^17 of them.
#[inline(always)]
pub(crate) fn dot_i8<const N: usize>(a: &[i8; N], b: &[i8; N]) -> i32 {
    // A product of two codes fits 16 bits, which is twice as many lanes as 32.
    a.iter().zip(b).map(|(&a, &b)| i32::from(i16::from(a) * i16::from(b))).sum()
}
