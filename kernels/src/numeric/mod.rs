//! Number types and rounding rules that every format shares. `NUMERICS.md` is the contract.

#[cfg(target_arch = "x86_64")]
pub(crate) mod f16_table;
mod little_endian;
mod real;
mod round;
mod truncate;

pub use little_endian::{Bf16, F16, F32, I16, U16, U32};
pub use real::{Magnitude, Real};
pub(crate) use round::{nearest_int, round_to_int};
pub(crate) use truncate::truncate;
