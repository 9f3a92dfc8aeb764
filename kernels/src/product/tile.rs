//! Products of matrices: as many rows of weights as a register has lanes are transposed into a panel, in which a lane
//! is a row, and multiplied with every activation.

use bytemuck::{Pod, Zeroable};

use crate::operation::MatmulShape;
use crate::simd::Lanes;

/// A family of formats whose rows can be transposed into panels of `L`.
pub(crate) trait Panels<T: Lanes<L>, const L: usize>: 'static {
    /// The format's block.
    type Block: Pod;
    /// The activation's block.
    type Activation: Pod;
    /// Some blocks of `L` rows, a lane a row.
    type Panel: Copy + Zeroable;
    /// The same blocks of an activation, prepared.
    type Column: Copy;

    /// Blocks of weights in a panel.
    const BLOCKS: usize;
    /// Panels that fit the L1 cache beside the columns.
    const PANELS: usize;

    /// Prepares up to [`Self::BLOCKS`] blocks' worth of an activation.
    fn column(token: T, activation: &[Self::Activation]) -> Self::Column;

    /// Transposes up to [`Self::BLOCKS`] blocks of `L` rows; missing blocks add nothing to a product.
    fn panel(token: T, rows: [&[Self::Block]; L], panel: &mut Self::Panel);

    /// Adds the products of panels with columns, one fused multiply-add a block.
    fn tile<const R: usize, const C: usize>(
        token: T,
        panels: [&Self::Panel; R],
        columns: [&Self::Column; C],
        sums: &mut [[T::Numbers; C]; R],
    );
}

/// Rows times activations, at least one of each, and of blocks; `COLUMNS` activations at once.
#[inline(always)]
pub(crate) fn matmul<P: Panels<T, L>, T: Lanes<L>, const L: usize, const COLUMNS: usize>(
    token: T,
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
            for activation in activation.chunks(ratio * P::BLOCKS) {
                columns.push(P::column(token, activation));
            }
        }
        let depth = blocks.len().div_ceil(P::BLOCKS);
        for row in (0..shape.rows).step_by(2 * L) {
            let rows = (shape.rows - row).min(2 * L);
            for (group, panels) in panels.chunks_exact_mut(P::PANELS).take(rows.div_ceil(L)).enumerate() {
                for (index, panel) in panels.iter_mut().take(depth).enumerate() {
                    let mut of_rows: [&[P::Block]; L] = [&[]; L];
                    for (lane, of_row) in of_rows.iter_mut().enumerate() {
                        // The last row stands in for rows that the last panel lacks.
                        let row = (row + L * group + lane).min(shape.rows - 1);
                        let blocks = &weights[row * row_blocks..][blocks.clone()][index * P::BLOCKS..];
                        *of_row = &blocks[..blocks.len().min(P::BLOCKS)];
                    }
                    P::panel(token, of_rows, panel);
                }
            }
            let mut batch = Batch { rows, row, stride: shape.rows, first: first == 0, depth, out };
            if rows > L {
                batch.multiply::<P, T, L, 2, COLUMNS>(token, &panels, &columns);
            } else {
                batch.multiply::<P, T, L, 1, COLUMNS>(token, &panels, &columns);
            }
        }
    }
}

/// Where the products of some rows go.
struct Batch<'a> {
    /// Rows, at most two panels.
    rows: usize,
    /// The first of them.
    row: usize,
    /// Outputs of an activation.
    stride: usize,
    /// Whether these are the first products, so that `out` is not read.
    first: bool,
    /// Panels of a row.
    depth: usize,
    out: &'a mut [f32],
}

impl Batch<'_> {
    #[inline(always)]
    fn multiply<P: Panels<T, L>, T: Lanes<L>, const L: usize, const R: usize, const COLUMNS: usize>(
        &mut self,
        token: T,
        panels: &[P::Panel],
        columns: &[P::Column],
    ) {
        let batch = columns.len() / self.depth;
        let mut column = 0;
        while column + COLUMNS <= batch {
            self.tile::<P, T, L, R, COLUMNS>(token, panels, columns, column);
            column += COLUMNS;
        }
        while column < batch {
            self.tile::<P, T, L, R, 1>(token, panels, columns, column);
            column += 1;
        }
    }

    #[inline(always)]
    fn tile<P: Panels<T, L>, T: Lanes<L>, const L: usize, const R: usize, const C: usize>(
        &mut self,
        token: T,
        panels: &[P::Panel],
        columns: &[P::Column],
        column: usize,
    ) {
        let mut sums = [[token.zeros(); C]; R];
        if !self.first {
            for c in 0..C {
                for r in 0..R {
                    let out = &self.out[(column + c) * self.stride + self.row..][..self.rows][L * r..];
                    sums[r][c] = match out.first_chunk() {
                        Some(out) => token.read(out),
                        None => {
                            let mut lanes = [0.0; L];
                            lanes[..out.len()].copy_from_slice(out);
                            token.read(&lanes)
                        }
                    };
                }
            }
        }
        for index in 0..self.depth {
            let (mut of_rows, mut of_columns) = ([&panels[index]; R], [&columns[column * self.depth + index]; C]);
            for (r, panel) in of_rows.iter_mut().enumerate() {
                *panel = &panels[r * P::PANELS + index];
            }
            for (c, of_column) in of_columns.iter_mut().enumerate() {
                *of_column = &columns[(column + c) * self.depth + index];
            }
            P::tile::<R, C>(token, of_rows, of_columns, &mut sums);
        }
        for c in 0..C {
            for r in 0..R {
                let out = &mut self.out[(column + c) * self.stride + self.row..][..self.rows][L * r..];
                match out.first_chunk_mut() {
                    Some(out) => token.write(out, sums[r][c]),
                    None => {
                        let mut lanes = [0.0; L];
                        token.write(&mut lanes, sums[r][c]);
                        let len = out.len();
                        out.copy_from_slice(&lanes[..len]);
                    }
                }
            }
        }
    }
}
