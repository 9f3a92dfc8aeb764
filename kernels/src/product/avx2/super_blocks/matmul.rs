//! Rows times several activations.

use std::arch::x86_64::{__m256, __m256i};

use bytemuck::Zeroable;

use super::format::{Block, Kind, Scales, SuperBlock, SuperBlocks};
use crate::activation::q8_k;
use crate::block::Scaled;
use crate::product::avx2::transpose::transpose;
use crate::product::tile::Panels;
use crate::simd::x86::Avx2;

/// A super-block of eight rows, transposed: a lane is a row.
#[derive(Clone, Copy, Zeroable)]
#[repr(C)]
pub(crate) struct Panel<Rows> {
    codes: Rows,
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
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Column<Codes> {
    codes: Codes,
    bsums: [[i16; 2]; 8],
    d: f32,
}

impl<K: SuperBlock> Panels<Avx2, 8> for SuperBlocks<K> {
    type Block = Block<K>;
    type Activation = q8_k::Block;
    type Panel = Panel<<K::Kind as Kind<K>>::Rows>;
    type Column = Column<<K::Kind as Kind<K>>::Column>;

    const BLOCKS: usize = 1;
    const PANELS: usize = 2;

    #[inline(always)]
    fn column(s: Avx2, activation: &[q8_k::Block]) -> Self::Column {
        let block = &activation[0];
        Column { codes: K::Kind::column(s, block), bsums: bytemuck::cast(block.bsums), d: K::FACTOR * block.d.to_f32() }
    }

    #[inline(always)]
    fn panel(s: Avx2, rows: [&[Block<K>]; 8], panel: &mut Self::Panel) {
        let mut codes = [[s.zero(); 8]; 8];
        for (lane, row) in rows.iter().enumerate() {
            for (k, row_codes) in K::codes(s, &row[0]).into_iter().enumerate() {
                codes[k][lane] = row_codes;
            }
        }
        for (lane, row) in rows.iter().enumerate() {
            let Scales { scales, mins } = K::Kind::scales(s, &row[0]);
            let offsets = K::Kind::offsets(s, &row[0], scales);
            let scales: [i16; 16] = bytemuck::cast(scales);
            let (offsets, mins): ([[i16; 2]; 8], [[i16; 2]; 8]) = (bytemuck::cast(offsets), bytemuck::cast(mins));
            for (panel, scale) in panel.scales.iter_mut().zip(scales) {
                panel[lane] = [scale; 2];
            }
            for pair in 0..8 {
                panel.offsets[pair][lane] = offsets[pair];
                panel.mins[pair][lane] = mins[pair];
            }
            panel.d[lane] = row[0].d().to_f32();
            panel.dmin[lane] = K::Kind::dmin(&row[0]).to_f32();
        }
        for (k, codes) in codes.iter().enumerate() {
            K::Kind::store(s, k, transpose(s, codes), &panel.scales, &mut panel.codes);
        }
    }

    #[inline(always)]
    fn tile<const R: usize, const C: usize>(
        s: Avx2,
        panels: [&Self::Panel; R],
        columns: [&Self::Column; C],
        sums: &mut [[__m256; C]; R],
    ) {
        let bsums = columns.map(|column| &column.bsums);
        let mut integers = [[s.zero(); C]; R];
        if K::Kind::OFFSET {
            add_pairs(s, panels.map(|panel| &panel.offsets), bsums, &mut integers);
        }
        let (rows, scales) = (panels.map(|panel| &panel.codes), panels.map(|panel| &panel.scales));
        K::Kind::add_tile(s, rows, scales, columns.map(|column| &column.codes), &mut integers);
        for r in 0..R {
            let d = s.load_f32(&panels[r].d);
            for c in 0..C {
                let d = s.mul_f32(d, s.set1_f32(columns[c].d));
                sums[r][c] = s.fma(s.to_f32(integers[r][c]), d, sums[r][c]);
            }
        }
        if K::Kind::MINS {
            let mut integers = [[s.zero(); C]; R];
            add_pairs(s, panels.map(|panel| &panel.mins), bsums, &mut integers);
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

/// Adds the products of factors of the sub-blocks with the activations' sums.
#[inline(always)]
fn add_pairs<const R: usize, const C: usize>(
    s: Avx2,
    factors: [&[[[i16; 2]; 8]; 8]; R],
    columns: [&[[i16; 2]; 8]; C],
    integers: &mut [[__m256i; C]; R],
) {
    for pair in 0..8 {
        let mut of_pair = [s.zero(); R];
        for r in 0..R {
            of_pair[r] = s.load(&factors[r][pair]);
        }
        for c in 0..C {
            let bsums = s.set1_i32(bytemuck::cast(columns[c][pair]));
            for r in 0..R {
                integers[r][c] = s.add_i32(integers[r][c], s.multiply_pairs_i16(of_pair[r], bsums));
            }
        }
    }
}
