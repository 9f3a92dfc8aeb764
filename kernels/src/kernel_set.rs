//! The operations of a format on a backend, and the checked way to call them.

use std::fmt;

use crate::backend::Backend;
use crate::format::Format;
use crate::operation::{MatmulShape, Operation};

/// One format's operations on one backend. A missing operation is a visible hole: nothing else steps in for it.
///
/// The functions take slices whose lengths [`Kernels`] has checked, and may use the instructions of their backend: they
/// are called only where the machine has it.
#[derive(Clone, Copy)]
pub(crate) struct KernelSet {
    pub(crate) quantize: Option<Quantize>,
    pub(crate) quantize_weighted: Option<QuantizeWeighted>,
    pub(crate) dequantize: Option<Dequantize>,
    pub(crate) dot: Option<Dot>,
    pub(crate) matvec: Option<Matvec>,
    pub(crate) matmul: Option<Matmul>,
}

/// Weights of one row; blocks out.
pub(crate) type Quantize = unsafe fn(&[f32], &mut [u8]);
/// Weights of one row, the importance of its columns; blocks out.
pub(crate) type QuantizeWeighted = unsafe fn(&[f32], &[f32], &mut [u8]);
/// Blocks; numbers out.
pub(crate) type Dequantize = unsafe fn(&[u8], &mut [f32]);
/// Blocks of one row of weights and of one activation.
pub(crate) type Dot = unsafe fn(&[u8], &[u8]) -> f32;
/// Blocks of all rows and of one activation; a number a row out.
pub(crate) type Matvec = unsafe fn(&[u8], &[u8], &mut [f32]);
/// Blocks of all rows and of all activations; `rows` numbers an activation out.
pub(crate) type Matmul = unsafe fn(&[u8], &[u8], MatmulShape, &mut [f32]);

impl KernelSet {
    pub(crate) const fn supports(&self, operation: Operation) -> bool {
        match operation {
            Operation::Quantize => self.quantize.is_some(),
            Operation::QuantizeWeighted => self.quantize_weighted.is_some(),
            Operation::Dequantize => self.dequantize.is_some(),
            Operation::Dot => self.dot.is_some(),
            Operation::Matvec => self.matvec.is_some(),
            Operation::Matmul => self.matmul.is_some(),
        }
    }
}

/// Why a kernel was not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KernelError {
    /// The backend has no such kernel for the format.
    Unsupported {
        /// The format asked for.
        format: Format,
        /// The backend asked.
        backend: Backend,
        /// The missing operation.
        operation: Operation,
    },
    /// A row length that is not a whole number of blocks.
    PartialBlock {
        /// The format.
        format: Format,
        /// The row length given, in weights.
        cols: usize,
    },
    /// A buffer whose length does not follow from the others.
    Length {
        /// Which buffer.
        buffer: &'static str,
        /// The length it must have, in its elements.
        expected: usize,
        /// The length it has.
        got: usize,
    },
    /// A matrix so large that its size in bytes does not fit the machine's address space.
    Overflow,
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported { format, backend, operation } => {
                write!(f, "backend {backend} has no {operation} kernel for {format}")
            }
            Self::PartialBlock { format, cols } => {
                write!(f, "a row of {cols} is not a multiple of {format}'s block of {}", format.spec().block_len)
            }
            Self::Length { buffer, expected, got } => write!(f, "{buffer} has length {got}, expected {expected}"),
            Self::Overflow => write!(f, "the matrix is larger than the address space"),
        }
    }
}

impl std::error::Error for KernelError {}

/// A format's kernels on a backend that this machine has.
#[derive(Clone, Copy)]
pub struct Kernels {
    format: Format,
    backend: Backend,
    set: &'static KernelSet,
    weights: RowSize,
    activation: Option<RowSize>,
}

impl Kernels {
    pub(crate) const fn new(format: Format, backend: Backend, set: &'static KernelSet) -> Self {
        let activation = match format.spec().activation {
            Some(activation) => Some(RowSize::of(activation)),
            None => None,
        };
        Self { format, backend, set, weights: RowSize::of(format), activation }
    }

    /// The format.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The backend that runs; never another one's kernel under its name.
    pub const fn backend(&self) -> Backend {
        self.backend
    }

    /// Whether the backend has the operation for this format.
    pub const fn supports(&self, operation: Operation) -> bool {
        self.set.supports(operation)
    }

    /// Quantizes one row of `row.len()` weights into `blocks`.
    ///
    /// # Errors
    /// No such kernel, a partial block, or a `blocks` of another length than the row needs.
    pub fn quantize(&self, row: &[f32], blocks: &mut [u8]) -> Result<(), KernelError> {
        let Some(kernel) = self.set.quantize else { return Err(self.unsupported(Operation::Quantize)) };
        length("blocks", self.row_bytes(row.len())?, blocks.len())?;
        // SAFETY: `self` was made with an `Available`, so this machine has the instructions of the backend.
        unsafe { kernel(row, blocks) };
        Ok(())
    }

    /// Quantizes one row, each column's squared error weighted by its importance.
    ///
    /// Where importance makes no difference to the format this is an error, not a silent [`Kernels::quantize`].
    ///
    /// # Errors
    /// As [`Kernels::quantize`]; an `importance` of another length than the row.
    pub fn quantize_weighted(&self, row: &[f32], importance: &[f32], blocks: &mut [u8]) -> Result<(), KernelError> {
        let Some(kernel) = self.set.quantize_weighted else {
            return Err(self.unsupported(Operation::QuantizeWeighted));
        };
        length("importance", row.len(), importance.len())?;
        length("blocks", self.row_bytes(row.len())?, blocks.len())?;
        // SAFETY: `self` was made with an `Available`, so this machine has the instructions of the backend.
        unsafe { kernel(row, importance, blocks) };
        Ok(())
    }

    /// Decodes `blocks` into `out`, any number of rows.
    ///
    /// # Errors
    /// No such kernel, a partial block, or a `blocks` of another length than `out` needs.
    pub fn dequantize(&self, blocks: &[u8], out: &mut [f32]) -> Result<(), KernelError> {
        let Some(kernel) = self.set.dequantize else { return Err(self.unsupported(Operation::Dequantize)) };
        length("blocks", self.row_bytes(out.len())?, blocks.len())?;
        // SAFETY: `self` was made with an `Available`, so this machine has the instructions of the backend.
        unsafe { kernel(blocks, out) };
        Ok(())
    }

    /// The dot product of a row of `cols` weights with an activation in the format's activation format.
    ///
    /// # Errors
    /// No such kernel, a partial block, or a buffer of another length than `cols` needs.
    #[inline]
    pub fn dot(&self, cols: usize, weights: &[u8], activation: &[u8]) -> Result<f32, KernelError> {
        let Some(kernel) = self.set.dot else { return Err(self.unsupported(Operation::Dot)) };
        length("weights", self.row_bytes(cols)?, weights.len())?;
        length("activation", self.activation_bytes(cols)?, activation.len())?;
        // SAFETY: `self` was made with an `Available`, so this machine has the instructions of the backend.
        Ok(unsafe { kernel(weights, activation) })
    }

    /// `out.len()` rows of `cols` weights times one activation.
    ///
    /// # Errors
    /// As [`Kernels::dot`].
    pub fn matvec(&self, cols: usize, weights: &[u8], activation: &[u8], out: &mut [f32]) -> Result<(), KernelError> {
        let Some(kernel) = self.set.matvec else { return Err(self.unsupported(Operation::Matvec)) };
        length("weights", times(self.row_bytes(cols)?, out.len())?, weights.len())?;
        length("activation", self.activation_bytes(cols)?, activation.len())?;
        if cols == 0 {
            out.fill(0.0);
            return Ok(());
        }
        // SAFETY: `self` was made with an `Available`, so this machine has the instructions of the backend.
        unsafe { kernel(weights, activation, out) };
        Ok(())
    }

    /// `shape.rows` rows of weights times `shape.batch` activations; `out` holds the outputs of the first activation,
    /// then those of the second, and so on. Each is, bit for bit, what [`Kernels::matvec`] gives for its row and its
    /// activation, whatever goes beside them.
    ///
    /// # Errors
    /// As [`Kernels::dot`].
    pub fn matmul(
        &self,
        shape: MatmulShape,
        weights: &[u8],
        activations: &[u8],
        out: &mut [f32],
    ) -> Result<(), KernelError> {
        let Some(kernel) = self.set.matmul else { return Err(self.unsupported(Operation::Matmul)) };
        length("weights", times(self.row_bytes(shape.cols)?, shape.rows)?, weights.len())?;
        length("activations", times(self.activation_bytes(shape.cols)?, shape.batch)?, activations.len())?;
        length("out", times(shape.rows, shape.batch)?, out.len())?;
        if shape.cols == 0 || out.is_empty() {
            out.fill(0.0);
            return Ok(());
        }
        // SAFETY: `self` was made with an `Available`, so this machine has the instructions of the backend.
        unsafe { kernel(weights, activations, shape, out) };
        Ok(())
    }

    #[cold]
    fn unsupported(&self, operation: Operation) -> KernelError {
        KernelError::Unsupported { format: self.format, backend: self.backend, operation }
    }

    #[inline]
    fn row_bytes(&self, cols: usize) -> Result<usize, KernelError> {
        self.weights.bytes(cols).ok_or(KernelError::PartialBlock { format: self.weights.format, cols })
    }

    #[inline]
    fn activation_bytes(&self, cols: usize) -> Result<usize, KernelError> {
        let size = self.activation.expect("a format with a dot has an activation format");
        size.bytes(cols).ok_or(KernelError::PartialBlock { format: size.format, cols })
    }
}

/// What the size of a row follows from, beside the kernels: a short row's call must not take longer than its kernel.
#[derive(Clone, Copy)]
struct RowSize {
    format: Format,
    /// A block has two to this power weights.
    block_bits: u32,
    block_bytes: usize,
}

impl RowSize {
    const fn of(format: Format) -> Self {
        let spec = format.spec();
        assert!(spec.block_len.is_power_of_two());
        Self { format, block_bits: spec.block_len.trailing_zeros(), block_bytes: spec.block_bytes }
    }

    #[inline]
    const fn bytes(self, cols: usize) -> Option<usize> {
        let blocks = cols >> self.block_bits;
        if blocks << self.block_bits == cols { blocks.checked_mul(self.block_bytes) } else { None }
    }
}

#[inline]
fn times(a: usize, b: usize) -> Result<usize, KernelError> {
    a.checked_mul(b).ok_or(KernelError::Overflow)
}

#[inline]
fn length(buffer: &'static str, expected: usize, got: usize) -> Result<(), KernelError> {
    if expected == got { Ok(()) } else { Err(KernelError::Length { buffer, expected, got }) }
}
