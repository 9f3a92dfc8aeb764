//! What IQ1_S and IQ1_M share: ternary weights with a shift, and the search for the best of them.
//!
//! A sub-block is quantized in three steps: its weights are divided into the three levels ([`split`]), each group of 8
//! is moved to a point of the codebook ([`place`]), and the scale is fitted again where a group moved ([`refit`]).

pub(crate) mod place;
pub(crate) mod refit;
pub(crate) mod split;

/// The points of the codebook with levels 0, 1 and 2.
#[cfg(target_arch = "x86_64")]
pub(crate) static RAISED: [[u8; 8]; 2048] = crate::codec::iq_grids::iq1_s::GRID.raised(1);

/// What every weight is shifted by, up or down, before it is scaled.
pub(crate) const DELTA: f32 = 0.125;

/// The values of the three levels, shifted up.
pub(crate) const UP: [f32; 3] = [-1.0 + DELTA, DELTA, 1.0 + DELTA];

/// The values of the three levels, shifted down.
pub(crate) const DOWN: [f32; 3] = [-1.0 - DELTA, -DELTA, 1.0 - DELTA];
