//! The operations of a format on a backend, and the checked way to call them.

use std::fmt;

use crate::backend::Backend;
use crate::format::Format;
use crate::operation::{MatmulShape, Operation};
use crate::planes::{Planes, PlanesMut};

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

/// Weights of one row; its planes out.
pub(crate) type Quantize = unsafe fn(&[f32], PlanesMut<'_>);
/// Weights of one row, the importance of its columns; its planes out.
pub(crate) type QuantizeWeighted = unsafe fn(&[f32], &[f32], PlanesMut<'_>);
/// Planes, the columns of a row; numbers out.
pub(crate) type Dequantize = unsafe fn(Planes<'_>, usize, &mut [f32]);
/// The first plane of one row of weights and the other ones, apart because slices are passed in registers and [`Planes`]
/// is not, which takes a short row's call a nanosecond; blocks of one activation.
pub(crate) type Dot = unsafe fn(&[u8], &[&[u8]], &[u8]) -> f32;
/// Planes of all rows, blocks of one activation; a number a row out.
pub(crate) type Matvec = unsafe fn(Planes<'_>, &[u8], &mut [f32]);
/// Planes of all rows, blocks of all activations; `rows` numbers an activation out.
pub(crate) type Matmul = unsafe fn(Planes<'_>, &[u8], MatmulShape, &mut [f32]);

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
    /// More or fewer planes than the format has.
    Planes {
        /// The format.
        format: Format,
        /// How many were given.
        got: usize,
    },
    /// A buffer whose length does not follow from the others.
    Length {
        /// Which buffer; of several planes the plane's name.
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
            Self::Planes { format, got } => {
                write!(f, "{got} planes given, {format} has {}", format.spec().planes.len())
            }
            Self::Length { buffer, expected, got } => write!(f, "{buffer} has length {got}, expected {expected}"),
            Self::Overflow => write!(f, "the matrix is larger than the address space"),
        }
    }
}

impl std::error::Error for KernelError {}

/// A format's kernels on a backend that this machine has.
///
/// Weights are the format's [`Planes`]; a slice of bytes stands for the only plane of formats of whole blocks.
#[derive(Clone, Copy)]
pub struct Kernels {
    format: Format,
    backend: Backend,
    set: &'static KernelSet,
    weights: Size,
    activation: Option<Size>,
}

impl Kernels {
    pub(crate) const fn new(format: Format, backend: Backend, set: &'static KernelSet) -> Self {
        let activation = match format.spec().activation {
            Some(activation) => Some(Size::of(activation)),
            None => None,
        };
        Self { format, backend, set, weights: Size::of(format), activation }
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
    pub fn quantize<'a>(&self, row: &[f32], blocks: impl Into<PlanesMut<'a>>) -> Result<(), KernelError> {
        let Some(kernel) = self.set.quantize else { return Err(self.unsupported(Operation::Quantize)) };
        let blocks = blocks.into();
        check_planes(self.format, "blocks", 1, row.len(), blocks.lengths())?;
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
    pub fn quantize_weighted<'a>(
        &self,
        row: &[f32],
        importance: &[f32],
        blocks: impl Into<PlanesMut<'a>>,
    ) -> Result<(), KernelError> {
        let Some(kernel) = self.set.quantize_weighted else {
            return Err(self.unsupported(Operation::QuantizeWeighted));
        };
        length("importance", row.len(), importance.len())?;
        let blocks = blocks.into();
        check_planes(self.format, "blocks", 1, row.len(), blocks.lengths())?;
        // SAFETY: `self` was made with an `Available`, so this machine has the instructions of the backend.
        unsafe { kernel(row, importance, blocks) };
        Ok(())
    }

    /// Decodes `blocks` into `out`: one row, or any number of rows of a format of whole blocks.
    ///
    /// # Errors
    /// No such kernel, a partial block, or a `blocks` of another length than `out` needs.
    pub fn dequantize<'a>(&self, blocks: impl Into<Planes<'a>>, out: &mut [f32]) -> Result<(), KernelError> {
        self.dequantize_rows(out.len(), blocks, out)
    }

    /// Decodes rows of `cols` weights into `out`, which holds a whole number of them.
    ///
    /// # Errors
    /// As [`Kernels::dequantize`]; an `out` that ends within a row.
    pub fn dequantize_rows<'a>(
        &self,
        cols: usize,
        blocks: impl Into<Planes<'a>>,
        out: &mut [f32],
    ) -> Result<(), KernelError> {
        let Some(kernel) = self.set.dequantize else { return Err(self.unsupported(Operation::Dequantize)) };
        let (blocks, rows) = (blocks.into(), out.len().checked_div(cols).unwrap_or(1));
        length("out", times(rows, cols)?, out.len())?;
        self.weights.check("blocks", rows, cols, blocks)?;
        // SAFETY: `self` was made with an `Available`, so this machine has the instructions of the backend.
        unsafe { kernel(blocks, cols, out) };
        Ok(())
    }

    /// The dot product of a row of `cols` weights with an activation in the format's activation format.
    ///
    /// # Errors
    /// No such kernel, a partial block, or a buffer of another length than `cols` needs.
    #[inline]
    pub fn dot<'a>(&self, cols: usize, weights: impl Into<Planes<'a>>, activation: &[u8]) -> Result<f32, KernelError> {
        let Some(kernel) = self.set.dot else { return Err(self.unsupported(Operation::Dot)) };
        let weights = weights.into();
        self.weights.check("weights", 1, cols, weights)?;
        self.activation().check("activation", 1, cols, activation.into())?;
        // SAFETY: `self` was made with an `Available`, so this machine has the instructions of the backend.
        Ok(unsafe { kernel(weights.first(), weights.rest(), activation) })
    }

    /// `out.len()` rows of `cols` weights times one activation.
    ///
    /// # Errors
    /// As [`Kernels::dot`].
    pub fn matvec<'a>(
        &self,
        cols: usize,
        weights: impl Into<Planes<'a>>,
        activation: &[u8],
        out: &mut [f32],
    ) -> Result<(), KernelError> {
        let Some(kernel) = self.set.matvec else { return Err(self.unsupported(Operation::Matvec)) };
        let weights = weights.into();
        self.weights.check("weights", out.len(), cols, weights)?;
        self.activation().check("activation", 1, cols, activation.into())?;
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
    pub fn matmul<'a>(
        &self,
        shape: MatmulShape,
        weights: impl Into<Planes<'a>>,
        activations: &[u8],
        out: &mut [f32],
    ) -> Result<(), KernelError> {
        let Some(kernel) = self.set.matmul else { return Err(self.unsupported(Operation::Matmul)) };
        let weights = weights.into();
        self.weights.check("weights", shape.rows, shape.cols, weights)?;
        self.activation().check("activations", shape.batch, shape.cols, activations.into())?;
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
    fn activation(&self) -> &Size {
        self.activation.as_ref().expect("a format with a dot has an activation format")
    }
}

/// What the size of a row follows from, beside the kernels: a short row's call must not take longer than its kernel.
#[derive(Clone, Copy)]
struct Size {
    format: Format,
    /// A block has two to this power weights.
    block_bits: u32,
    /// 0 for formats of several planes, which are looked up.
    block_bytes: usize,
}

impl Size {
    const fn of(format: Format) -> Self {
        let spec = format.spec();
        let is_quick = spec.is_whole_blocks() && spec.block_len.is_power_of_two();
        let block_bytes = if is_quick { spec.block_bytes } else { 0 };
        Self { format, block_bits: spec.block_len.trailing_zeros(), block_bytes }
    }

    /// Whether the planes are those of `rows` rows of `cols` weights. Which error it is, is worked out apart.
    #[inline]
    fn check(&self, buffer: &'static str, rows: usize, cols: usize, planes: Planes<'_>) -> Result<(), KernelError> {
        if planes.is_single() && self.block_bytes != 0 && self.blocks(rows, cols) == Some(planes.first().len()) {
            return Ok(());
        }
        check_planes(self.format, buffer, rows, cols, planes.lengths())
    }

    /// Bytes of `rows` rows of `cols` weights in whole blocks.
    #[inline]
    const fn blocks(&self, rows: usize, cols: usize) -> Option<usize> {
        let blocks = cols >> self.block_bits;
        if blocks << self.block_bits != cols {
            return None;
        }
        match blocks.checked_mul(self.block_bytes) {
            Some(row) => row.checked_mul(rows),
            None => None,
        }
    }
}

/// Whether planes of these lengths are those of `rows` rows of `cols` weights. `buffer` names the plane of whole blocks.
///
/// # Errors
/// Another number of planes than the format's, a partial block, or a plane of another length.
#[cold]
#[inline(never)]
pub(crate) fn check_planes(
    format: Format,
    buffer: &'static str,
    rows: usize,
    cols: usize,
    lengths: impl ExactSizeIterator<Item = usize>,
) -> Result<(), KernelError> {
    let spec = format.spec();
    if lengths.len() != spec.planes.len() {
        return Err(KernelError::Planes { format, got: lengths.len() });
    }
    if format.row_bytes(cols).is_none() {
        return Err(KernelError::PartialBlock { format, cols });
    }
    for (plane, got) in spec.planes.iter().zip(lengths) {
        let name = if spec.is_whole_blocks() { buffer } else { plane.name };
        length(name, plane.bytes(rows, cols).ok_or(KernelError::Overflow)?, got)?;
    }
    Ok(())
}

#[inline]
fn times(a: usize, b: usize) -> Result<usize, KernelError> {
    a.checked_mul(b).ok_or(KernelError::Overflow)
}

#[inline]
fn length(buffer: &'static str, expected: usize, got: usize) -> Result<(), KernelError> {
    if expected == got { Ok(()) } else { Err(KernelError::Length { buffer, expected, got }) }
}
