//! The data of what is timed: one operation of one format on real buffers.

use quantmark_implementations::timing::{Data, Placed, Role, Task};
use quantmark_kernels::{Format, Importance, KernelError, Kernels, MatmulShape, Operation};
use quantmark_record::schema::Shape;
use quantmark_reference::generator::blocks::RawBlocks;
use quantmark_reference::generator::distribution::Distribution;
use quantmark_reference::generator::importance::ImportanceRow;
use quantmark_reference::generator::random::Random;
use rayon::ThreadPool;

/// Buffers for one operation of one format.
pub struct Buffers {
    format: Format,
    shape: MatmulShape,
    source: Placed<f32>,
    importance: Option<Placed<f32>>,
    /// Copies of the weights; the work takes the next one each time.
    weights: Vec<Placed<u8>>,
    /// The activations as numbers: a product of a whole batch begins there on both sides.
    numbers: Vec<f32>,
    activations: Placed<u8>,
}

/// Weights that one repetition of an operation goes over.
pub fn weights_per_repetition(operation: Operation, shape: Shape) -> f64 {
    let [rows, cols, batch] = [shape.rows, shape.cols, shape.batch].map(|length| length as f64);
    match operation {
        Operation::Quantize | Operation::QuantizeWeighted => cols,
        Operation::Dequantize | Operation::Dot | Operation::Matvec => rows * cols,
        Operation::Matmul => rows * cols * batch,
    }
}

impl Buffers {
    /// Prepares weights, as many copies as make `at_least` bytes together, and activations.
    ///
    /// # Errors
    /// The shape does not suit the format.
    pub fn new(
        kernels: &Kernels,
        activation: Option<&Kernels>,
        shape: Shape,
        at_least: u64,
    ) -> Result<Self, KernelError> {
        let format = kernels.format();
        let shape = MatmulShape { rows: shape.rows as usize, cols: shape.cols as usize, batch: shape.batch as usize };
        let mut random = Random::named(1, &["speed", format.name()]);
        let source = Placed::new(Role::Input, &Distribution::GaussianSmall.row(shape.cols, &mut random));
        let importance = (format.spec().importance != Importance::Ignored)
            .then(|| Placed::new(Role::Other, &ImportanceRow::Varied.row(shape.cols, &mut random)));
        let row_bytes = format.row_bytes(shape.cols).ok_or(KernelError::PartialBlock { format, cols: shape.cols })?;
        let copies = at_least.div_ceil((row_bytes * shape.rows).max(1) as u64).max(1);
        let mut first = RawBlocks::CodePoints.rows(format, shape.cols, shape.rows, &mut random);
        if format.spec().block_len == 1 {
            // Every bit pattern of a plain number would mean subnormals and NaN, which are slow on many machines.
            for row in first.chunks_exact_mut(row_bytes) {
                kernels.quantize(&Distribution::GaussianSmall.row(shape.cols, &mut random), row)?;
            }
        }
        let (mut activations, mut numbers) = (Vec::new(), Vec::new());
        if let Some(kernels) = activation {
            for _ in 0..shape.batch {
                let row = Distribution::Gaussian.row(shape.cols, &mut random);
                let bytes = kernels.format().row_bytes(shape.cols).unwrap_or(0);
                let start = activations.len();
                activations.resize(start + bytes, 0);
                kernels.quantize(&row, &mut activations[start..])?;
                numbers.extend(row);
            }
        }
        let weights = (0..copies).map(|_| Placed::new(Role::Input, &first)).collect();
        let activations = Placed::new(Role::Other, &activations);
        Ok(Self { format, shape, source, importance, weights, numbers, activations })
    }

    /// An operation on these buffers.
    pub fn task<'a>(&'a self, operation: Operation, pool: &'a ThreadPool) -> Task<'a> {
        let data = Data {
            source: &self.source,
            importance: self.importance.as_deref().unwrap_or_default(),
            weights: &self.weights,
            numbers: &self.numbers,
            activations: &self.activations,
        };
        Task { operation, format: self.format, shape: self.shape, pool, data }
    }
}
