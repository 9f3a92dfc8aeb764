//! llama.cpp's shared libraries, opened at run time.
//!
//! [`Oracle`] is `libggml-base`, the definition of right for quantizing and decoding; [`CpuVariant`] is one of its
//! `libggml-cpu-*` builds, with activations and dot products; [`GraphBackend`] multiplies matrices as models do;
//! [`LlamaModel`] is a whole model, [`LlamaContext`] one at work. Everything is copied in and out through slices whose lengths are checked here; no
//! ggml pointer leaves this folder.

mod base;
pub mod builds;
mod cpu;
mod error;
mod graph;
mod implementation;
pub mod install;
mod llama;
mod model;
mod name;
mod work;

pub use base::Oracle;
pub use cpu::CpuVariant;
pub use error::OracleError;
pub use graph::{GraphBackend, Products};
pub use implementation::LlamaCppBuild;
pub use llama::{LlamaContext, LlamaError, LlamaModel, QuantizeRequest, Squares, collect_squares, quantize_model};
pub use name::NAME;
