//! The GPU, and the kernels that have been made ready on it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use objc2::rc::Retained;
use objc2::runtime::ProtocolObject;
use objc2_foundation::NSString;
use objc2_metal::{MTLCommandQueue, MTLCreateSystemDefaultDevice, MTLDevice, MTLLibrary};

use super::error::MetalError;
use super::launch::{Constant, Launch};
use super::pipeline::{self, Pipeline};
use crate::format::Format;

/// What a pipeline depends on.
type Key = (String, Vec<(u32, Constant)>);

/// A GPU with a queue of its own. Libraries and pipelines are made when they are first needed and kept.
pub struct Device {
    device: Retained<ProtocolObject<dyn MTLDevice>>,
    queue: Retained<ProtocolObject<dyn MTLCommandQueue>>,
    libraries: RefCell<BTreeMap<Format, Retained<ProtocolObject<dyn MTLLibrary>>>>,
    pipelines: RefCell<BTreeMap<Key, Pipeline>>,
}

impl Device {
    /// The GPU that the system prefers.
    ///
    /// # Errors
    /// There is none.
    pub fn system_default() -> Result<Self, MetalError> {
        let device = MTLCreateSystemDefaultDevice().ok_or(MetalError::NoDevice)?;
        let queue = device.newCommandQueue().ok_or(MetalError::NoDevice)?;
        Ok(Self { device, queue, libraries: RefCell::default(), pipelines: RefCell::default() })
    }

    /// Its name, as Apple writes it.
    pub fn name(&self) -> String {
        self.device.name().to_string()
    }

    /// The kernel of a launch, ready to be dispatched.
    ///
    /// # Errors
    /// The shader does not compile, or the GPU cannot run the kernel in threadgroups of the launch's size.
    pub fn pipeline(&self, format: Format, launch: &Launch) -> Result<Pipeline, MetalError> {
        let key = (launch.kernel.clone(), launch.constants.clone());
        if let Some(pipeline) = self.pipelines.borrow().get(&key) {
            return Ok(pipeline.clone());
        }
        let library = self.library(format)?;
        let pipeline = pipeline::make(&self.device, &library, launch)?;
        self.pipelines.borrow_mut().insert(key, pipeline.clone());
        Ok(pipeline)
    }

    pub(super) fn raw(&self) -> &ProtocolObject<dyn MTLDevice> {
        &self.device
    }

    pub(super) fn queue(&self) -> &ProtocolObject<dyn MTLCommandQueue> {
        &self.queue
    }

    fn library(&self, format: Format) -> Result<Retained<ProtocolObject<dyn MTLLibrary>>, MetalError> {
        if let Some(library) = self.libraries.borrow().get(&format) {
            return Ok(library.clone());
        }
        let source = NSString::from_str(&super::source::source(format));
        let library = self
            .device
            .newLibraryWithSource_options_error(&source, Some(&pipeline::options()))
            .map_err(|error| MetalError::Compile { format, message: error.localizedDescription().to_string() })?;
        self.libraries.borrow_mut().insert(format, library.clone());
        Ok(library)
    }
}
