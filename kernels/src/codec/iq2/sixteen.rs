//! Sub-blocks of 16 weights, as IQ2_XS and IQ2_S have them.

use super::search::{Fit, LARGEST, Search};
use super::signs::Unsigned;
use crate::codec::extremes;

/// A quantized sub-block.
#[derive(Clone, Copy, Default)]
pub(crate) struct Quantized {
    /// The scale, not negative.
    pub(crate) scale: f32,
    /// Codebook indices of the two groups.
    pub(crate) index: [u16; 2],
    /// Their signs, a set bit for a minus.
    pub(crate) signs: [u8; 2],
}

/// Quantizes a sub-block; none where no magnitude reaches `epsilon`.
#[inline]
pub(crate) fn quantize(
    search: &mut Search<2>,
    groups: [Unsigned; 2],
    weights: &[[f32; 8]; 2],
    epsilon: f32,
) -> Option<Quantized> {
    let magnitudes = groups.map(|group| group.magnitudes);
    let [first, second] = magnitudes.map(|magnitudes| extremes::max(&magnitudes));
    let max = if first > second { first } else { second };
    if max < epsilon {
        return None;
    }
    search.set(&magnitudes, weights);
    let mut fit = search.best::<19>(max, Fit { scale: max / LARGEST, points: [0; 2], moved: [false; 2] });
    if fit.scale > 0.0 && fit.moved != [false; 2] {
        let again = fit.moved;
        search.refine(&mut fit, again);
    }
    let flip = if fit.scale < 0.0 { u8::MAX } else { 0 };
    Some(Quantized {
        scale: fit.scale.abs(),
        index: fit.points.map(|point| search.index(point)),
        signs: groups.map(|group| group.signs ^ flip),
    })
}
