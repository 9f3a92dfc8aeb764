//! The inputs of the reference files: a documented generator that gives the same numbers on every platform.

pub mod blocks;
pub mod cases;
pub mod distribution;
pub mod importance;
pub mod random;
