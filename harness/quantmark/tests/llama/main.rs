//! Whole models against llama.cpp's own libraries; where those are not installed, each test says so and asks nothing.

mod goldens;
mod graph;
mod importance;
mod logits;
mod oracle;
mod recipes;
mod speed;
mod tiny;
mod tokens;
