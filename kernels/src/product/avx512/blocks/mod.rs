//! Blocks with scales of their own times Q8_0 or Q8_1, 512 weights at a time.

mod activation;
mod dot;
mod format;
mod kernel;
mod matmul;
mod matvec;
mod operands;
mod scales;
mod turned;

pub(crate) use activation::Activation;
pub(crate) use format::{Blocks, Blocks512, Each16, Each32, Each32WithMin};
pub(crate) use scales::{scales, scales_and_mins};
