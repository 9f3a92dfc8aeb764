//! From a library's kernel and its function constants to what the GPU runs.

use std::ptr::NonNull;

use objc2::rc::Retained;
use objc2::runtime::ProtocolObject;
use objc2_foundation::NSString;
use objc2_metal::{
    MTLCompileOptions, MTLComputePipelineState, MTLDataType, MTLDevice, MTLFunctionConstantValues, MTLLibrary,
};

use super::error::MetalError;
use super::launch::{Constant, Launch};

/// A kernel made ready.
#[derive(Clone)]
pub struct Pipeline(pub(super) Retained<ProtocolObject<dyn MTLComputePipelineState>>);

/// Decoding is exact to the bit, so the compiler may not take floating-point arithmetic for real numbers. On systems that
/// have math modes this is the safe one.
pub(super) fn options() -> Retained<MTLCompileOptions> {
    let options = MTLCompileOptions::new();
    #[allow(deprecated, reason = "math modes exist from macOS 15 on only")]
    options.setFastMathEnabled(false);
    options
}

pub(super) fn make(
    device: &ProtocolObject<dyn MTLDevice>,
    library: &ProtocolObject<dyn MTLLibrary>,
    launch: &Launch,
) -> Result<Pipeline, MetalError> {
    let kernel = &launch.kernel;
    let failed = |message: String| MetalError::Pipeline { kernel: kernel.clone(), message };
    let function = library
        .newFunctionWithName_constantValues_error(&NSString::from_str(kernel), &constants(&launch.constants))
        .map_err(|error| failed(error.localizedDescription().to_string()))?;
    let pipeline = device
        .newComputePipelineStateWithFunction_error(&function)
        .map_err(|error| failed(error.localizedDescription().to_string()))?;
    let (needed, available) = (launch.threads.iter().product(), pipeline.maxTotalThreadsPerThreadgroup());
    if needed as usize > available {
        return Err(MetalError::Threads { kernel: kernel.clone(), needed, available });
    }
    Ok(Pipeline(pipeline))
}

fn constants(constants: &[(u32, Constant)]) -> Retained<MTLFunctionConstantValues> {
    let values = MTLFunctionConstantValues::new();
    for &(index, constant) in constants {
        let (kind, bytes) = match constant {
            Constant::U16(value) => (MTLDataType::UShort, value.to_ne_bytes()),
            Constant::Bool(value) => (MTLDataType::Bool, [u8::from(value), 0]),
        };
        // SAFETY: Metal copies the value, which is at least as long as its type says.
        unsafe { values.setConstantValue_type_atIndex(NonNull::from(&bytes).cast(), kind, index as usize) };
    }
    values
}
