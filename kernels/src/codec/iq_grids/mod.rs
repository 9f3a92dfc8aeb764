//! The codebooks ("grids") of the IQ formats. The tables are written by `cargo xtask codegen`.

pub mod iq1_s;
pub mod iq2_s;
pub mod iq2_xs;
pub mod iq2_xxs;
pub mod iq3_s;
pub mod iq3_xxs;
pub mod ksigns;

/// A codebook of `LEN` points of `D` weights each.
pub struct Grid<const D: usize, const LEN: usize> {
    /// The points as a decoder multiplies them.
    pub points: [[i8; D]; LEN],
    /// The points as a quantizer finds them: for each weight the position of its level, the first weight lowest, in
    /// [`code_bits`] bits each.
    pub codes: [u16; LEN],
}

/// Bits of one weight in a packed code: codebooks of 8 weights have 3 levels, those of 4 weights have 8.
pub const fn code_bits(dimensions: usize) -> usize {
    if dimensions == 8 { 2 } else { 3 }
}

impl<const D: usize, const LEN: usize> Grid<D, LEN> {
    const fn new(levels: &[i8], codes: &[u16; LEN]) -> Self {
        let bits = code_bits(D);
        let mut points = [[0; D]; LEN];
        let mut index = 0;
        while index < LEN {
            let mut i = 0;
            while i < D {
                points[index][i] = levels[(codes[index] >> (bits * i)) as usize & ((1 << bits) - 1)];
                i += 1;
            }
            index += 1;
        }
        Self { points, codes: *codes }
    }

    /// The points with `offset` added to every level, which leaves none negative.
    #[cfg(target_arch = "x86_64")]
    pub(crate) const fn raised(&self, offset: i8) -> [[u8; D]; LEN] {
        let mut raised = [[0; D]; LEN];
        let mut index = 0;
        while index < LEN {
            let mut i = 0;
            while i < D {
                raised[index][i] = (self.points[index][i] + offset) as u8;
                i += 1;
            }
            index += 1;
        }
        raised
    }
}
