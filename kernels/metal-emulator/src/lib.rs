//! Runs the Metal shaders without a GPU.
//!
//! Metal's language is C++14 with address spaces, so clang compiles the very shader files as C++: [`translate`] rewrites
//! the few things that C++ cannot say and keeps the line numbers, `shim/` stands in for Metal's standard library, and each
//! thread of a threadgroup is a fiber that waits at barriers and simdgroup operations. A [`Program`] is compiled once and
//! kept; each call runs the kernel with lanes forward, backward and shuffled, every buffer against pages that cannot be
//! touched.
//!
//! What it catches: results that depend on the order of lanes (a forgotten barrier), simdgroup operations and barriers that
//! some lanes do not reach, accesses beyond a buffer or a threadgroup array, writes to inputs, pointers in the wrong
//! address space, and of course wrong numbers. What it cannot show: what Apple's compiler makes of the shaders, their
//! speed, and the f32 subnormals that a GPU may flush.

pub mod compiler;
mod failure;
mod process;
mod program;
pub mod translate;

pub use compiler::{Compiler, Missing};
pub use failure::Failure;
pub use program::{Buffer, Mode, Program};
