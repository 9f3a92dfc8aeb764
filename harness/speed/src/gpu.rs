//! Timings of the shaders on a GPU, in turn with llama.cpp's Metal library.

use std::hint::black_box;
use std::path::Path;
use std::rc::Rc;

use bytemuck::cast_slice;
use quantmark_implementations::llama_cpp::GraphBackend;
use quantmark_implementations::llama_cpp::NAME;
use quantmark_implementations::timing::{Timed, Work};
use quantmark_kernels::metal::MetalError;
use quantmark_kernels::metal::buffer::{Input, Output};
use quantmark_kernels::metal::device::Device;
use quantmark_kernels::metal::launch::{self, Launch};
use quantmark_kernels::{Backend, MatmulShape, Operation};
use quantmark_record::schema::Measurement;
use quantmark_reference::generator::blocks::RawBlocks;
use quantmark_reference::generator::distribution::Distribution;
use quantmark_reference::generator::random::Random;

use super::error::SpeedError;
use super::run::{Planned, Taken};
use super::sampling::{Samples, Sampling, interleave};
use super::suite::WorkingSet;

/// Dispatches that the GPU gets at once: enough that handing them over takes little of the time.
const DISPATCHES: usize = 64;

/// What the weights of a timing from memory take together at least: more than any of Apple's last caches.
const FROM_MEMORY: usize = 256 << 20;

/// The GPU and, where its library is installed, llama.cpp beside it.
pub struct Gpu {
    device: Device,
    theirs: Option<Rc<GraphBackend>>,
}

impl Gpu {
    /// The system's GPU; llama.cpp's library from a folder, where it opens.
    ///
    /// # Errors
    /// There is no GPU.
    pub fn new(oracle: Option<&Path>) -> Result<Self, SpeedError> {
        let device = Device::system_default().map_err(gpu)?;
        Ok(Self { device, theirs: oracle.and_then(|directory| GraphBackend::metal(directory).ok().map(Rc::new)) })
    }

    /// Whether the shaders have what is planned; a plan is for one thread or all, and the GPU is timed once.
    pub fn takes(planned: &Planned) -> bool {
        planned.threads == 1 && launch::supports(planned.format, planned.operation)
    }

    /// Takes one timing. Both sides are timed by the clock, from handing over a batch until it is done.
    ///
    /// # Errors
    /// The shape does not suit the format, or the GPU stops.
    pub fn measure(&self, planned: &Planned, sampling: Sampling) -> Result<Measurement, SpeedError> {
        let (format, shape) = (planned.format, planned.shape);
        let shape = MatmulShape { rows: shape.rows as usize, cols: shape.cols as usize, batch: shape.batch as usize };
        let launch = match planned.operation {
            Operation::Dequantize => launch::dequantize(format, shape.rows, shape.cols),
            Operation::Matvec => launch::matvec(format, shape.rows, shape.cols),
            _ => launch::matmul(format, shape),
        };
        let launch = launch.ok_or_else(|| SpeedError::Gpu(format!("{} does not suit {format}", planned.suite)))?;
        let mut random = Random::named(1, &["speed", format.name()]);
        let weights = if format.spec().block_len == 1 {
            // Any bits would mean subnormals and NaN; zeros are plain numbers in every format.
            vec![0; format.row_bytes(shape.cols).unwrap_or(0) * shape.rows]
        } else {
            RawBlocks::CodePoints.rows(format, shape.cols, shape.rows, &mut random)
        };
        let activations = Distribution::Gaussian.row(shape.cols * shape.batch, &mut random);
        let copies = if planned.working_set == WorkingSet::Memory { FROM_MEMORY.div_ceil(weights.len()) } else { 1 };
        let copies = copies.min(DISPATCHES);
        let batch = Batch::new(&self.device, planned, launch, &weights, &activations, copies);
        let mut batch = batch.map_err(gpu)?;
        let mut failed = None;
        let mut ours: Work<'_> = Box::new(|| failed = batch.run().err().or(failed.take()));
        let products = self.theirs.as_ref().filter(|_| planned.operation != Operation::Dequantize);
        let products =
            products.and_then(|them| them.products(format, shape, &weights, &activations, copies, DISPATCHES).ok());
        let mut theirs: Option<Work<'_>> = products.as_ref().map(|products| -> Work<'_> {
            Box::new(|| {
                black_box(products.compute());
            })
        });
        let mut samples = Samples::default();
        for _ in 0..sampling.looks {
            samples.add(interleave(sampling, &mut ours, theirs.as_mut().map(|work| work as &mut dyn Timed)));
        }
        drop(ours);
        if let Some(error) = failed {
            return Err(gpu(error));
        }
        let weights = (shape.rows * shape.cols * shape.batch * DISPATCHES) as f64;
        let (against, looks) = ((NAME, "metal"), sampling.looks);
        Taken { backend: Backend::Metal, against, weights, looks, samples, roof: None }.measurement(planned)
    }
}

/// A batch that can be given to the GPU again and again.
struct Batch<'a> {
    device: &'a Device,
    planned: &'a Planned,
    launch: Launch,
    weights: Vec<Input<'static>>,
    activations: Input<'static>,
    out: Output<f32>,
}

impl<'a> Batch<'a> {
    fn new(
        device: &'a Device,
        planned: &'a Planned,
        launch: Launch,
        weights: &[u8],
        activations: &[f32],
        copies: usize,
    ) -> Result<Self, MetalError> {
        let outputs = if launch.is_product { launch.shape.batch } else { launch.shape.cols } as usize;
        Ok(Self {
            device,
            planned,
            weights: (0..copies).map(|_| Input::copy_of(device, weights)).collect::<Result<_, _>>()?,
            activations: Input::copy_of(device, cast_slice::<f32, u8>(activations))?,
            out: Output::new(device, launch.shape.rows as usize * outputs)?,
            launch,
        })
    }

    fn run(&mut self) -> Result<(), MetalError> {
        let pipeline = self.device.pipeline(self.planned.format, &self.launch)?;
        let mut batch = self.device.batch()?;
        let activations = self.launch.is_product.then_some(&self.activations);
        let weights: Vec<&Input<'_>> = self.weights.iter().cycle().take(DISPATCHES).collect();
        batch.repeat(&pipeline, &self.launch, &weights, activations, &mut self.out)?;
        batch.finish().map(|_| ())
    }
}

fn gpu(error: MetalError) -> SpeedError {
    SpeedError::Gpu(error.to_string())
}
