//! The work that is timed: one operation of one format on real buffers, ours and the reference's.

use std::cell::Cell;
use std::hint::black_box;
use std::rc::Rc;

use quantmark_implementations::llama_cpp::{CpuVariant, GraphBackend, Oracle, OracleError};
use quantmark_kernels::{Format, Importance, KernelError, Kernels, MatmulShape, Operation};
use quantmark_record::schema::Shape;
use quantmark_reference::generator::blocks::RawBlocks;
use quantmark_reference::generator::distribution::Distribution;
use quantmark_reference::generator::importance::ImportanceRow;
use quantmark_reference::generator::random::Random;
use rayon::ThreadPool;
use rayon::prelude::*;

use super::ik_llama::{IkLlama, Product};
use super::placed::{Placed, Role};
use super::sampling::Work;

/// Buffers for one operation of one format.
pub struct Buffers {
    format: Format,
    shape: MatmulShape,
    source: Placed<f32>,
    importance: Option<Placed<f32>>,
    /// Copies of the weights; the work takes the next one each time.
    weights: Vec<Placed<u8>>,
    /// The activations as numbers, and what quantizes them: a product of a whole batch begins there on both sides.
    numbers: Vec<f32>,
    activation: Option<Kernels>,
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
        let (activations, activation) = (Placed::new(Role::Other, &activations), activation.copied());
        Ok(Self { format, shape, source, importance, weights, numbers, activation, activations })
    }

    fn row_bytes(&self) -> usize {
        self.weights[0].len() / self.shape.rows
    }

    /// Our side of an operation.
    pub fn ours<'a>(&'a self, kernels: Kernels, operation: Operation, pool: &'a ThreadPool) -> Work<'a> {
        let next = self.rotation();
        let must = |result: Result<(), KernelError>| result.expect("the buffers have the lengths of the shape");
        match operation {
            Operation::Quantize => {
                let mut blocks = Placed::new(Role::Output, &vec![0; self.row_bytes()]);
                Box::new(move || must(kernels.quantize(&self.source, black_box(&mut blocks[..]))))
            }
            Operation::QuantizeWeighted => {
                let mut blocks = Placed::new(Role::Output, &vec![0; self.row_bytes()]);
                let importance = self.importance.as_deref().unwrap_or_default();
                Box::new(move || must(kernels.quantize_weighted(&self.source, importance, black_box(&mut blocks[..]))))
            }
            Operation::Dequantize => {
                let mut out = Placed::new(Role::Output, &vec![0.0; self.shape.rows * self.shape.cols]);
                Box::new(move || must(kernels.dequantize(next(), black_box(&mut out[..]))))
            }
            Operation::Dot => Box::new(move || {
                for row in next().chunks_exact(self.row_bytes()) {
                    black_box(kernels.dot(self.shape.cols, row, &self.activations).is_ok());
                }
            }),
            Operation::Matvec => {
                let mut out = Placed::new(Role::Output, &vec![0.0; self.shape.rows]);
                let rows = self.rows_a_task(pool);
                Box::new(move || {
                    let weights = next();
                    pool.install(|| {
                        let tasks = out.par_chunks_mut(rows).zip(weights.par_chunks(rows * self.row_bytes()));
                        tasks.for_each(|(out, weights)| {
                            must(kernels.matvec(self.shape.cols, weights, &self.activations, out));
                        });
                    });
                    black_box(&mut out[..]);
                })
            }
            Operation::Matmul => {
                let rows = self.rows_a_task(pool);
                let tasks = self.shape.rows.div_ceil(rows);
                let mut out: Vec<_> =
                    (0..tasks).map(|_| Placed::new(Role::Output, &vec![0.0; rows * self.shape.batch])).collect();
                let activation = self.activation.expect("a format with a product has activations");
                let activation_bytes = self.activations.len() / self.shape.batch;
                let mut activations = Placed::new(Role::Other, &self.activations);
                Box::new(move || {
                    let weights = next();
                    pool.install(|| {
                        let numbers = self.numbers.par_chunks(self.shape.cols);
                        activations.par_chunks_mut(activation_bytes).zip(numbers).for_each(|(out, numbers)| {
                            must(activation.quantize(numbers, out));
                        });
                        let tasks = out.par_iter_mut().zip(weights.par_chunks(rows * self.row_bytes()));
                        tasks.for_each(|(out, weights)| {
                            let shape = MatmulShape { rows: weights.len() / self.row_bytes(), ..self.shape };
                            let out = &mut out[..shape.rows * shape.batch];
                            must(kernels.matmul(shape, weights, &activations, out));
                        });
                    });
                    black_box(&mut out[..]);
                })
            }
        }
    }

    /// The reference's side of an operation. Its product with one activation is its dot product over the same rows and
    /// threads; that with a batch is a graph, as a whole model's is, with its own threads, activations that it quantizes
    /// itself, and weights that it has laid out anew beforehand where it does that.
    ///
    /// # Errors
    /// The reference has no such function for the format.
    pub fn theirs<'a>(
        &'a self,
        base: &'a Oracle,
        cpu: &'a CpuVariant,
        operation: Operation,
        pool: &'a ThreadPool,
    ) -> Result<Work<'a>, OracleError> {
        let next = self.rotation();
        let cols = self.shape.cols;
        Ok(match operation {
            Operation::Quantize | Operation::QuantizeWeighted => {
                let weighted = operation == Operation::QuantizeWeighted;
                let importance = self.importance.as_deref().filter(|_| weighted);
                let mut blocks = Placed::new(Role::Output, &vec![0; self.row_bytes()]);
                base.quantize_into(self.format, cols, &self.source, importance, &mut blocks)?;
                Box::new(move || {
                    let result =
                        base.quantize_into(self.format, cols, &self.source, importance, black_box(&mut blocks[..]));
                    result.expect("the first call succeeded");
                })
            }
            Operation::Dequantize => {
                let mut out = Placed::new(Role::Output, &vec![0.0; self.shape.rows * cols]);
                base.dequantize_into(self.format, next(), &mut out)?;
                Box::new(move || {
                    let result = base.dequantize_into(self.format, next(), black_box(&mut out[..]));
                    result.expect("the first call succeeded");
                })
            }
            Operation::Dot => {
                let dot = cpu.dot(self.format)?;
                Box::new(move || {
                    for row in next().chunks_exact(self.row_bytes()) {
                        black_box(dot.call(cols, row, &self.activations).is_ok());
                    }
                })
            }
            Operation::Matmul => {
                let backend = Rc::new(GraphBackend::cpu(base.directory(), cpu.name(), pool.current_num_threads())?);
                let products = backend.products(self.format, self.shape, &self.weights[0], &self.numbers, 1, 1)?;
                Box::new(move || {
                    black_box(products.compute());
                })
            }
            Operation::Matvec => {
                let dot = cpu.dot(self.format)?;
                let rows = self.rows_a_task(pool);
                let mut out = Placed::new(Role::Output, &vec![0.0; self.shape.rows]);
                Box::new(move || {
                    let weights = next();
                    pool.install(|| {
                        let tasks = out.par_chunks_mut(rows).zip(weights.par_chunks(rows * self.row_bytes()));
                        tasks.for_each(|(out, weights)| {
                            for (out, row) in out.iter_mut().zip(weights.chunks_exact(self.row_bytes())) {
                                *out = dot.call(cols, row, &self.activations).unwrap_or(f32::NAN);
                            }
                        });
                    });
                    black_box(&mut out[..]);
                })
            }
        })
    }

    /// A worker that multiplies the same weights and activations, and came to our product.
    ///
    /// # Errors
    /// In words: why there is none.
    pub(super) fn product_of(&self, far: &IkLlama, kernels: Kernels, threads: usize) -> Result<Product, String> {
        let mut product = vec![0.0; self.shape.rows * self.shape.batch];
        kernels
            .matmul(self.shape, &*self.weights[0], &self.activations, &mut product)
            .map_err(|error| error.to_string())?;
        far.product(self.format, self.shape, threads, &self.weights[0], &self.numbers, &product)
    }

    /// Gives the copies of the weights in turn.
    fn rotation<'a>(&'a self) -> impl Fn() -> &'a [u8] + use<'a> {
        let at = Cell::new(0);
        move || {
            let index = at.get();
            at.set((index + 1) % self.weights.len());
            &self.weights[index]
        }
    }

    /// Rows of one parallel task: several tasks a thread, so that a disturbed thread does not hold up the others.
    fn rows_a_task(&self, pool: &ThreadPool) -> usize {
        let threads = pool.current_num_threads();
        if threads == 1 { self.shape.rows } else { self.shape.rows.div_ceil(threads * 8).max(1) }
    }
}
