//! Matrices in the file, multiplied by the kernels.

use quantmark_kernels::{Available, Format, Kernels, MatmulShape, Operation, strongest};
use rayon::prelude::*;

/// Weights that a task multiplies with one activation at least.
const WEIGHTS_A_TASK: usize = 1 << 14;

/// Rows that kernels take together at most: two registers of a row a lane.
const ROWS_TOGETHER: usize = 32;

/// Tasks a thread where a batch is multiplied.
const TASKS_A_THREAD: usize = 2;

/// A matrix of weights, rows of `cols`.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'f> {
    product: Kernels,
    decode: Kernels,
    activation: Kernels,
    blocks: &'f [u8],
    rows: usize,
    cols: usize,
}

impl std::fmt::Debug for Matrix<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows of {} in {}", self.rows, self.cols, self.product.format())
    }
}

impl<'f> Matrix<'f> {
    /// A matrix of exactly the bytes that its shape takes, multiplied on backends up to `tier`; `None` for formats that
    /// are not multiplied.
    pub(super) fn new(format: Format, tier: Available, blocks: &'f [u8], rows: usize, cols: usize) -> Option<Self> {
        let product = strongest(format, tier, Operation::Matmul).filter(|kernels| kernels.supports(Operation::Matvec));
        (format.row_bytes(cols)?.checked_mul(rows)? == blocks.len()).then_some(Self {
            product: product?,
            decode: strongest(format, tier, Operation::Dequantize)?,
            activation: strongest(format.spec().activation?, tier, Operation::Quantize)?,
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
        self.decode.dequantize(&self.blocks[row * bytes..][..bytes], out).expect("a row has as many numbers as blocks");
    }

    /// The products of all rows with each of the `inputs`, rows of `cols`: a row of `rows` numbers for each.
    pub(super) fn multiply(&self, inputs: &[f32]) -> Vec<f32> {
        let [products] = multiply_each([self], inputs);
        products
    }

    fn quantized(&self, inputs: &[f32]) -> Vec<u8> {
        let activation_bytes = self.activation.format().row_bytes(self.cols).expect("checked with the weights' rows");
        let mut activations = vec![0; inputs.len() / self.cols * activation_bytes];
        activations.par_chunks_mut(activation_bytes).zip(inputs.par_chunks(self.cols)).for_each(|(blocks, input)| {
            self.activation.quantize(input, blocks).expect("the buffer has the bytes of a row");
        });
        activations
    }

    fn row_bytes(&self) -> usize {
        self.blocks.len() / self.rows
    }

    /// The products with many activations. Each task prepares the whole batch anew, so that there should be few.
    fn multiply_batch(&self, activations: &[u8], batch: usize) -> Vec<f32> {
        let rows_a_task = self.rows.div_ceil(TASKS_A_THREAD * rayon::current_num_threads());
        let rows_a_task = rows_a_task.next_multiple_of(ROWS_TOGETHER);
        let parts: Vec<Vec<f32>> = self
            .blocks
            .par_chunks(rows_a_task * self.row_bytes())
            .map(|blocks| {
                let shape = MatmulShape { rows: blocks.len() / self.row_bytes(), cols: self.cols, batch };
                let mut out = vec![0.0; shape.rows * batch];
                self.product.matmul(shape, blocks, activations, &mut out).expect("the buffers have the shape's sizes");
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

/// The products of matrices of as many columns with the same inputs, as [`Matrix::multiply`] gives them: threads start
/// once for all.
pub(super) fn multiply_each<const N: usize>(matrices: [&Matrix<'_>; N], inputs: &[f32]) -> [Vec<f32>; N] {
    let batch = inputs.len() / matrices[0].cols;
    let mut quantized: Vec<(Format, Vec<u8>)> = Vec::new();
    for matrix in matrices {
        let format = matrix.activation.format();
        if quantized.iter().all(|(known, _)| *known != format) {
            quantized.push((format, matrix.quantized(inputs)));
        }
    }
    let activations = matrices.map(|matrix| {
        let of_format = quantized.iter().find(|(format, _)| *format == matrix.activation.format());
        of_format.map_or(&[][..], |(_, activations)| activations)
    });
    if batch > 1 {
        return std::array::from_fn(|index| matrices[index].multiply_batch(activations[index], batch));
    }
    // The same bits; one activation is not worth what a batch prepares.
    let mut all = matrices.map(|matrix| vec![0.0; matrix.rows]);
    let mut tasks = Vec::new();
    for ((matrix, activation), out) in matrices.into_iter().zip(activations).zip(&mut all) {
        let rows = (WEIGHTS_A_TASK / matrix.cols).max(1).next_multiple_of(ROWS_TOGETHER);
        let parts = out.chunks_mut(rows).zip(matrix.blocks.chunks(rows * matrix.row_bytes()));
        tasks.extend(parts.map(|(out, blocks)| (matrix, activation, out, blocks)));
    }
    tasks.into_par_iter().for_each(|(matrix, activation, out, blocks)| {
        matrix.product.matvec(matrix.cols, blocks, activation, out).expect("the buffers have the shape's sizes");
    });
    all
}
