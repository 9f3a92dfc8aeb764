//! Super-blocks of 256 weights times Q8_K.
//!
//! A format says how its codes are unpacked ([`SuperBlock`]) and what must be known of them to multiply them ([`Kind`]).

mod dot;
mod format;
mod integers;
mod kernel;
mod kinds;
mod matmul;
mod matvec;

pub(crate) use dot::{dot_of_integers, scaled};
pub(crate) use format::{
    Block, Kind, OffsetBlock, ScaledBlock, Scales, ScalesAndMinsBlock, SuperBlock, SuperBlocks, UnscaledBlock,
};
pub(crate) use integers::Integers;
pub(crate) use kinds::{OneScale, Signed, WithMins, WithOffset};
pub(crate) use matvec::matvec;
