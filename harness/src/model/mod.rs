//! Models: what their files say about them, and making smaller ones of them.

pub mod audit;
pub mod eligible;
pub mod file_type;
pub mod importance;
pub mod non_finite;
pub mod quantize;
pub mod recipe;
pub mod summary;
