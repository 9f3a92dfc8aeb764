//! Apple GPUs: shaders that decode every format and multiply it with f32 activations, and, on Apple's systems, the
//! [`device`](https://developer.apple.com/documentation/metal) that runs them.
//!
//! The shaders and how they are launched are the same text and the same numbers wherever they run, so they live here for
//! every system: `kernels/metal-emulator` runs them without a GPU. `README.md` says what only a Mac can show.

pub mod launch;
pub mod source;
