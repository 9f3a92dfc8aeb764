//! A CPU build of llama.cpp's libraries as an implementation.

use std::path::Path;

use quantmark_kernels::{Format, Importance, MatmulShape, Operation};

use super::base::Oracle;
use super::builds::PREFIX;
use super::cpu::CpuVariant;
use super::error::OracleError;
use super::install::Pins;
use super::llama::{LlamaError, LlamaModel};
use super::name::NAME;
use super::work;
use crate::implementation::Implementation;
use crate::receipt::Receipt;
use crate::refusal::Refusal;
use crate::timing::{Task, Timed};
use crate::whole_model::WholeModel;

/// The base library for quantizing and decoding, one CPU build for dot products.
pub struct LlamaCppBuild {
    name: String,
    base: Oracle,
    cpu: CpuVariant,
}

impl LlamaCppBuild {
    /// An implementation named after the CPU build.
    pub fn new(base: Oracle, cpu: CpuVariant) -> Self {
        Self { name: format!("{PREFIX}{}", cpu.name()), base, cpu }
    }
}

impl From<OracleError> for Refusal {
    fn from(error: OracleError) -> Self {
        Self(error.to_string())
    }
}

impl From<LlamaError> for Refusal {
    fn from(error: LlamaError) -> Self {
        Self(error.to_string())
    }
}

impl Implementation for LlamaCppBuild {
    fn name(&self) -> &str {
        &self.name
    }

    fn receipt(&self) -> Receipt {
        Receipt {
            name: NAME.to_owned(),
            version: format!("{} (ggml {}, {})", Pins::load().version, self.base.version(), self.base.commit()),
            variant: self.cpu.name().to_owned(),
        }
    }

    fn supports(&self, format: Format, operation: Operation) -> bool {
        match operation {
            Operation::Quantize => format.spec().importance != Importance::Required,
            Operation::QuantizeWeighted => format.spec().importance != Importance::Ignored,
            // ggml has no decoder of Q8_1: it is only ever multiplied.
            Operation::Dequantize => format != Format::Q8_1,
            Operation::Dot | Operation::Matvec | Operation::Matmul => self.cpu.activation_format(format).is_some(),
        }
    }

    fn repeats_dot(&self) -> bool {
        true
    }

    fn quantize(&self, format: Format, row: &[f32], blocks: &mut [u8]) -> Result<(), Refusal> {
        blocks.copy_from_slice(&self.base.quantize(format, row.len(), row, None)?);
        Ok(())
    }

    fn quantize_weighted(
        &self,
        format: Format,
        row: &[f32],
        importance: &[f32],
        blocks: &mut [u8],
    ) -> Result<(), Refusal> {
        blocks.copy_from_slice(&self.base.quantize(format, row.len(), row, Some(importance))?);
        Ok(())
    }

    fn dequantize(&self, format: Format, blocks: &[u8], out: &mut [f32]) -> Result<(), Refusal> {
        out.copy_from_slice(&self.base.dequantize(format, blocks)?);
        Ok(())
    }

    fn dot(&self, format: Format, cols: usize, weights: &[u8], activation: &[u8]) -> Result<f32, Refusal> {
        Ok(self.cpu.dot(format)?.call(cols, weights, activation)?)
    }

    fn matvec(
        &self,
        format: Format,
        cols: usize,
        weights: &[u8],
        activation: &[u8],
        out: &mut [f32],
    ) -> Result<(), Refusal> {
        let dot = self.cpu.dot(format)?;
        let rows = out.len();
        for (out, row) in out.iter_mut().zip(weights.chunks_exact(weights.len() / rows)) {
            *out = dot.call(cols, row, activation)?;
        }
        Ok(())
    }

    fn matmul(
        &self,
        format: Format,
        shape: MatmulShape,
        weights: &[u8],
        activations: &[u8],
        out: &mut [f32],
    ) -> Result<(), Refusal> {
        let activations = activations.chunks_exact(activations.len() / shape.batch);
        for (out, activation) in out.chunks_exact_mut(shape.rows).zip(activations) {
            self.matvec(format, shape.cols, weights, activation, out)?;
        }
        Ok(())
    }

    fn prepare<'a>(&'a self, task: &Task<'a>) -> Result<Box<dyn Timed + 'a>, Refusal> {
        Ok(Box::new(work::prepare(&self.base, &self.cpu, task)?))
    }

    fn open_model(&self, path: &Path) -> Result<Box<dyn WholeModel>, Refusal> {
        Ok(Box::new(LlamaModel::open(self.base.directory(), self.cpu.name(), path)?))
    }
}
