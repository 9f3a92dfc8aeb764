//! An operation that is to be timed.

use quantmark_kernels::{Format, MatmulShape, Operation};
use rayon::ThreadPool;

use super::data::Data;

/// An operation of one format on data that is ready.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    /// The operation.
    pub operation: Operation,
    /// The format of the weights.
    pub format: Format,
    /// Rows and columns of the weights, and how many activations.
    pub shape: MatmulShape,
    /// The threads that may work on it.
    pub pool: &'a ThreadPool,
    /// The data.
    pub data: Data<'a>,
}

impl Task<'_> {
    /// Bytes of a row of weights.
    pub fn row_bytes(&self) -> usize {
        self.data.weights[0].len() / self.shape.rows
    }

    /// Rows of one parallel task: several tasks a thread, so that a disturbed thread does not hold up the others.
    pub fn rows_a_task(&self) -> usize {
        let threads = self.pool.current_num_threads();
        if threads == 1 { self.shape.rows } else { self.shape.rows.div_ceil(threads * 8).max(1) }
    }
}
