//! What records mean: pure functions of digests and histories.
//!
//! [`regression`] tells whether a number changed, [`comparison`] sets two records beside each other, [`claims`] holds
//! statements of the literature against what was measured, and [`recommend`] picks a file type for a device.

pub mod claims;
pub mod comparison;
pub mod recommend;
pub mod regression;
