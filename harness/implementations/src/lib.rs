//! What is under test or compared with: our own backends, llama.cpp's libraries, ik_llama.cpp's.

pub mod ik_llama_cpp;
pub mod llama_cpp;
pub mod metal;
pub mod subject;
