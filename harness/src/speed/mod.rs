//! Measuring.

pub mod statistics;
