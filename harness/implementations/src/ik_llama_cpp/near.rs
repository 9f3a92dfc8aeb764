//! The library, where it is open.

use std::path::PathBuf;
use std::rc::Rc;

use quantmark_kernels::{Format, Operation};

use super::{NAME, VARIANT};
use crate::implementation::Implementation;
use crate::llama_cpp::{GraphBackend, OracleError, Products};
use crate::refusal::Refusal;
use crate::timing::{Task, Timed, Work};

/// The library in this very process, which must not have llama.cpp's open.
pub struct Near {
    name: String,
    library: PathBuf,
}

impl Near {
    /// The library at a path.
    pub fn new(library: PathBuf) -> Self {
        Self { name: format!("{NAME}-{VARIANT}"), library }
    }
}

impl Implementation for Near {
    fn name(&self) -> &str {
        &self.name
    }

    fn supports(&self, _: Format, operation: Operation) -> bool {
        operation == Operation::Matmul
    }

    fn prepare<'a>(&'a self, task: &Task<'a>) -> Result<Box<dyn Timed + 'a>, Refusal> {
        if task.operation != Operation::Matmul {
            return Err(Refusal("it is asked for products with a batch only".to_owned()));
        }
        let backend = GraphBackend::ik_llama(&self.library, task.format, task.pool.current_num_threads());
        let backend = backend.map_err(refused)?;
        let (weights, numbers) = (&task.data.weights[0], task.data.numbers);
        let products = Rc::new(backend).products(task.format, task.shape, weights, numbers, 1, 1).map_err(refused)?;
        if !products.compute() {
            return Err(Refusal("it does not compute the product".to_owned()));
        }
        Ok(Box::new(Graph(products)))
    }
}

fn refused(error: OracleError) -> Refusal {
    Refusal(match error {
        OracleError::Layout { got: 0, .. } => "it does not know the format".to_owned(),
        OracleError::Unsupported { .. } => "it has no product for the format".to_owned(),
        other => other.to_string(),
    })
}

/// A graph with one product.
struct Graph(Products);

impl Timed for Graph {
    fn time(&mut self, repeats: u32) -> f64 {
        let mut work: Work<'_> = Box::new(|| _ = self.0.compute());
        work.time(repeats)
    }

    fn product(&self) -> Option<Vec<f32>> {
        Some(self.0.output())
    }
}
