//! Fitting a scale to weights that have their places in the codebook.

use crate::codec::iq_grids::iq1_s::GRID;

/// Sums that a scale is fitted from, in the order that the reference adds them.
#[derive(Clone, Copy, Default)]
pub(crate) struct Fit {
    /// Sum of w q x.
    qx: f32,
    /// Sum of w q q.
    q2: f32,
}

impl Fit {
    /// Adds a group of 8 at a point of the codebook, its levels shifted and scaled. Both are exact: the shift is an
    /// eighth and the scale a small integer.
    #[inline(always)]
    pub(crate) fn add(&mut self, weights: &[f32; 8], importance: &[f32; 8], index: u16, shift: f32, scale: f32) {
        let (mut qx, mut q2) = ([0.0; 8], [0.0; 8]);
        let point = &GRID.points[usize::from(index)];
        for i in 0..8 {
            let q = (f32::from(point[i]) + shift) * scale;
            let wq = importance[i] * q;
            qx[i] = wq * weights[i];
            q2[i] = wq * q;
        }
        for i in 0..8 {
            self.qx += qx[i];
            self.q2 += q2[i];
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
