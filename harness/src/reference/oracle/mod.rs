//! llama.cpp's shared libraries, opened at run time.
//!
//! [`Oracle`] is `libggml-base`, the definition of right for quantizing and decoding; [`CpuVariant`] is one of its
//! `libggml-cpu-*` builds, with activations and dot products; [`GraphBackend`] multiplies matrices as models do;
//! [`LlamaModel`] is a whole model. Everything is copied in and out through slices whose lengths are checked here; no
//! ggml pointer leaves this folder.

mod base;
mod cpu;
mod error;
mod graph;
mod llama;
mod llama_importance;
mod llama_quantize;

pub use base::Oracle;
pub use cpu::CpuVariant;
pub use error::OracleError;
pub use graph::{GraphBackend, Products};
pub use llama::{LlamaError, LlamaModel};
pub use llama_importance::{Squares, collect_squares};
pub use llama_quantize::{QuantizeRequest, quantize_model};
