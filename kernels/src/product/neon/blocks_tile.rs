//! Products of matrices of blocks: 256 weights of four rows, unpacked once for all activations.

use std::arch::aarch64::float32x4_t;

use bytemuck::{Pod, Zeroable};

use super::blocks::{Act, Block, Blocks, Blocks32, Scaling, ratio, to_f32};
use crate::activation::of_32::Of32;
use crate::block::Scaled;
use crate::product::tile::Panels;
use crate::simd::aarch64::Tier;

/// 256 weights of four rows.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Panel {
    /// Codes in the order of `Tier::turn`.
    codes: [[[i8; 16]; 4]; 16],
    /// Scales of 32 weights, or of 16; a lane is a row.
    scales: [[f32; 4]; 16],
    mins: [[f32; 4]; 8],
}

/// 256 numbers of an activation.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Column {
    codes: [[i8; 16]; 16],
    scales: [f32; 8],
    sums: [f32; 8],
    /// Blocks that are there; the others are 0.
    blocks: u64,
}

impl<K: Blocks32, T: Tier> Panels<T, 4> for Blocks<K> {
    type Block = Block<K>;
    type Activation = Act<K>;
    type Panel = Panel;
    type Column = Column;

    const BLOCKS: usize = 8 / ratio::<K>();
    const PANELS: usize = 4;

    #[inline(always)]
    fn column(t: T, activation: &[Act<K>]) -> Column {
        let mut column = Column::zeroed();
        for (index, block) in activation.iter().enumerate() {
            column.codes[2 * index..][..2].copy_from_slice(block.codes().as_chunks().0);
            column.scales[index] = t.neon().half(block.d());
            column.sums[index] = t.neon().half(block.s());
        }
        column.blocks = activation.len() as u64;
        column
    }

    #[inline(always)]
    fn panel(t: T, rows: [&[Block<K>]; 4], panel: &mut Panel) {
        let s = t.neon();
        let parts = K::Scaling::PARTS;
        for at in 0..rows[0].len() {
            let blocks = rows.map(|row| &row[at]);
            for index in 0..ratio::<K>() {
                let place = ratio::<K>() * at + index;
                let codes = blocks.map(|block| K::codes(t, block, index));
                for half in 0..2 {
                    let turned = t.turn(codes.map(|codes| codes[half]));
                    for (panel, turned) in panel.codes[2 * place + half].iter_mut().zip(turned) {
                        s.store_i8(panel, turned);
                    }
                }
                for part in 0..parts {
                    let scales = K::Scaling::scales(s, blocks.map(|block| (block, parts * index + part)));
                    s.store_f32(&mut panel.scales[parts * place + part], scales);
                }
                if K::Scaling::MINS {
                    s.store_f32(&mut panel.mins[place], s.halves(blocks.map(K::Scaling::min)));
                }
            }
        }
    }

    #[inline(always)]
    fn tile<const R: usize, const C: usize>(
        t: T,
        panels: [&Panel; R],
        columns: [&Column; C],
        sums: &mut [[float32x4_t; C]; R],
    ) {
        let s = t.neon();
        for block in 0..columns[0].blocks as usize {
            let parts = K::Scaling::PARTS;
            for part in 0..parts {
                let integers = if K::Scaling::PARTS == 2 {
                    t.tile(
                        K::TOP,
                        panels.map(|panel| &panel.codes.as_chunks::<1>().0[2 * block + part]),
                        columns.map(|column| &column.codes.as_chunks::<1>().0[2 * block + part]),
                    )
                } else {
                    t.tile(
                        K::TOP,
                        panels.map(|panel| &panel.codes.as_chunks::<2>().0[block]),
                        columns.map(|column| &column.codes.as_chunks::<2>().0[block]),
                    )
                };
                for r in 0..R {
                    let scales = s.load_f32(&panels[r].scales[block * parts + part]);
                    for c in 0..C {
                        let scales = s.times_f32(scales, columns[c].scales[block]);
                        sums[r][c] = s.fma(sums[r][c], to_f32::<K, T>(t, integers[r][c]), scales);
                        if K::Scaling::MINS {
                            let mins = s.load_f32(&panels[r].mins[block]);
                            sums[r][c] = s.fma_n(sums[r][c], mins, columns[c].sums[block]);
                        }
                    }
                }
            }
        }
    }
}
