//! The Metal shaders as a subject, whatever runs them: a GPU, or the emulator.

mod emulator;
#[cfg(target_vendor = "apple")]
mod gpu;

use bytemuck::cast_slice_mut;
use quantmark_kernels::metal::launch::{self, Launch};
use quantmark_kernels::{Format, KernelError, MatmulShape, Operation};

use crate::implementation::Implementation;
use crate::refusal::Refusal;

pub use emulator::Emulator;
#[cfg(target_vendor = "apple")]
pub use gpu::Gpu;

/// What results from the emulator carry as their backend: nothing of them tells about a GPU.
pub const EMULATED: &str = "metal (emulated)";

/// The same on command lines.
pub const EMULATED_WORD: &str = "metal-emulated";

/// Runs shaders.
pub trait Runner {
    /// Runs one kernel.
    ///
    /// # Errors
    /// What went wrong, for people to read.
    fn run(
        &self,
        format: Format,
        launch: &Launch,
        weights: &[u8],
        activations: &[f32],
        out: &mut [f32],
    ) -> Result<(), String>;
}

/// The shaders under test. They take activations as f32.
pub struct Shaders<R> {
    name: &'static str,
    runner: R,
}

impl<R: Runner> Shaders<R> {
    /// The shaders on something that runs them.
    pub const fn new(name: &'static str, runner: R) -> Self {
        Self { name, runner }
    }

    fn launch(
        &self,
        format: Format,
        launch: Option<Launch>,
        cols: usize,
        buffers: (&[u8], &[u8]),
        out: &mut [f32],
    ) -> Result<(), Refusal> {
        if out.is_empty() {
            return Ok(());
        }
        let launch = launch.ok_or(KernelError::PartialBlock { format, cols })?;
        // Bytes may lie at any address; the shaders' numbers may not.
        let mut activations = vec![0.0f32; buffers.1.len() / size_of::<f32>()];
        cast_slice_mut(&mut activations).copy_from_slice(buffers.1);
        self.runner.run(format, &launch, buffers.0, &activations, out).map_err(Refusal)
    }
}

impl<R: Runner> Implementation for Shaders<R> {
    fn name(&self) -> &str {
        self.name
    }

    fn supports(&self, format: Format, operation: Operation) -> bool {
        launch::supports(format, operation)
    }

    fn activation(&self, format: Format) -> Option<Format> {
        format.spec().activation.map(|_| Format::F32)
    }

    fn repeats_dot(&self) -> bool {
        false
    }

    fn quantize(&self, _: Format, _: &[f32], _: &mut [u8]) -> Result<(), Refusal> {
        Err(Refusal("the shaders do not quantize".to_owned()))
    }

    fn quantize_weighted(&self, _: Format, _: &[f32], _: &[f32], _: &mut [u8]) -> Result<(), Refusal> {
        Err(Refusal("the shaders do not quantize".to_owned()))
    }

    fn dequantize(&self, format: Format, blocks: &[u8], out: &mut [f32]) -> Result<(), Refusal> {
        let cols = out.len();
        self.launch(format, launch::dequantize(format, 1, cols), cols, (blocks, &[]), out)
    }

    fn dot(&self, _: Format, _: usize, _: &[u8], _: &[u8]) -> Result<f32, Refusal> {
        Err(Refusal("the shaders have no dot product of their own; a matvec of one row is one".to_owned()))
    }

    fn matvec(
        &self,
        format: Format,
        cols: usize,
        weights: &[u8],
        activation: &[u8],
        out: &mut [f32],
    ) -> Result<(), Refusal> {
        let launch = launch::matvec(format, out.len(), cols);
        self.launch(format, launch, cols, (weights, activation), out)
    }

    fn matmul(
        &self,
        format: Format,
        shape: MatmulShape,
        weights: &[u8],
        activations: &[u8],
        out: &mut [f32],
    ) -> Result<(), Refusal> {
        self.launch(format, launch::matmul(format, shape), shape.cols, (weights, activations), out)
    }
}
