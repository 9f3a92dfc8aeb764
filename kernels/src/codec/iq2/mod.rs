//! What the IQ2 formats share: groups of 8 magnitudes from a codebook, and the search for the best of them.
//!
//! A sub-block of several groups is quantized under a series of candidate scales. Under each, every weight is rounded
//! to one of three levels ([`levels`]); a group whose levels the codebook lacks moves to the nearest of the points
//! around it ([`nearest`]); and the candidate that explains most of the sub-block gives the scale ([`search`]).

pub(crate) mod decode;
mod levels;
mod nearest;
pub(crate) mod positive;
pub(crate) mod search;
pub(crate) mod signs;
pub(crate) mod sixteen;

use crate::numeric::nearest_int;

/// The values of the three levels.
const LEVELS: [f32; 3] = [1.0, 3.0, 5.0];

/// A tuple of the levels of 8 weights, numbered as [`NearPoints`](crate::codec::near_points::NearPoints) numbers them:
/// digits to the base of 3, the first four weights in bits 0 to 6 and the others in bits 7 to 13.
type Tuple = u16;

/// What one level of each weight counts for in the number of a tuple.
const PLACES: [i32; 8] = [1, 3, 9, 27, 128, 384, 1152, 3456];

/// The numbers of the halves of a tuple.
#[inline(always)]
const fn halves(tuple: Tuple) -> (usize, usize) {
    (tuple as usize & 127, tuple as usize >> 7 & 127)
}

/// The tuple of a point of a codebook, packed in 2 bits a weight.
const fn tuple(code: u16) -> Tuple {
    let (mut tuple, mut i) = (0, 0);
    while i < 8 {
        tuple += (code >> (2 * i) & 3) * PLACES[i] as Tuple;
        i += 1;
    }
    tuple
}

/// The tuples of a codebook's points.
pub(crate) const fn tuples<const LEN: usize>(codes: &[u16; LEN]) -> [Tuple; LEN] {
    let mut tuples = [0; LEN];
    let mut index = 0;
    while index < LEN {
        tuples[index] = tuple(codes[index]);
        index += 1;
    }
    tuples
}

/// The code of a sub-block's scale s, where `inverse` is the inverse of the block's: `s = d * (2 code + 1)` comes nearest.
#[inline]
pub(crate) fn sub_block_code(scale: f32, inverse: f32) -> u8 {
    nearest_int(0.5 * (inverse * scale - 1.0)).clamp(0, 15) as u8
}
