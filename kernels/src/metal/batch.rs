//! Several kernels in one command buffer, one after another.

use std::marker::PhantomData;
use std::ptr::NonNull;
use std::time::Duration;

use objc2::rc::Retained;
use objc2::runtime::ProtocolObject;
use objc2_metal::{
    MTLBuffer, MTLCommandBuffer, MTLCommandBufferStatus, MTLCommandEncoder, MTLCommandQueue, MTLComputeCommandEncoder,
    MTLSize,
};

use super::buffer::{Input, Output};
use super::device::Device;
use super::error::MetalError;
use super::launch::{Launch, Shape};
use super::pipeline::Pipeline;

/// Dispatches that the GPU gets at once. Each sees what those before it have written.
pub struct Batch<'a> {
    commands: Retained<ProtocolObject<dyn MTLCommandBuffer>>,
    encoder: Retained<ProtocolObject<dyn MTLComputeCommandEncoder>>,
    ended: bool,
    buffers: PhantomData<&'a mut ()>,
}

impl Device {
    /// Work to be given to the GPU at once.
    ///
    /// # Errors
    /// Metal gives no command buffer.
    pub fn batch(&self) -> Result<Batch<'_>, MetalError> {
        Batch::new(self.queue())
    }
}

impl<'a> Batch<'a> {
    fn new(queue: &ProtocolObject<dyn MTLCommandQueue>) -> Result<Self, MetalError> {
        let none = || MetalError::Command("no command buffer".to_owned());
        let commands = queue.commandBuffer().ok_or_else(none)?;
        let encoder = commands.computeCommandEncoder().ok_or_else(none)?;
        Ok(Self { commands, encoder, ended: false, buffers: PhantomData })
    }

    /// Adds a kernel. Its buffers are bound until the batch is finished.
    ///
    /// # Errors
    /// A buffer is smaller than the launch's shape says.
    pub fn dispatch(
        &mut self,
        pipeline: &Pipeline,
        launch: &Launch,
        weights: &'a Input<'_>,
        activations: Option<&'a Input<'_>>,
        out: &'a mut Output<f32>,
    ) -> Result<(), MetalError> {
        self.encode(pipeline, launch, weights, activations, out)
    }

    /// Adds a kernel once for each of several weights, all writing the same output: for timing.
    ///
    /// # Errors
    /// As [`Batch::dispatch`].
    pub fn repeat(
        &mut self,
        pipeline: &Pipeline,
        launch: &Launch,
        weights: &[&'a Input<'_>],
        activations: Option<&'a Input<'_>>,
        out: &'a mut Output<f32>,
    ) -> Result<(), MetalError> {
        weights.iter().try_for_each(|weights| self.encode(pipeline, launch, weights, activations, out))
    }

    fn encode(
        &mut self,
        pipeline: &Pipeline,
        launch: &Launch,
        weights: &Input<'_>,
        activations: Option<&Input<'_>>,
        out: &Output<f32>,
    ) -> Result<(), MetalError> {
        check(launch, weights, activations, out)?;
        self.encoder.setComputePipelineState(&pipeline.0);
        let mut index = 0;
        let mut bind = |buffer: &ProtocolObject<dyn MTLBuffer>, offset| {
            // SAFETY: the buffer is as long as the kernel's shape says, and lives until the batch is finished.
            unsafe { self.encoder.setBuffer_offset_atIndex(Some(buffer), offset, index) };
            index += 1;
        };
        bind(&weights.buffer, weights.offset);
        if let Some(activations) = activations {
            bind(&activations.buffer, activations.offset);
        }
        bind(&out.buffer, 0);
        // SAFETY: Metal copies the shape, whose length is given.
        unsafe {
            self.encoder.setBytes_length_atIndex(NonNull::from(&launch.shape).cast(), size_of::<Shape>(), index);
        }
        self.encoder.dispatchThreadgroups_threadsPerThreadgroup(size(launch.threadgroups), size(launch.threads));
        Ok(())
    }

    /// Lets the GPU do the work and waits for it; the time that it worked.
    ///
    /// # Errors
    /// The GPU stopped.
    pub fn finish(mut self) -> Result<Duration, MetalError> {
        self.end();
        self.commands.commit();
        self.commands.waitUntilCompleted();
        if self.commands.status() == MTLCommandBufferStatus::Error {
            let error = self.commands.error();
            let message = error.map_or("without a reason".to_owned(), |error| error.localizedDescription().to_string());
            return Err(MetalError::Command(message));
        }
        Ok(Duration::from_secs_f64((self.commands.GPUEndTime() - self.commands.GPUStartTime()).max(0.0)))
    }

    fn end(&mut self) {
        if !self.ended {
            self.encoder.endEncoding();
            self.ended = true;
        }
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        // Metal aborts the program where an encoder goes without having ended.
        self.end();
    }
}

fn check(
    launch: &Launch,
    weights: &Input<'_>,
    activations: Option<&Input<'_>>,
    out: &Output<f32>,
) -> Result<(), MetalError> {
    let Shape { row_bytes, cols, rows, batch, .. } = launch.shape;
    let (cols, rows, batch) = (cols as usize, rows as usize, batch as usize);
    let number = size_of::<f32>();
    let product = |factors: [usize; 3]| factors.iter().try_fold(1usize, |all, &next| all.checked_mul(next));
    let row_bytes = usize::try_from(row_bytes).ok();
    let outputs = if launch.is_product { product([rows, batch, number]) } else { product([rows, cols, number]) };
    let inputs = if launch.is_product { product([batch, cols, number]) } else { Some(0) };
    for (buffer, needed, got) in [
        ("weights", row_bytes.and_then(|bytes| bytes.checked_mul(rows)), weights.len),
        ("activations", inputs, activations.map_or(0, |activations| activations.len)),
        ("out", outputs, out.bytes()),
    ] {
        let needed = needed.unwrap_or(usize::MAX);
        if got < needed {
            return Err(MetalError::Short { buffer, needed, got });
        }
    }
    Ok(())
}

fn size([width, height, depth]: [u32; 3]) -> MTLSize {
    MTLSize { width: width as usize, height: height as usize, depth: depth as usize }
}
