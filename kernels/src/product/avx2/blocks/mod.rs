//! Blocks with scales of their own times Q8_0 or Q8_1, 256 weights at a time.
//!
//! A format says three things: how its codes are unpacked ([`Blocks256`]), how they are multiplied ([`Codes`]) and how
//! its scales lie ([`Scaling`]).

mod codes;
mod dot;
mod format;
mod kernel;
mod matmul;
mod matvec;
mod scaling;

pub(crate) use codes::{AnyBytes, Levels, Unsigned};
pub(crate) use format::{Blocks, Blocks256, ScaleAndMin, ScaleOf16, ScaleOf32, StoredBytes};
pub(crate) use scaling::{Each16, Each32, Each32WithMin};
