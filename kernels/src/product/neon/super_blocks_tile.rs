//! Products of matrices of super-blocks: those of four rows, unpacked once for all activations.

use std::arch::aarch64::{float32x4_t, int16x8_t, int32x4_t};

use bytemuck::{Pod, Zeroable};

use super::super_blocks::{Block, Kind, Scaling, SuperBlock, SuperBlocks, to_f32};
use crate::activation::q8_k;
use crate::block::Scaled;
use crate::product::tile::Panels;
use crate::simd::aarch64::{Neon, Tier};

/// A super-block of four rows.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Panel {
    /// Codes in the order of `Tier::turn`.
    codes: [[[i8; 16]; 4]; 16],
    /// Scales of the sub-blocks; here and below a lane is a row.
    scales: [[i32; 4]; 16],
    offsets: [[i16; 4]; 16],
    mins: [[i16; 4]; 16],
    d: [f32; 4],
    dmin: [f32; 4],
}

/// A block of an activation.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Column {
    codes: [[i8; 16]; 16],
    /// The sums of each 16 codes.
    sums: [i16; 16],
    /// The sums of the codes of each sub-block.
    sub_sums: [i16; 16],
    d: f32,
}

/// Sixteen integers of each of four rows, transposed: a lane is a row.
#[inline(always)]
fn turned(s: Neon, rows: [[int16x8_t; 2]; 4]) -> [[i16; 4]; 16] {
    let rows = rows.map(|row| {
        let mut integers = [[0i16; 8]; 2];
        s.store_i16(&mut integers[0], row[0]);
        s.store_i16(&mut integers[1], row[1]);
        integers
    });
    let mut turned = [[0; 4]; 16];
    for (at, turned) in turned.iter_mut().enumerate() {
        *turned = rows.map(|row| row[at / 8][at % 8]);
    }
    turned
}

/// Adds the products of integers of four rows with sums of activations.
#[inline(always)]
fn add_sums(s: Neon, mut sum: int32x4_t, rows: &[[i16; 4]], sums: &[i16]) -> int32x4_t {
    for (rows, &activations) in rows.iter().zip(sums) {
        sum = s.add_products_low_i16(sum, s.load_four_i16(rows), s.low_half_i16(s.set1_i16(activations)));
    }
    sum
}

impl<K: SuperBlock, T: Tier> Panels<T, 4> for SuperBlocks<K> {
    type Block = Block<K>;
    type Activation = q8_k::Block;
    type Panel = Panel;
    type Column = Column;

    const BLOCKS: usize = 1;
    const PANELS: usize = 4;

    #[inline(always)]
    fn column(_: T, activation: &[q8_k::Block]) -> Column {
        let block = &activation[0];
        let sums = block.bsums.map(|sum| sum.get());
        let mut sub_sums = sums;
        if K::SCALING == Scaling::ThirtyTwos {
            for (at, pair) in sums.as_chunks::<2>().0.iter().enumerate() {
                sub_sums[at] = pair[0].wrapping_add(pair[1]);
            }
        }
        Column { codes: bytemuck::cast(block.qs), sums, sub_sums, d: block.d.to_f32() }
    }

    #[inline(always)]
    fn panel(t: T, rows: [&[Block<K>]; 4], panel: &mut Panel) {
        let s = t.neon();
        let blocks = rows.map(|row| &row[0]);
        for half in 0..2 {
            let codes = blocks.map(|block| K::codes(t, block, half));
            for at in 0..8 {
                let turned = t.turn(codes.map(|codes| codes[at]));
                for (panel, turned) in panel.codes[8 * half + at].iter_mut().zip(turned) {
                    s.store_i8(panel, turned);
                }
            }
        }
        let scales = blocks.map(|block| K::scales(s, block));
        panel.scales = turned(s, scales).map(|scales| scales.map(i32::from));
        if K::Kind::OFFSETS {
            let mut offsets = scales;
            for row in 0..4 {
                offsets[row] = K::Kind::offsets(s, blocks[row], scales[row]);
            }
            panel.offsets = turned(s, offsets);
        }
        if K::Kind::MINS {
            panel.mins = turned(s, blocks.map(|block| K::Kind::mins(s, block)));
            s.store_f32(&mut panel.dmin, s.halves(blocks.map(K::Kind::dmin)));
        }
        s.store_f32(&mut panel.d, s.halves(blocks.map(|block| block.d())));
    }

    #[inline(always)]
    fn tile<const R: usize, const C: usize>(
        t: T,
        panels: [&Panel; R],
        columns: [&Column; C],
        sums: &mut [[float32x4_t; C]; R],
    ) {
        let s = t.neon();
        let mut integers = [[s.set1_i32(0); C]; R];
        let count = const { if matches!(K::SCALING, Scaling::Sixteens) { 16 } else { 8 } };
        for sub_block in 0..count {
            let products = match K::SCALING {
                Scaling::Sixteens => t.tile(
                    K::TOP,
                    panels.map(|panel| &panel.codes.as_chunks::<1>().0[sub_block]),
                    columns.map(|column| &column.codes.as_chunks::<1>().0[sub_block]),
                ),
                Scaling::ThirtyTwos | Scaling::None => t.tile(
                    K::TOP,
                    panels.map(|panel| &panel.codes.as_chunks::<2>().0[sub_block]),
                    columns.map(|column| &column.codes.as_chunks::<2>().0[sub_block]),
                ),
            };
            for r in 0..R {
                let scales = s.load_i32(&panels[r].scales[sub_block]);
                for c in 0..C {
                    if K::SCALING == Scaling::None {
                        integers[r][c] = s.add_i32(integers[r][c], products[r][c]);
                        continue;
                    }
                    integers[r][c] = s.multiply_add_i32(integers[r][c], products[r][c], scales);
                }
            }
        }
        for r in 0..R {
            let (d, dmin) = (s.load_f32(&panels[r].d), s.load_f32(&panels[r].dmin));
            for c in 0..C {
                if K::SHIFT == 3 {
                    integers[r][c] = s.shift_left_i32::<3>(integers[r][c]);
                }
                if K::Kind::OFFSETS {
                    integers[r][c] = add_sums(s, integers[r][c], &panels[r].offsets, &columns[c].sums);
                }
                let numbers = to_f32::<K>(s, integers[r][c]);
                sums[r][c] = s.fma(sums[r][c], numbers, s.times_f32(d, columns[c].d));
                if K::Kind::MINS {
                    let mins = add_sums(s, s.set1_i32(0), &panels[r].mins[..count], &columns[c].sub_sums[..count]);
                    sums[r][c] = s.fnma(sums[r][c], s.to_f32(mins), s.times_f32(dmin, columns[c].d));
                }
            }
        }
    }
}
