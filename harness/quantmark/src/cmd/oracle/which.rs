//! Which reference files a command is about.

use std::path::PathBuf;

use quantmark_kernels::Format;

/// Which reference files.
#[derive(Debug, clap::Args)]
pub(super) struct Which {
    /// Formats [default: all]
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub(super) format: Vec<Format>,
    /// Folder of the reference files [default: llama.cpp-VERSION in the reference data]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Seed of the inputs; another one makes files of the same shape and other numbers
    #[arg(long, default_value_t = quantmark_reference::generate::SEED)]
    pub(super) seed: u64,
}
