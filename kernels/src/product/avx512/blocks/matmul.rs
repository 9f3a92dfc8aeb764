//! Rows times several activations.

use std::arch::x86_64::__m512;

use bytemuck::{Pod, Zeroable, cast_slice};

use super::activation::Activation;
use super::format::{Act, Block, Blocks, Blocks512, Scaling};
use super::operands::{codes, offsets};
use super::turned::{scales_of_four, turned_scales};
use crate::activation::of_32::Of32;
use crate::product::avx512::transpose::transpose;
use crate::product::padded::padded;
use crate::product::tile::Panels;
use crate::simd::x86::Avx512;

/// 512 weights of sixteen rows, transposed: a lane is a row.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Panel {
    /// Four codes of each row.
    codes: [[[u8; 4]; 16]; 128],
    /// Scales of 32 weights, or of 16.
    scales: [[f32; 16]; 32],
    mins: [[f32; 16]; 16],
}

/// 512 numbers of an activation.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Column {
    codes: [[[i8; 4]; 8]; 16],
    scales: [f32; 16],
    sums: [f32; 16],
    /// The correction for the offset of the weights' codes, for each 32 weights or 16.
    offsets: [i32; 32],
    /// Blocks that are there; the others are 0.
    blocks: u64,
}

impl<K: Blocks512> Panels<Avx512, 16> for Blocks<K> {
    type Block = Block<K>;
    type Activation = Act<K>;
    type Panel = Panel;
    type Column = Column;

    const BLOCKS: usize = Self::CHUNK;
    const PANELS: usize = 1;

    #[inline(always)]
    fn column(s: Avx512, activation: &[Act<K>]) -> Column {
        let all: [Act<K>; 16] = match activation.first_chunk() {
            Some(activation) => *activation,
            None => padded(activation),
        };
        let mut column = Column::zeroed();
        if K::Scaling::MINS {
            let mut numbers = [[0.0; 16]; 2];
            for (numbers, both) in numbers.iter_mut().zip(Activation::scales_and_sums(s, &all)) {
                s.store_f32(numbers, both);
            }
            for (block, [scale, sum]) in numbers.as_flattened().as_chunks::<2>().0.iter().enumerate() {
                column.scales[block] = *scale;
                column.sums[block] = *sum;
            }
        } else {
            s.store_f32(&mut column.scales, Activation::scales(s, &all));
        }
        for (block, codes) in all.iter().zip(&mut column.codes) {
            *codes = bytemuck::cast(*block.codes());
        }
        if K::OFFSET != 0 {
            for quad in 0..4 {
                let mut lanes = [0; 16];
                s.store(&mut lanes, offsets::<K>(s, codes::<K>(s, &all, quad)));
                for (lane, sum) in lanes.into_iter().enumerate() {
                    let place =
                        if K::Scaling::SIXTEENS { 8 * quad + lane / 2 % 2 * 4 + lane / 4 } else { 4 * quad + lane / 4 };
                    column.offsets[place] -= sum;
                }
            }
        }
        column.blocks = activation.len() as u64;
        column
    }

    #[inline(always)]
    fn panel(s: Avx512, rows: [&[Block<K>]; 16], panel: &mut Panel) {
        match rows[0].len() == Self::BLOCKS {
            true => fill::<K>(s, unrolled!(16; row => bytemuck::from_bytes(cast_slice(rows[row]))), 4, panel),
            false => {
                let chunks = unrolled!(16; row => padded::<_, K::Chunk>(rows[row]));
                let quads = (rows[0].len() * 4).div_ceil(Self::BLOCKS);
                fill::<K>(s, chunks.each_ref(), quads, panel);
            }
        }
    }

    #[inline(always)]
    fn tile<const R: usize, const C: usize>(
        s: Avx512,
        panels: [&Panel; R],
        columns: [&Column; C],
        sums: &mut [[__m512; C]; R],
    ) {
        let parts = if K::Scaling::SIXTEENS { 2 } else { 1 };
        for block in 0..columns[0].blocks as usize {
            for part in 0..parts {
                let mut integers = [[s.zero(); C]; R];
                for c in 0..C {
                    for r in 0..R {
                        integers[r][c] = s.set1_i32(columns[c].offsets[block * parts + part]);
                    }
                }
                for step in part * 8 / parts..(part + 1) * 8 / parts {
                    let mut codes = [s.zero(); R];
                    for r in 0..R {
                        codes[r] = s.load(&panels[r].codes[8 * block + step]);
                    }
                    for c in 0..C {
                        let y = s.set1_i32(bytemuck::cast(columns[c].codes[block][step]));
                        for r in 0..R {
                            integers[r][c] = s.dot_u8_i8(integers[r][c], codes[r], y);
                        }
                    }
                }
                for r in 0..R {
                    let scales = s.load_f32(&panels[r].scales[block * parts + part]);
                    for c in 0..C {
                        let scales = s.mul_f32(scales, s.set1_f32(columns[c].scales[block]));
                        sums[r][c] = s.fma(s.to_f32(integers[r][c]), scales, sums[r][c]);
                        if K::Scaling::MINS {
                            let mins = s.load_f32(&panels[r].mins[block]);
                            sums[r][c] = s.fma(mins, s.set1_f32(columns[c].sums[block]), sums[r][c]);
                        }
                    }
                }
            }
        }
    }
}

/// Transposes the first `quads` times 128 of 512 weights of sixteen rows.
#[inline(always)]
fn fill<K: Blocks512>(s: Avx512, rows: [&K::Chunk; 16], quads: usize, panel: &mut Panel) {
    for (quad, panel) in panel.codes.as_chunks_mut::<32>().0.iter_mut().enumerate().take(quads) {
        let mut codes = [[s.zero(); 16]; 2];
        for (row, chunk) in rows.into_iter().enumerate() {
            [codes[0][row], codes[1][row]] = K::codes(s, chunk, quad);
        }
        for (half, codes) in codes.iter().enumerate() {
            for (lane, turned) in transpose(s, codes).into_iter().enumerate() {
                // Halves of blocks have four lanes each, those of sixteen weights two.
                let place = if K::Scaling::SIXTEENS {
                    lane / 2 % 2 * 16 + lane / 4 * 4 + 2 * half + lane % 2
                } else {
                    lane / 4 * 8 + 4 * half + lane % 4
                };
                s.store(&mut panel[place], turned);
            }
        }
    }
    let scales = unrolled!(4; four => scales_of_four::<K>(s, unrolled!(4; row => rows[4 * four + row])));
    let turned = turned_scales::<K>(s, &scales);
    if K::Scaling::MINS {
        for block in 0..16 {
            s.store(&mut panel.scales[block], turned[2 * block]);
            s.store(&mut panel.mins[block], turned[2 * block + 1]);
        }
    } else {
        for (panel, scales) in panel.scales.iter_mut().zip(turned) {
            s.store(panel, scales);
        }
    }
}
