//! Products of matrices: sixteen rows of weights are turned into a panel in which a lane is a row, then multiplied with
//! every activation.

use std::arch::x86_64::__m512;

use bytemuck::{Pod, Zeroable};

use crate::kernel_set::MatmulShape;
use crate::simd::x86::Avx512;

/// A family of formats whose rows can be turned into panels.
pub(crate) trait Panels: 'static {
    /// The format's block.
    type Block: Pod;
    /// The activation's block.
    type Activation: Pod;
    /// Some blocks of sixteen rows.
    type Panel: Pod;
    /// The same blocks of an activation, prepared.
    type Column: Pod;

    /// Blocks of weights in a panel.
    const BLOCKS: usize;
    /// Panels that fit the first cache beside the columns.
    const PANELS: usize;

    /// Prepares up to [`Self::BLOCKS`] blocks' worth of an activation.
    fn column(s: Avx512, activation: &[Self::Activation]) -> Self::Column;

    /// Turns up to [`Self::BLOCKS`] blocks of sixteen rows; what is missing adds nothing to a product.
    fn panel(s: Avx512, rows: [&[Self::Block]; 16], panel: &mut Self::Panel);

    /// Adds the products of panels with columns, one fused multiply-add a block.
    fn tile<const R: usize, const C: usize>(
        s: Avx512,
        panels: [&Self::Panel; R],
        columns: [&Self::Column; C],
        sums: &mut [[__m512; C]; R],
    );
}

/// Columns that are multiplied at once.
const COLUMNS: usize = 4;

/// Rows times activations; at least one of each, and of blocks.
#[inline(always)]
pub(crate) fn matmul<P: Panels>(
    s: Avx512,
    weights: &[P::Block],
    activations: &[P::Activation],
    shape: MatmulShape,
    out: &mut [f32],
) {
    let row_blocks = weights.len() / shape.rows;
    let (row_activations, run) = (activations.len() / shape.batch, P::BLOCKS * P::PANELS);
    // Blocks of activations are not longer than those of weights.
    let ratio = row_activations / row_blocks;
    let mut panels: Vec<P::Panel> = vec![P::Panel::zeroed(); 2 * P::PANELS];
    let mut columns: Vec<P::Column> = Vec::with_capacity(shape.batch * P::PANELS);
    for first in (0..row_blocks).step_by(run) {
        let blocks = first..(first + run).min(row_blocks);
        columns.clear();
        for activation in activations.chunks_exact(row_activations) {
            let activation = &activation[ratio * blocks.start..ratio * blocks.end];
            columns.extend(activation.chunks(ratio * P::BLOCKS).map(|activation| P::column(s, activation)));
        }
        let depth = blocks.len().div_ceil(P::BLOCKS);
        for row in (0..shape.rows).step_by(32) {
            let rows = (shape.rows - row).min(32);
            for (group, panels) in panels.chunks_exact_mut(P::PANELS).take(rows.div_ceil(16)).enumerate() {
                // Rows that are missing from the last sixteen are the last one again.
                let of_row = |lane: usize| {
                    let row = (row + 16 * group + lane).min(shape.rows - 1);
                    &weights[row * row_blocks..][blocks.clone()]
                };
                for (index, panel) in panels.iter_mut().take(depth).enumerate() {
                    let rows = std::array::from_fn(|lane| {
                        let row = &of_row(lane)[index * P::BLOCKS..];
                        &row[..row.len().min(P::BLOCKS)]
                    });
                    P::panel(s, rows, panel);
                }
            }
            let mut batch = Batch { rows, row, stride: shape.rows, first: first == 0, out };
            if rows > 16 {
                batch.multiply::<P, 2>(s, &panels, &columns, depth);
            } else {
                batch.multiply::<P, 1>(s, &panels, &columns, depth);
            }
        }
    }
}

/// Where the products of some rows go.
struct Batch<'a> {
    /// Rows, at most 32.
    rows: usize,
    /// The first of them.
    row: usize,
    /// Outputs of an activation.
    stride: usize,
    /// Whether nothing has been added up yet.
    first: bool,
    out: &'a mut [f32],
}

impl Batch<'_> {
    #[inline(always)]
    fn multiply<P: Panels, const R: usize>(
        &mut self,
        s: Avx512,
        panels: &[P::Panel],
        columns: &[P::Column],
        depth: usize,
    ) {
        let batch = columns.len() / depth;
        let mut column = 0;
        while column + COLUMNS <= batch {
            self.tile::<P, R, COLUMNS>(s, panels, &columns[column * depth..], column, depth);
            column += COLUMNS;
        }
        while column < batch {
            self.tile::<P, R, 1>(s, panels, &columns[column * depth..], column, depth);
            column += 1;
        }
    }

    #[inline(always)]
    fn tile<P: Panels, const R: usize, const C: usize>(
        &mut self,
        s: Avx512,
        panels: &[P::Panel],
        columns: &[P::Column],
        column: usize,
        depth: usize,
    ) {
        let mut sums = [[s.zero_f32(); C]; R];
        if !self.first {
            for (c, r) in (0..C).flat_map(|c| (0..R).map(move |r| (c, r))) {
                let mut lanes = [0.0; 16];
                let out = &self.out[(column + c) * self.stride + self.row..][..self.rows][16 * r..];
                match out.first_chunk() {
                    Some(out) => sums[r][c] = s.load_f32(out),
                    None => {
                        lanes[..out.len()].copy_from_slice(out);
                        sums[r][c] = s.load_f32(&lanes);
                    }
                }
            }
        }
        for index in 0..depth {
            let panels = std::array::from_fn(|r| &panels[r * P::PANELS + index]);
            let columns = std::array::from_fn(|c| &columns[c * depth + index]);
            P::tile::<R, C>(s, panels, columns, &mut sums);
        }
        for (c, r) in (0..C).flat_map(|c| (0..R).map(move |r| (c, r))) {
            let out = &mut self.out[(column + c) * self.stride + self.row..][..self.rows][16 * r..];
            match out.first_chunk_mut() {
                Some(out) => s.store_f32(out, sums[r][c]),
                None => {
                    let mut lanes = [0.0; 16];
                    s.store_f32(&mut lanes, sums[r][c]);
                    let len = out.len();
                    out.copy_from_slice(&lanes[..len]);
                }
            }
        }
    }
}
