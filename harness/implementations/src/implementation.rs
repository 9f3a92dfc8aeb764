//! The interface of everything that is under test or compared with: kernels of any origin behind byte slices.

use std::path::Path;

use quantmark_kernels::{Format, MatmulShape, Operation};

use crate::receipt::Receipt;
use crate::refusal::Refusal;
use crate::timing::{Task, Timed};
use crate::whole_model::WholeModel;

/// Kernels of any origin. Buffers are as [`Kernels`](quantmark_kernels::Kernels) takes them: whole rows, lengths that follow from each other, no
/// alignment beyond that of the element type.
pub trait Implementation {
    /// The name that results carry as their backend.
    fn name(&self) -> &str;

    /// Its name, version and variant, for records.
    fn receipt(&self) -> Receipt {
        Receipt { name: self.name().to_owned(), version: "unknown".to_owned(), variant: String::new() }
    }

    /// Whether it has the operation for the format.
    fn supports(&self, format: Format, operation: Operation) -> bool;

    /// The format in which it takes activations for a format's products: that of the CPU's kernels where it does not say
    /// otherwise, [`Format::F32`] where it takes them unquantized.
    fn activation(&self, format: Format) -> Option<Format> {
        format.spec().activation
    }

    /// Whether its matvec and matmul promise the very bits of its dot.
    fn repeats_dot(&self) -> bool {
        false
    }

    /// Quantizes one row.
    ///
    /// # Errors
    /// The implementation refuses.
    fn quantize(&self, format: Format, row: &[f32], blocks: &mut [u8]) -> Result<(), Refusal> {
        let _ = (row, blocks);
        Err(lacking(self, Operation::Quantize, format))
    }

    /// Quantizes one row by the importance of its columns.
    ///
    /// # Errors
    /// The implementation refuses.
    fn quantize_weighted(
        &self,
        format: Format,
        row: &[f32],
        importance: &[f32],
        blocks: &mut [u8],
    ) -> Result<(), Refusal> {
        let _ = (row, importance, blocks);
        Err(lacking(self, Operation::QuantizeWeighted, format))
    }

    /// Decodes blocks.
    ///
    /// # Errors
    /// The implementation refuses.
    fn dequantize(&self, format: Format, blocks: &[u8], out: &mut [f32]) -> Result<(), Refusal> {
        let _ = (blocks, out);
        Err(lacking(self, Operation::Dequantize, format))
    }

    /// One row of `cols` weights times one activation.
    ///
    /// # Errors
    /// The implementation refuses.
    fn dot(&self, format: Format, cols: usize, weights: &[u8], activation: &[u8]) -> Result<f32, Refusal> {
        let _ = (cols, weights, activation);
        Err(lacking(self, Operation::Dot, format))
    }

    /// `out.len()` rows times one activation.
    ///
    /// # Errors
    /// The implementation refuses.
    fn matvec(
        &self,
        format: Format,
        cols: usize,
        weights: &[u8],
        activation: &[u8],
        out: &mut [f32],
    ) -> Result<(), Refusal> {
        let _ = (cols, weights, activation, out);
        Err(lacking(self, Operation::Matvec, format))
    }

    /// `shape.rows` rows times `shape.batch` activations; `out` holds the outputs of one activation after another.
    ///
    /// # Errors
    /// The implementation refuses.
    fn matmul(
        &self,
        format: Format,
        shape: MatmulShape,
        weights: &[u8],
        activations: &[u8],
        out: &mut [f32],
    ) -> Result<(), Refusal> {
        let _ = (shape, weights, activations, out);
        Err(lacking(self, Operation::Matmul, format))
    }

    /// Prepares an operation that is to be repeated while a clock runs.
    ///
    /// # Errors
    /// It has no such operation for the format, or is not there to be timed.
    fn prepare<'a>(&'a self, task: &Task<'a>) -> Result<Box<dyn Timed + 'a>, Refusal> {
        Err(Refusal(format!("{} is not timed at {} of {}", self.name(), task.operation, task.format)))
    }

    /// Opens a whole model in a file.
    ///
    /// # Errors
    /// It runs no models, or refuses this one.
    fn open_model(&self, path: &Path) -> Result<Box<dyn WholeModel>, Refusal> {
        Err(Refusal(format!("{}: {} runs no whole models", path.display(), self.name())))
    }
}

/// Of an operation that an implementation has not.
fn lacking(implementation: &(impl Implementation + ?Sized), operation: Operation, format: Format) -> Refusal {
    Refusal(format!("{} has no {operation} of {format}", implementation.name()))
}
