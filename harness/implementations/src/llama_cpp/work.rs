//! llama.cpp's operations, ready to be repeated.
//!
//! Its product with one activation is its dot product over the same rows and threads as ours. That with a batch is a
//! graph, as a whole model's is, with its own threads, activations that it quantizes itself, and weights that it has
//! laid out anew beforehand where it does that.

use std::hint::black_box;
use std::rc::Rc;

use quantmark_kernels::Operation;
use rayon::prelude::*;

use super::base::Oracle;
use super::cpu::CpuVariant;
use super::error::OracleError;
use super::graph::GraphBackend;
use crate::timing::{Placed, Role, Task, Work};

/// An operation of a build.
///
/// # Errors
/// It has no such function for the format.
pub(super) fn prepare<'a>(base: &'a Oracle, cpu: &'a CpuVariant, task: &Task<'a>) -> Result<Work<'a>, OracleError> {
    let Task { format, shape, pool, data, .. } = *task;
    let next = data.rotation();
    let (cols, row_bytes) = (shape.cols, task.row_bytes());
    Ok(match task.operation {
        Operation::Quantize | Operation::QuantizeWeighted => {
            let weighted = task.operation == Operation::QuantizeWeighted;
            let importance = Some(data.importance).filter(|importance| weighted && !importance.is_empty());
            let mut blocks = Placed::new(Role::Output, &vec![0; row_bytes]);
            base.quantize_into(format, cols, data.source, importance, &mut blocks)?;
            Box::new(move || {
                let result = base.quantize_into(format, cols, data.source, importance, black_box(&mut blocks[..]));
                result.expect("the first call succeeded");
            })
        }
        Operation::Dequantize => {
            let mut out = Placed::new(Role::Output, &vec![0.0; shape.rows * cols]);
            base.dequantize_into(format, next(), &mut out)?;
            Box::new(move || {
                let result = base.dequantize_into(format, next(), black_box(&mut out[..]));
                result.expect("the first call succeeded");
            })
        }
        Operation::Dot => {
            let dot = cpu.dot(format)?;
            Box::new(move || {
                for row in next().chunks_exact(row_bytes) {
                    black_box(dot.call(cols, row, data.activations).is_ok());
                }
            })
        }
        Operation::Matvec => {
            let dot = cpu.dot(format)?;
            let rows = task.rows_a_task();
            let mut out = Placed::new(Role::Output, &vec![0.0; shape.rows]);
            Box::new(move || {
                let weights = next();
                pool.install(|| {
                    let tasks = out.par_chunks_mut(rows).zip(weights.par_chunks(rows * row_bytes));
                    tasks.for_each(|(out, weights)| {
                        for (out, row) in out.iter_mut().zip(weights.chunks_exact(row_bytes)) {
                            *out = dot.call(cols, row, data.activations).unwrap_or(f32::NAN);
                        }
                    });
                });
                black_box(&mut out[..]);
            })
        }
        Operation::Matmul => {
            let backend = Rc::new(GraphBackend::cpu(base.directory(), cpu.name(), pool.current_num_threads())?);
            let products = backend.products(format, shape, &data.weights[0], data.numbers, 1, 1)?;
            Box::new(move || {
                black_box(products.compute());
            })
        }
    })
}
