//! Products of matrices of super-blocks: those of eight rows, unpacked once for all activations.

use std::arch::x86_64::{__m256, __m256i};

use bytemuck::{Pod, Zeroable};

use super::signed;
use super::super_blocks::{Block, Scales, Scaling, SuperBlock, SuperBlocks};
use super::transpose::transpose;
use crate::activation::q8_k;
use crate::product::tile::Panels;
use crate::simd::x86::Avx2;

/// A super-block of eight rows, turned so that a lane is a row.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Panel {
    /// Four codes of each row; of signed ones two, as 16-bit numbers that are multiplied by their scales.
    codes: [[[u8; 4]; 8]; 128],
    /// Scales of the sub-blocks of 16, each twice.
    scales: [[[i16; 2]; 8]; 16],
    /// Two scales of each row, times what must be subtracted from codes.
    offsets: [[[i16; 2]; 8]; 8],
    /// Two minimums of each row.
    mins: [[[i16; 2]; 8]; 8],
    d: [f32; 8],
    dmin: [f32; 8],
}

/// A super-block of an activation.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Column {
    codes: [i8; 256],
    /// The codes again, where weights have signs.
    wide: [[i16; 2]; 128],
    bsums: [[i16; 2]; 8],
    d: f32,
}

impl<K: SuperBlock> Panels<Avx2, 8> for SuperBlocks<K> {
    type Block = Block<K>;
    type Activation = q8_k::Block;
    type Panel = Panel;
    type Column = Column;

    const BLOCKS: usize = 1;
    const PANELS: usize = 2;

    #[inline(always)]
    fn column(_: Avx2, activation: &[q8_k::Block]) -> Column {
        let block = &activation[0];
        let mut column = Column {
            codes: block.qs,
            wide: [[0; 2]; 128],
            bsums: bytemuck::cast(block.bsums),
            d: K::FACTOR * block.d.to_f32(),
        };
        if K::SCALING == Scaling::Signed {
            for (wide, codes) in column.wide.iter_mut().zip(block.qs.as_chunks::<2>().0) {
                *wide = codes.map(i16::from);
            }
        }
        column
    }

    #[inline(always)]
    fn panel(s: Avx2, rows: [&[Block<K>]; 8], panel: &mut Panel) {
        let mut codes = [[s.zero(); 8]; 8];
        for (lane, row) in rows.iter().enumerate() {
            for (k, row_codes) in K::codes(s, &row[0]).into_iter().enumerate() {
                codes[k][lane] = row_codes;
            }
        }
        for (lane, row) in rows.iter().enumerate() {
            let Scales { scales, mins } = K::scales(s, &row[0]);
            let offsets = K::offsets(s, &row[0], scales);
            let scales: [i16; 16] = bytemuck::cast(scales);
            let (offsets, mins): ([[i16; 2]; 8], [[i16; 2]; 8]) = (bytemuck::cast(offsets), bytemuck::cast(mins));
            for (panel, scale) in panel.scales.iter_mut().zip(scales) {
                panel[lane] = [scale; 2];
            }
            for pair in 0..8 {
                panel.offsets[pair][lane] = offsets[pair];
                panel.mins[pair][lane] = mins[pair];
            }
            panel.d[lane] = K::d(&row[0]).to_f32();
            panel.dmin[lane] = K::dmin(&row[0]).to_f32();
        }
        for (k, codes) in codes.iter().enumerate() {
            for (step, turned) in transpose(s, codes).into_iter().enumerate() {
                let step = 8 * k + step;
                if K::SCALING == Scaling::Signed {
                    let [first, second] = &mut panel.codes.as_chunks_mut::<2>().0[step];
                    let (pairs, scales) = (signed::widened(s, turned), s.load(&panel.scales[step / 4]));
                    s.store(first, s.mul_i16(pairs[0], scales));
                    s.store(second, s.mul_i16(pairs[1], scales));
                } else {
                    s.store(&mut panel.codes[step], turned);
                }
            }
        }
    }

    #[inline(always)]
    fn tile<const R: usize, const C: usize>(
        s: Avx2,
        panels: [&Panel; R],
        columns: [&Column; C],
        sums: &mut [[__m256; C]; R],
    ) {
        let mut integers = [[s.zero(); C]; R];
        if K::OFFSET != 0 {
            pairs(s, panels.map(|panel| &panel.offsets), columns, &mut integers);
        }
        for sub_block in 0..16 {
            if K::SCALING == Scaling::Signed {
                for step in 8 * sub_block..8 * sub_block + 8 {
                    let mut codes = [s.zero(); R];
                    for r in 0..R {
                        codes[r] = s.load(&panels[r].codes[step]);
                    }
                    for c in 0..C {
                        let y = s.set1_i32(bytemuck::cast(columns[c].wide[step]));
                        for r in 0..R {
                            integers[r][c] = s.add_i32(integers[r][c], s.multiply_pairs_i16(codes[r], y));
                        }
                    }
                }
                continue;
            }
            // Pairs of products are added up in 16 bits while they are sure to fit.
            let fit = const { if 32768 / (256 * K::TOP) < 4 { 32768 / (256 * K::TOP) as usize } else { 4 } };
            for first in (4 * sub_block..4 * sub_block + 4).step_by(fit) {
                let mut products = [[s.zero(); C]; R];
                for step in first..first + fit {
                    let mut codes = [s.zero(); R];
                    for r in 0..R {
                        codes[r] = s.load(&panels[r].codes[step]);
                    }
                    for c in 0..C {
                        let y = s.set1_i32(bytemuck::cast(columns[c].codes.as_chunks::<4>().0[step]));
                        for r in 0..R {
                            let pairs = s.multiply_pairs_u8_i8(codes[r], y);
                            products[r][c] = if step == first { pairs } else { s.add_i16(products[r][c], pairs) };
                        }
                    }
                }
                for r in 0..R {
                    let scales =
                        if K::SCALING == Scaling::None { s.set1_i16(1) } else { s.load(&panels[r].scales[sub_block]) };
                    for c in 0..C {
                        integers[r][c] = s.add_i32(integers[r][c], s.multiply_pairs_i16(products[r][c], scales));
                    }
                }
            }
        }
        for r in 0..R {
            let d = s.load_f32(&panels[r].d);
            for c in 0..C {
                let d = s.mul_f32(d, s.set1_f32(columns[c].d));
                sums[r][c] = s.fma(s.to_f32(integers[r][c]), d, sums[r][c]);
            }
        }
        if K::MINS {
            let mut integers = [[s.zero(); C]; R];
            pairs(s, panels.map(|panel| &panel.mins), columns, &mut integers);
            for r in 0..R {
                let dmin = s.load_f32(&panels[r].dmin);
                for c in 0..C {
                    let dmin = s.mul_f32(dmin, s.set1_f32(columns[c].d));
                    sums[r][c] = s.fnma(s.to_f32(integers[r][c]), dmin, sums[r][c]);
                }
            }
        }
    }
}

/// Adds the products of numbers that belong to sub-blocks with the activations' sums.
#[inline(always)]
fn pairs<const R: usize, const C: usize>(
    s: Avx2,
    factors: [&[[[i16; 2]; 8]; 8]; R],
    columns: [&Column; C],
    integers: &mut [[__m256i; C]; R],
) {
    for pair in 0..8 {
        let mut of_pair = [s.zero(); R];
        for r in 0..R {
            of_pair[r] = s.load(&factors[r][pair]);
        }
        for c in 0..C {
            let bsums = s.set1_i32(bytemuck::cast(columns[c].bsums[pair]));
            for r in 0..R {
                integers[r][c] = s.add_i32(integers[r][c], s.multiply_pairs_i16(of_pair[r], bsums));
            }
        }
    }
}
