//! Matrices in the file, multiplied by the kernels.

use quantmark_kernels::{Backend, Format, Kernels, MatmulShape, Operation, kernels};
use rayon::prelude::*;

/// Weights that a task multiplies at least.
const WEIGHTS_A_TASK: usize = 1 << 16;

/// A matrix of weights, rows of `cols`.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'f> {
    kernels: Kernels,
    activation: Kernels,
    blocks: &'f [u8],
    rows: usize,
    cols: usize,
}

impl std::fmt::Debug for Matrix<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows of {} in {}", self.rows, self.cols, self.kernels.format())
    }
}

impl<'f> Matrix<'f> {
    /// A matrix of exactly the bytes that its shape takes; `None` for formats that are not multiplied.
    pub(super) fn new(format: Format, blocks: &'f [u8], rows: usize, cols: usize) -> Option<Self> {
        let scalar = Backend::Scalar.detect().ok()?;
        let matmul = kernels(format, scalar).filter(|kernels| kernels.supports(Operation::Matmul))?;
        let activation = kernels(format.spec().activation?, scalar)?;
        (format.row_bytes(cols)?.checked_mul(rows)? == blocks.len()).then_some(Self {
            kernels: matmul,
            activation,
            blocks,
            rows,
            cols,
        })
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn cols(&self) -> usize {
        self.cols
    }

    /// A row as numbers.
    pub(super) fn row(&self, row: usize, out: &mut [f32]) {
        let bytes = self.blocks.len() / self.rows;
        self.kernels
            .dequantize(&self.blocks[row * bytes..][..bytes], out)
            .expect("a row has as many numbers as blocks");
    }

    /// The products of all rows with each of the `inputs`, rows of `cols`: a row of `rows` numbers for each.
    pub(super) fn multiply(&self, inputs: &[f32]) -> Vec<f32> {
        let batch = inputs.len() / self.cols;
        let activation_bytes = self.activation.format().row_bytes(self.cols).expect("checked with the weights' rows");
        let mut activations = vec![0; batch * activation_bytes];
        activations.par_chunks_mut(activation_bytes).zip(inputs.par_chunks(self.cols)).for_each(|(blocks, input)| {
            self.activation.quantize(input, blocks).expect("the buffer has the bytes of a row");
        });

        let row_bytes = self.blocks.len() / self.rows;
        let rows_a_task = (WEIGHTS_A_TASK / (self.cols * batch.max(1))).max(4);
        let parts: Vec<Vec<f32>> = self
            .blocks
            .par_chunks(rows_a_task * row_bytes)
            .map(|blocks| {
                let shape = MatmulShape { rows: blocks.len() / row_bytes, cols: self.cols, batch };
                let mut out = vec![0.0; shape.rows * batch];
                self.kernels.matmul(shape, blocks, &activations, &mut out).expect("the buffers have the shape's sizes");
                out
            })
            .collect();

        let mut out = vec![0.0; batch * self.rows];
        out.par_chunks_mut(self.rows).enumerate().for_each(|(index, out)| {
            for (out, part) in out.chunks_mut(rows_a_task).zip(&parts) {
                out.copy_from_slice(&part[index * out.len()..][..out.len()]);
            }
        });
        out
    }
}
