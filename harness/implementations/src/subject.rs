//! What is under test: kernels of any origin behind one interface of byte slices.

use std::fmt;

use quantmark_kernels::{Available, Backend, Format, KernelError, Kernels, MatmulShape, Operation, kernels};

/// Why a subject did not do what it was asked; for people to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

impl From<KernelError> for Refusal {
    fn from(error: KernelError) -> Self {
        Self(error.to_string())
    }
}

/// Kernels under test. Buffers are as [`Kernels`] takes them: whole rows, lengths that follow from each other, no
/// alignment beyond that of the element type.
pub trait Subject {
    /// The name that results carry as their backend.
    fn name(&self) -> &str;

    /// Whether it has the operation for the format.
    fn supports(&self, format: Format, operation: Operation) -> bool;

    /// The format in which it takes activations for a format's products: that of the CPU's kernels where it does not say
    /// otherwise, [`Format::F32`] where it takes them unquantized.
    fn activation(&self, format: Format) -> Option<Format> {
        format.spec().activation
    }

    /// Whether its matvec and matmul promise the very bits of its dot.
    fn repeats_dot(&self) -> bool;

    /// Quantizes one row.
    ///
    /// # Errors
    /// The subject refuses.
    fn quantize(&self, format: Format, row: &[f32], blocks: &mut [u8]) -> Result<(), Refusal>;

    /// Quantizes one row by the importance of its columns.
    ///
    /// # Errors
    /// The subject refuses.
    fn quantize_weighted(
        &self,
        format: Format,
        row: &[f32],
        importance: &[f32],
        blocks: &mut [u8],
    ) -> Result<(), Refusal>;

    /// Decodes blocks.
    ///
    /// # Errors
    /// The subject refuses.
    fn dequantize(&self, format: Format, blocks: &[u8], out: &mut [f32]) -> Result<(), Refusal>;

    /// One row of `cols` weights times one activation.
    ///
    /// # Errors
    /// The subject refuses.
    fn dot(&self, format: Format, cols: usize, weights: &[u8], activation: &[u8]) -> Result<f32, Refusal>;

    /// `out.len()` rows times one activation.
    ///
    /// # Errors
    /// The subject refuses.
    fn matvec(
        &self,
        format: Format,
        cols: usize,
        weights: &[u8],
        activation: &[u8],
        out: &mut [f32],
    ) -> Result<(), Refusal>;

    /// `shape.rows` rows times `shape.batch` activations; `out` holds the outputs of one activation after another.
    ///
    /// # Errors
    /// The subject refuses.
    fn matmul(
        &self,
        format: Format,
        shape: MatmulShape,
        weights: &[u8],
        activations: &[u8],
        out: &mut [f32],
    ) -> Result<(), Refusal>;
}

/// Our own kernels on one backend.
#[derive(Clone, Copy)]
pub struct BackendSubject(Available);

impl BackendSubject {
    /// The kernels of a backend that this machine has.
    pub const fn new(backend: Available) -> Self {
        Self(backend)
    }

    fn kernels(&self, format: Format) -> Result<Kernels, Refusal> {
        kernels(format, self.0).ok_or_else(|| Refusal(format!("backend {} has no kernels for {format}", self.name())))
    }
}

impl Subject for BackendSubject {
    fn name(&self) -> &str {
        self.0.backend().name()
    }

    fn supports(&self, format: Format, operation: Operation) -> bool {
        kernels(format, self.0).is_some_and(|kernels| kernels.supports(operation))
    }

    fn repeats_dot(&self) -> bool {
        self.0.backend() == Backend::Scalar
    }

    fn quantize(&self, format: Format, row: &[f32], blocks: &mut [u8]) -> Result<(), Refusal> {
        Ok(self.kernels(format)?.quantize(row, blocks)?)
    }

    fn quantize_weighted(
        &self,
        format: Format,
        row: &[f32],
        importance: &[f32],
        blocks: &mut [u8],
    ) -> Result<(), Refusal> {
        Ok(self.kernels(format)?.quantize_weighted(row, importance, blocks)?)
    }

    fn dequantize(&self, format: Format, blocks: &[u8], out: &mut [f32]) -> Result<(), Refusal> {
        Ok(self.kernels(format)?.dequantize(blocks, out)?)
    }

    fn dot(&self, format: Format, cols: usize, weights: &[u8], activation: &[u8]) -> Result<f32, Refusal> {
        Ok(self.kernels(format)?.dot(cols, weights, activation)?)
    }

    fn matvec(
        &self,
        format: Format,
        cols: usize,
        weights: &[u8],
        activation: &[u8],
        out: &mut [f32],
    ) -> Result<(), Refusal> {
        Ok(self.kernels(format)?.matvec(cols, weights, activation, out)?)
    }

    fn matmul(
        &self,
        format: Format,
        shape: MatmulShape,
        weights: &[u8],
        activations: &[u8],
        out: &mut [f32],
    ) -> Result<(), Refusal> {
        Ok(self.kernels(format)?.matmul(shape, weights, activations, out)?)
    }
}
