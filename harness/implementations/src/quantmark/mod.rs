//! Our own kernels, one implementation a backend.

mod work;

use quantmark_kernels::{Available, Backend, Format, Kernels, MatmulShape, Operation, kernels};

use crate::implementation::Implementation;
use crate::receipt::Receipt;
use crate::refusal::Refusal;
use crate::timing::{Task, Timed};

/// Our own kernels on one backend.
#[derive(Clone, Copy)]
pub struct OurBackend(Available);

impl OurBackend {
    /// The kernels of a backend that this machine has.
    pub const fn new(backend: Available) -> Self {
        Self(backend)
    }

    fn kernels(&self, format: Format) -> Result<Kernels, Refusal> {
        kernels(format, self.0).ok_or_else(|| Refusal(format!("backend {} has no kernels for {format}", self.name())))
    }
}

impl Implementation for OurBackend {
    fn name(&self) -> &str {
        self.0.backend().name()
    }

    fn receipt(&self) -> Receipt {
        Receipt {
            name: "quantmark".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            variant: self.name().to_owned(),
        }
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

    fn prepare<'a>(&'a self, task: &Task<'a>) -> Result<Box<dyn Timed + 'a>, Refusal> {
        let kernels = self.kernels(task.format)?;
        if !kernels.supports(task.operation) {
            let (operation, format, backend) = (task.operation, task.format, self.name());
            return Err(Refusal(format!("backend {backend} has no {operation} kernel for {format}")));
        }
        Ok(work::prepare(kernels, task))
    }
}
