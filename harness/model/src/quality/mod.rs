//! What quantizing costs a model: how well it predicts a text, and how far its predictions are from another's.
//!
//! The protocol is that of llama-perplexity: the text's tokens in windows that do not overlap, each read from its
//! beginning; the predictions of the second half of each window count.

mod divergence;
mod importance;
mod log_probabilities;
mod noise;
mod perplexity;
mod windows;

pub use divergence::Divergence;
pub use importance::collect_importance;
pub use noise::{Noise, noise};
pub use perplexity::{Base, MeasureError, Perplexity, measure, measure_against, read_all};
pub use windows::{PROTOCOL, TextError, Windows};
