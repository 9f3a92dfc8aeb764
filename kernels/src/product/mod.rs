//! Products of unpacked codes: a folder for each instruction set, in it a folder or file for each way in which a
//! format's scales lie.
//!
//! A kernel is three layers: unpacking (`formats/*/ISA.rs`), the integer dot product (`simd`), and scaling and adding
//! up, which is here, once for all formats of a family.
//!
//! `dot` adds in the order that suits one row. `matvec` and `matmul` take rows side by side and add the blocks of a row
//! one after another, by one fused multiply-add a block: their results are the same to the bit for every batch and
//! grouping of rows.

/// An array whose elements are written out one by one, `$index` being a constant in each.
///
/// `array::map` and `array::from_fn` take closures, which the compiler may not inline; it then compiles them without
/// the backend's instructions.
#[cfg(target_arch = "x86_64")]
macro_rules! unrolled {
    (2; $index:ident => $value:expr) => { unrolled!(@ [0 1] $index $value) };
    (4; $index:ident => $value:expr) => { unrolled!(@ [0 1 2 3] $index $value) };
    (8; $index:ident => $value:expr) => { unrolled!(@ [0 1 2 3 4 5 6 7] $index $value) };
    (16; $index:ident => $value:expr) => { unrolled!(@ [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15] $index $value) };
    (@ [$($number:literal)*] $index:ident $value:expr) => {
        [$({
            let $index: usize = $number;
            $value
        }),*]
    };
}
#[cfg(target_arch = "x86_64")]
pub(crate) use unrolled;

#[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
pub(crate) mod activation_only;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
#[cfg(target_arch = "x86_64")]
pub(crate) mod floats;
#[cfg(target_arch = "aarch64")]
pub(crate) mod neon;
#[cfg(target_arch = "x86_64")]
pub(crate) mod padded;
#[cfg(target_arch = "x86_64")]
pub(crate) mod registers_256;
#[cfg(any(target_arch = "aarch64", target_arch = "x86_64"))]
mod tile;
