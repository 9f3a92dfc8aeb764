//! What IQ3_XXS and IQ3_S share: the search for the magnitudes of 32 weights in groups of 4 from a codebook.
//!
//! A number of scales is tried ([`search`]). For each the weights are rounded to levels, and groups that the codebook
//! lacks go to a point near by ([`nearest`]).

mod nearest;
pub(crate) mod search;

/// The magnitudes of 8 weights: two points of a codebook.
#[inline(always)]
pub(crate) fn pair(points: [&[i8; 4]; 2]) -> [i8; 8] {
    bytemuck::cast(points.map(|point| *point))
}
