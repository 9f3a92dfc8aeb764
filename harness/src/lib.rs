//! Conformance and benchmark lab for quantized LLM weights.

pub mod bench;
pub mod claims;
pub mod cmd;
pub mod codegen;
pub mod conformance;
pub mod cost;
pub mod device;
pub mod devices;
pub mod doctor;
pub mod gguf;
pub mod lab;
pub mod model;
pub mod model_store;
pub mod network;
pub mod progress;
pub mod quality;
mod recommend;
pub mod record;
pub mod reference;
pub mod report;
pub mod runner;
pub mod size;
pub mod speed;
pub mod tokenizer;
pub mod toolchain;
pub mod verdict;
pub mod whole_file;
