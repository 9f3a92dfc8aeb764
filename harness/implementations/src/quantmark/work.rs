//! Our operations, ready to be repeated.

use std::hint::black_box;

use quantmark_kernels::{Backend, Format, KernelError, Kernels, MatmulShape, Operation, kernels};
use rayon::prelude::*;

use crate::timing::{Placed, Role, Task, Timed, Work};

/// An operation that the kernels have.
pub(super) fn prepare<'a>(kernels: Kernels, task: &Task<'a>) -> Box<dyn Timed + 'a> {
    let Task { format, shape, pool, data, .. } = *task;
    let next = data.rotation();
    let row_bytes = task.row_bytes();
    let must = |result: Result<(), KernelError>| result.expect("the buffers have the lengths of the shape");
    let work: Work<'a> = match task.operation {
        Operation::Quantize => {
            let mut blocks = Placed::new(Role::Output, &vec![0; row_bytes]);
            Box::new(move || must(kernels.quantize(data.source, black_box(&mut blocks[..]))))
        }
        Operation::QuantizeWeighted => {
            let mut blocks = Placed::new(Role::Output, &vec![0; row_bytes]);
            Box::new(move || must(kernels.quantize_weighted(data.source, data.importance, black_box(&mut blocks[..]))))
        }
        Operation::Dequantize => {
            let mut out = Placed::new(Role::Output, &vec![0.0; shape.rows * shape.cols]);
            Box::new(move || must(kernels.dequantize(next(), black_box(&mut out[..]))))
        }
        Operation::Dot => Box::new(move || {
            for row in next().chunks_exact(row_bytes) {
                black_box(kernels.dot(shape.cols, row, data.activations).is_ok());
            }
        }),
        Operation::Matvec => {
            let mut out = Placed::new(Role::Output, &vec![0.0; shape.rows]);
            let rows = task.rows_a_task();
            Box::new(move || {
                let weights = next();
                pool.install(|| {
                    let tasks = out.par_chunks_mut(rows).zip(weights.par_chunks(rows * row_bytes));
                    tasks.for_each(|(out, weights)| {
                        must(kernels.matvec(shape.cols, weights, data.activations, out));
                    });
                });
                black_box(&mut out[..]);
            })
        }
        Operation::Matmul => {
            let rows = task.rows_a_task();
            let tasks = shape.rows.div_ceil(rows);
            let mut out: Vec<_> =
                (0..tasks).map(|_| Placed::new(Role::Output, &vec![0.0; rows * shape.batch])).collect();
            let activation = quantizer_of_activations(format).expect("a format with a product has activations");
            let activation_bytes = data.activations.len() / shape.batch;
            let mut activations = Placed::new(Role::Other, data.activations);
            Box::new(move || {
                let weights = next();
                pool.install(|| {
                    let numbers = data.numbers.par_chunks(shape.cols);
                    activations.par_chunks_mut(activation_bytes).zip(numbers).for_each(|(out, numbers)| {
                        must(activation.quantize(numbers, out));
                    });
                    let tasks = out.par_iter_mut().zip(weights.par_chunks(rows * row_bytes));
                    tasks.for_each(|(out, weights)| {
                        let shape = MatmulShape { rows: weights.len() / row_bytes, ..shape };
                        let out = &mut out[..shape.rows * shape.batch];
                        must(kernels.matmul(shape, weights, &activations, out));
                    });
                });
                black_box(&mut out[..]);
            })
        }
    };
    Box::new(work)
}

/// Activations come from the definition, whatever is timed.
fn quantizer_of_activations(format: Format) -> Option<Kernels> {
    let scalar = Backend::Scalar.detect().ok()?;
    kernels(format.spec().activation?, scalar)
}
