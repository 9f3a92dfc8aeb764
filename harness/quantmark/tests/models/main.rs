//! `quantmark inspect` and `quantmark quantize` as people run them.

mod goldens;
mod inspect;
mod interrupted;
mod ollama;
mod program;
mod quantize;
mod sample;
