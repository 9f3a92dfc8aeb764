//! What can go wrong on the way to a GPU.

use std::fmt;

use crate::format::Format;

/// Why the GPU did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetalError {
    /// The system has no GPU for this program.
    NoDevice,
    /// Metal's compiler refuses a shader; its own words.
    Compile {
        /// The shader's format.
        format: Format,
        /// The compiler's message, with file, line and column.
        message: String,
    },
    /// A kernel cannot be made ready.
    Pipeline {
        /// The kernel.
        kernel: String,
        /// Metal's message.
        message: String,
    },
    /// More threads than the GPU gives a threadgroup of this kernel.
    Threads {
        /// The kernel.
        kernel: String,
        /// Threads that it needs.
        needed: u32,
        /// Threads that there are.
        available: usize,
    },
    /// No buffer of this size, or none over this memory.
    Memory {
        /// Its bytes.
        bytes: usize,
    },
    /// A buffer that is smaller than a kernel's shape says.
    Short {
        /// Which one.
        buffer: &'static str,
        /// Bytes it must have.
        needed: usize,
        /// Bytes it has.
        got: usize,
    },
    /// The GPU stopped while it worked; Metal's message.
    Command(String),
}

impl fmt::Display for MetalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDevice => f.write_str("Metal offers no GPU"),
            Self::Compile { format, message } => write!(f, "the shader of {format} does not compile: {message}"),
            Self::Pipeline { kernel, message } => write!(f, "kernel {kernel}: {message}"),
            Self::Threads { kernel, needed, available } => {
                write!(f, "kernel {kernel} needs threadgroups of {needed} threads, the GPU gives it {available}")
            }
            Self::Memory { bytes } => write!(f, "Metal gives no buffer of {bytes} bytes"),
            Self::Short { buffer, needed, got } => write!(f, "{buffer} has {got} bytes, {needed} needed"),
            Self::Command(message) => write!(f, "the GPU stopped: {message}"),
        }
    }
}

impl std::error::Error for MetalError {}
