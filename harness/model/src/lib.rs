//! Whole models: what their files say, tokens, the forward pass, smaller ones made of them, and how well they predict.

pub mod audit;
pub mod eligible;
pub mod file_type;
pub mod importance;
pub mod network;
pub mod non_finite;
pub mod quality;
pub mod quantize;
pub mod recipe;
pub mod store;
pub mod summary;
pub mod tokenizer;
