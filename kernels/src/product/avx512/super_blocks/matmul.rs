//! Rows times several activations.

use std::arch::x86_64::{__m512, __m512i};

use super::format::{Block, NarrowKind, Scaling, SuperBlock, SuperBlocks};
use crate::activation::q8_k;
use crate::block::Scaled;
use crate::product::avx2::super_blocks::{Kind, Scales, SuperBlock as _};
use crate::product::avx512::transpose::transpose;
use crate::product::tile::Panels;
use crate::simd::x86::Avx512;

/// A super-block of sixteen rows, transposed: a lane is a row.
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub(crate) struct Panel {
    /// Four codes of each row.
    codes: [[[u8; 4]; 16]; 64],
    /// Scales of the sub-blocks of 16.
    scales: [[i32; 16]; 16],
    /// Two scales of each row, times what must be subtracted from codes.
    offsets: [[[i16; 2]; 16]; 8],
    /// Two minimums of each row.
    mins: [[[i16; 2]; 16]; 8],
    d: [f32; 16],
    dmin: [f32; 16],
}

impl<K: SuperBlock> Panels<Avx512, 16> for SuperBlocks<K> {
    type Block = Block<K>;
    type Activation = q8_k::Block;
    type Panel = Panel;
    type Column = q8_k::Block;

    const BLOCKS: usize = 1;
    const PANELS: usize = 2;

    #[inline(always)]
    fn column(_: Avx512, activation: &[q8_k::Block]) -> q8_k::Block {
        activation[0]
    }

    #[inline(always)]
    fn panel(s: Avx512, rows: [&[Block<K>]; 16], panel: &mut Panel) {
        let mut codes = [[s.zero(); 4]; 16];
        for (codes, row) in codes.iter_mut().zip(rows) {
            *codes = K::codes(s, &row[0]);
        }
        for (k, panel) in panel.codes.as_chunks_mut::<16>().0.iter_mut().enumerate() {
            let turned = transpose(s, &unrolled!(16; row => codes[row][k]));
            for (panel, turned) in panel.iter_mut().zip(turned) {
                s.store(panel, turned);
            }
        }
        for (lane, row) in rows.iter().enumerate() {
            let Scales { scales, mins } = K::scales(s, &row[0]);
            let offsets = K::Scaling::offsets(s, &row[0], scales);
            let scales: [i16; 16] = bytemuck::cast(scales);
            let (offsets, mins): ([[i16; 2]; 8], [[i16; 2]; 8]) = (bytemuck::cast(offsets), bytemuck::cast(mins));
            for (panel, scale) in panel.scales.iter_mut().zip(scales) {
                panel[lane] = scale.into();
            }
            for pair in 0..8 {
                panel.offsets[pair][lane] = offsets[pair];
                panel.mins[pair][lane] = mins[pair];
            }
            panel.d[lane] = s.half(row[0].d());
            panel.dmin[lane] = s.half(NarrowKind::<K>::dmin(&row[0]));
        }
    }

    #[inline(always)]
    fn tile<const R: usize, const C: usize>(
        s: Avx512,
        panels: [&Panel; R],
        columns: [&q8_k::Block; C],
        sums: &mut [[__m512; C]; R],
    ) {
        let mut integers = [[s.zero(); C]; R];
        if K::OFFSET != 0 {
            pairs(s, panels.map(|panel| &panel.offsets), columns, &mut integers);
        }
        const { assert!(K::SUB_BLOCK == 16 || K::SUB_BLOCK == 32) };
        let steps = if K::Scaling::ONE { 64 } else { K::SUB_BLOCK / 4 };
        for first in (0..64).step_by(steps) {
            let mut products = if K::Scaling::ONE { integers } else { [[s.zero(); C]; R] };
            for step in first..first + steps {
                let mut codes = [s.zero(); R];
                for r in 0..R {
                    codes[r] = s.load(&panels[r].codes[step]);
                }
                for c in 0..C {
                    let y = s.set1_i32(bytemuck::cast(columns[c].qs.as_chunks::<4>().0[step]));
                    for r in 0..R {
                        products[r][c] = s.dot_u8_i8(products[r][c], codes[r], y);
                    }
                }
            }
            for r in 0..R {
                let scales = s.load(&panels[r].scales[first / 4]);
                for c in 0..C {
                    integers[r][c] = if K::Scaling::ONE {
                        products[r][c]
                    } else {
                        s.add_i32(integers[r][c], s.mul_i32(products[r][c], scales))
                    };
                }
            }
        }
        let mut scales = [s.zero_f32(); C];
        for c in 0..C {
            scales[c] = s.set1_f32(K::Narrow::FACTOR * columns[c].d.to_f32());
        }
        for r in 0..R {
            let d = s.load_f32(&panels[r].d);
            for c in 0..C {
                sums[r][c] = s.fma(s.to_f32(integers[r][c]), s.mul_f32(d, scales[c]), sums[r][c]);
            }
        }
        if NarrowKind::<K>::MINS {
            let mut integers = [[s.zero(); C]; R];
            pairs(s, panels.map(|panel| &panel.mins), columns, &mut integers);
            for r in 0..R {
                let dmin = s.load_f32(&panels[r].dmin);
                for c in 0..C {
                    sums[r][c] = s.fnma(s.to_f32(integers[r][c]), s.mul_f32(dmin, scales[c]), sums[r][c]);
                }
            }
        }
    }
}

/// Adds the products of factors of the sub-blocks with the activations' sums.
#[inline(always)]
fn pairs<const R: usize, const C: usize>(
    s: Avx512,
    factors: [&[[[i16; 2]; 16]; 8]; R],
    columns: [&q8_k::Block; C],
    integers: &mut [[__m512i; C]; R],
) {
    for pair in 0..8 {
        let mut of_pair = [s.zero(); R];
        for r in 0..R {
            of_pair[r] = s.load(&factors[r][pair]);
        }
        for c in 0..C {
            let bsums: [u8; 4] = bytemuck::cast(columns[c].bsums.as_chunks::<2>().0[pair]);
            let bsums = s.set1_i32(i32::from_le_bytes(bsums));
            for r in 0..R {
                integers[r][c] = s.dot_i16(integers[r][c], of_pair[r], bsums);
            }
        }
    }
}
