//! What is under test or compared with: our own backends, the shaders for Apple's GPUs, llama.cpp, ik_llama.cpp.
//!
//! All of them are an [`Implementation`]: conformance tries its operations, timings repeat what it prepares. Those of
//! others are entries of the [`registry`], each in a folder of its own. What must not be open in this process, or runs
//! in an emulator, is reached by the messages of [`protocol`].

pub mod ik_llama_cpp;
mod implementation;
pub mod llama_cpp;
pub mod metal;
pub mod process;
pub mod protocol;
pub mod quantmark;
mod receipt;
mod refusal;
pub mod registry;
pub mod remote;
pub mod timing;
mod whole_model;

pub use implementation::Implementation;
pub use quantmark::OurBackend;
pub use receipt::Receipt;
pub use refusal::Refusal;
pub use whole_model::{ModelSession, WholeModel};
