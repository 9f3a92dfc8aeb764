//! llama.cpp's shared libraries, opened at run time.
//!
//! [`Oracle`] is `libggml-base`, the definition of right for quantizing and decoding; [`CpuVariant`] is one of its
//! `libggml-cpu-*` builds, with activations and dot products. Everything is copied in and out through slices whose
//! lengths are checked here; no ggml pointer leaves this folder.

mod base;
mod cpu;
mod error;

pub use base::Oracle;
pub use cpu::CpuVariant;
pub use error::OracleError;
