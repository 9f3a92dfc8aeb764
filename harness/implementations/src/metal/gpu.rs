//! The shaders on a GPU.

use quantmark_kernels::Format;
use quantmark_kernels::metal::MetalError;
use quantmark_kernels::metal::buffer::{Input, Output};
use quantmark_kernels::metal::device::Device;
use quantmark_kernels::metal::launch::Launch;

use super::Runner;

/// The system's GPU.
pub struct Gpu(Device);

impl Gpu {
    /// The GPU that the system prefers.
    ///
    /// # Errors
    /// There is none.
    pub fn new() -> Result<Self, String> {
        Device::system_default().map(Self).map_err(|error| error.to_string())
    }

    fn launch(
        &self,
        format: Format,
        launch: &Launch,
        weights: &[u8],
        activations: &[f32],
        out: &mut [f32],
    ) -> Result<(), MetalError> {
        let pipeline = self.0.pipeline(format, launch)?;
        let weights = Input::copy_of(&self.0, weights)?;
        let activations = Input::copy_of(&self.0, activations)?;
        let mut output = Output::new(&self.0, out.len())?;
        // What was there before may not show in the result.
        output.get_mut().copy_from_slice(out);
        let mut batch = self.0.batch()?;
        batch.dispatch(&pipeline, launch, &weights, launch.is_product.then_some(&activations), &mut output)?;
        batch.finish()?;
        out.copy_from_slice(output.get());
        Ok(())
    }
}

impl Runner for Gpu {
    fn run(
        &self,
        format: Format,
        launch: &Launch,
        weights: &[u8],
        activations: &[f32],
        out: &mut [f32],
    ) -> Result<(), String> {
        self.launch(format, launch, weights, activations, out).map_err(|error| error.to_string())
    }
}
