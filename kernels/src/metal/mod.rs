//! Apple GPUs: shaders that decode every format and multiply it with f32 activations, and, on Apple's systems, the device
//! that runs them.
//!
//! The shaders and how they are launched are the same text and the same numbers wherever they run, so [`source`] and
//! [`launch`] are there on every system: `kernels/metal-emulator` runs them without a GPU. The rest exists only where Metal
//! does. `README.md` says what only a Mac can show.

#[cfg(target_vendor = "apple")]
pub mod batch;
#[cfg(target_vendor = "apple")]
pub mod buffer;
#[cfg(target_vendor = "apple")]
pub mod device;
pub mod error;
pub mod launch;
#[cfg(target_vendor = "apple")]
pub mod pipeline;
pub mod source;

pub use error::MetalError;

/// What this machine lacks for running the shaders on a GPU; `None` where it lacks nothing.
pub(crate) fn missing() -> Option<&'static str> {
    #[cfg(target_vendor = "apple")]
    {
        device::Device::system_default().err().map(|_| "Metal offers no GPU")
    }
    #[cfg(not(target_vendor = "apple"))]
    {
        Some("Metal is a part of Apple's systems only")
    }
}
