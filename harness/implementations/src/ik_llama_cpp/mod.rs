//! ik_llama.cpp: matrix products of its CPU build, timed beside ours.
//!
//! Its symbols are llama.cpp's with other meanings, so the library is opened in a worker process of its own: [`Far`] is
//! it as the program sees it, [`Near`] as its worker does. The sides take turns, and the way through the pipe is on
//! neither's clock.

mod far;
mod install;
mod near;

pub use far::Far;
pub use install::{NAME, Pin, install, library};
pub use near::Near;

/// What the package of the library is built for.
pub const VARIANT: &str = "avx2";
