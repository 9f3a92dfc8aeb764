//! How quantizers of the IQ formats find points of a codebook.

mod neighbours;

pub(crate) use neighbours::{Code, Halves, Neighbours, Place, half_tuples, join, levels};
