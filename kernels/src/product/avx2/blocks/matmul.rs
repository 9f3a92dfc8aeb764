//! Rows times several activations.

use std::arch::x86_64::__m256;

use bytemuck::Zeroable;

use super::format::{Act, Block, Blocks, Blocks256, Codes, Scaling};
use crate::activation::of_32::Of32;
use crate::product::avx2::halves;
use crate::product::avx2::transpose::transpose;
use crate::product::padded::padded;
use crate::product::tile::Panels;
use crate::simd::x86::Avx2;

/// 256 weights of eight rows, transposed: a lane is a row.
#[derive(Clone, Copy, Zeroable)]
#[repr(C)]
pub(crate) struct Panel<Rows> {
    codes: [Rows; 8],
    /// The scale of each 32 weights, or the two of each 16 weights.
    scales: [[[f32; 8]; 2]; 8],
    mins: [[f32; 8]; 8],
}

/// 256 numbers of an activation.
#[derive(Clone, Copy, Zeroable)]
#[repr(C)]
pub(crate) struct Column<Codes> {
    codes: [Codes; 8],
    scales: [f32; 8],
    sums: [f32; 8],
    /// See [`Codes::column_offsets`](super::format::Codes::column_offsets).
    offsets: [[i32; 2]; 8],
    /// Blocks that are there; the others are 0.
    blocks: usize,
}

impl<K: Blocks256> Panels<Avx2, 8> for Blocks<K> {
    type Block = Block<K>;
    type Activation = Act<K>;
    type Panel = Panel<<K::Codes as Codes<K>>::Rows>;
    type Column = Column<<K::Codes as Codes<K>>::Column>;

    const BLOCKS: usize = Self::CHUNK;
    const PANELS: usize = 2;

    #[inline(always)]
    fn column(s: Avx2, activation: &[Act<K>]) -> Self::Column {
        let mut all = [Act::<K>::zeroed(); 8];
        all[..activation.len()].copy_from_slice(activation);
        let mut column = Self::Column::zeroed();
        s.store_f32(&mut column.scales, halves::scales(s, &all));
        s.store_f32(&mut column.sums, halves::sums(s, &all));
        for (index, block) in all.iter().enumerate() {
            column.codes[index] = K::Codes::column(s, block.codes());
            column.offsets[index] = K::Codes::column_offsets(s, block.codes());
        }
        column.blocks = activation.len();
        column
    }

    #[inline(always)]
    fn panel(s: Avx2, rows: [&[Block<K>]; 8], panel: &mut Self::Panel) {
        let mut chunks = [K::Chunk::zeroed(); 8];
        for (chunk, row) in chunks.iter_mut().zip(rows) {
            *chunk = padded(row);
        }
        for (index, panel) in panel.codes.iter_mut().enumerate() {
            let mut codes = [s.zero(); 8];
            for (codes, chunk) in codes.iter_mut().zip(&chunks) {
                *codes = K::codes(s, chunk, index);
            }
            K::Codes::store(s, transpose(s, &codes), panel);
        }
        K::Scaling::store(s, chunks.each_ref(), &mut panel.scales, &mut panel.mins);
    }

    #[inline(always)]
    fn tile<const R: usize, const C: usize>(
        s: Avx2,
        panels: [&Self::Panel; R],
        columns: [&Self::Column; C],
        sums: &mut [[__m256; C]; R],
    ) {
        let parts = K::Scaling::PARTS;
        for block in 0..columns[0].blocks {
            for part in 0..parts {
                let mut integers = [[s.zero(); C]; R];
                for c in 0..C {
                    let [first, second] = columns[c].offsets[block];
                    let offset = if parts == 1 { first + second } else { [first, second][part] };
                    for r in 0..R {
                        integers[r][c] = s.set1_i32(offset);
                    }
                }
                let (rows, column) =
                    (panels.map(|panel| &panel.codes[block]), columns.map(|column| &column.codes[block]));
                K::Codes::add_tile(s, rows, column, 8 / parts * part..8 / parts * (part + 1), &mut integers);
                for r in 0..R {
                    let scales = s.load_f32(&panels[r].scales[block][part]);
                    for c in 0..C {
                        let scales = s.mul_f32(scales, s.set1_f32(columns[c].scales[block]));
                        let sum = s.fma(s.to_f32(integers[r][c]), scales, sums[r][c]);
                        sums[r][c] = K::Scaling::add_min(s, &panels[r].mins[block], columns[c].sums[block], sum);
                    }
                }
            }
        }
    }
}
