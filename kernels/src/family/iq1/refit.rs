//! Fitting a scale to weights that have their places in the codebook.

use crate::family::iq_grids::iq1_s::GRID;

/// Sums that a scale is fitted from, in the order that the reference adds them.
#[derive(Clone, Copy, Default)]
pub(crate) struct Fit {
    /// Sum of w q x.
    qx: f32,
    /// Sum of w q q.
    q2: f32,
}

impl Fit {
    /// Adds a group of 8 at a point of the codebook whose levels stand for `values`.
    #[inline]
    pub(crate) fn add(&mut self, weights: &[f32], importance: &[f32], index: u16, values: &[f32; 3]) {
        for ((&x, &w), &level) in weights.iter().zip(importance).zip(&GRID.points[usize::from(index)]) {
            let q = values[(level + 1) as usize];
            self.qx += w * q * x;
            self.q2 += w * q * q;
        }
    }

    /// The scale with the smallest error, where there is one and it is positive.
    pub(crate) fn scale(&self) -> Option<f32> {
        (self.qx > 0.0 && self.q2 > 0.0).then(|| self.qx / self.q2)
    }

    /// The scale with the smallest error, of either sign.
    pub(crate) fn signed_scale(&self) -> Option<f32> {
        (self.q2 > 0.0).then(|| self.qx / self.q2)
    }
}
