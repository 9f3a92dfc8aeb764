//! Reading codebooks: every index is put into a block whose scale is a power of two, and the block is decoded.

use quantmark_implementations::llama_cpp::{Oracle, OracleError};
use quantmark_kernels::Format;

use super::error::CodebookError;

/// One in IEEE binary16.
const ONE: u16 = 0x3c00;
const FOUR: u16 = 0x4400;
const EIGHT: u16 = 0x4800;

/// A format's codebook and how to point a block at it.
pub struct Codebook {
    pub format: Format,
    /// Points in the codebook.
    pub len: usize,
    /// Weights a point.
    pub dimensions: usize,
    /// The block scale, in f16 bits, under which the smallest sub-block scale is one (eight for IQ1_S).
    scale: u16,
    /// What a decoded number is, as multiplier and addend of the codebook's.
    decoded: (f32, f32),
    /// Makes slot `.1` of block `.0` refer to point `.2`.
    place: fn(&mut [u8], usize, usize),
}

const fn magnitudes(
    format: Format,
    len: usize,
    dimensions: usize,
    scale: u16,
    place: fn(&mut [u8], usize, usize),
) -> Codebook {
    Codebook { format, len, dimensions, scale, decoded: (1.0, 0.0), place }
}

/// The codebooks; IQ1_M shares IQ1_S's.
pub const ALL: &[Codebook] = &[
    magnitudes(Format::IQ2_XXS, 256, 8, EIGHT, |block, slot, index| block[2 + slot / 4 * 8 + slot % 4] = index as u8),
    magnitudes(Format::IQ2_XS, 512, 8, EIGHT, |block, slot, index| {
        block[2 + 2 * slot..][..2].copy_from_slice(&(index as u16).to_le_bytes());
    }),
    magnitudes(Format::IQ2_S, 1024, 8, EIGHT, |block, slot, index| {
        block[2 + slot] = index as u8;
        block[66 + slot / 4] |= ((index >> 8) << (2 * (slot % 4))) as u8;
    }),
    magnitudes(Format::IQ3_XXS, 256, 4, FOUR, |block, slot, index| block[2 + slot] = index as u8),
    magnitudes(Format::IQ3_S, 512, 4, ONE, |block, slot, index| {
        block[2 + slot] = index as u8;
        block[66 + slot / 8] |= ((index >> 8) << (slot % 8)) as u8;
    }),
    Codebook {
        format: Format::IQ1_S,
        len: 2048,
        dimensions: 8,
        scale: EIGHT,
        // The format adds 1/8 to every weight.
        decoded: (8.0, 1.0),
        place: |block, slot, index| {
            block[2 + slot] = index as u8;
            let at = 34 + slot / 4 * 2;
            let high = u16::from_le_bytes([block[at], block[at + 1]]) | ((index >> 8) << (3 * (slot % 4))) as u16;
            block[at..at + 2].copy_from_slice(&high.to_le_bytes());
        },
    },
];

impl Codebook {
    /// The points in the order of their indices.
    pub fn read(&self, oracle: &Oracle) -> Result<Vec<Vec<i8>>, CodebookError> {
        let slots = 256 / self.dimensions;
        let indices: Vec<usize> = (0..self.len).collect();
        let blocks: Vec<u8> = indices
            .chunks(slots)
            .flat_map(|indices| {
                let mut block = empty_block(self.format, self.scale);
                indices.iter().enumerate().for_each(|(slot, &index)| (self.place)(&mut block, slot, index));
                block
            })
            .collect();
        let decoded = oracle.dequantize(self.format, &blocks)?;
        decoded.chunks(self.dimensions).map(|point| point.iter().map(|&value| self.level(value)).collect()).collect()
    }

    fn level(&self, decoded: f32) -> Result<i8, CodebookError> {
        let (multiplier, addend) = self.decoded;
        let level = (decoded - addend) / multiplier;
        if level != f32::from(level as i8) {
            return Err(CodebookError::Level { format: self.format, decoded });
        }
        Ok(level as i8)
    }
}

/// The signs of 8 weights for each 7-bit code, a set bit for a minus.
pub fn read_signs(oracle: &Oracle) -> Result<Vec<u8>, OracleError> {
    let codes: Vec<u32> = (0..128).collect();
    let blocks: Vec<u8> = codes
        .chunks(32)
        .flat_map(|codes| {
            let mut block = empty_block(Format::IQ2_XXS, EIGHT);
            for (group, codes) in codes.chunks(4).enumerate() {
                let word = codes.iter().enumerate().fold(0, |word, (slot, code)| word | code << (7 * slot));
                block[2 + 8 * group + 4..][..4].copy_from_slice(&word.to_le_bytes());
            }
            block
        })
        .collect();
    let decoded = oracle.dequantize(Format::IQ2_XXS, &blocks)?;
    Ok(decoded
        .chunks(8)
        .map(|weights| weights.iter().rev().fold(0, |signs, weight| signs << 1 | u8::from(weight.is_sign_negative())))
        .collect())
}

fn empty_block(format: Format, scale: u16) -> Vec<u8> {
    let mut block = vec![0; format.spec().block_bytes];
    block[..2].copy_from_slice(&scale.to_le_bytes());
    block
}
