//! The data of an operation.

use std::cell::Cell;

use super::placed::Placed;

/// The data of an operation, for whoever does it.
#[derive(Clone, Copy)]
pub struct Data<'a> {
    /// A row of weights as numbers, for quantizing.
    pub source: &'a [f32],
    /// The importance of its columns; empty where the format takes none.
    pub importance: &'a [f32],
    /// Copies of the weights; each repetition takes the next one.
    pub weights: &'a [Placed<u8>],
    /// The activations as numbers: a product with a batch begins there on every side.
    pub numbers: &'a [f32],
    /// The same, quantized as the format's dot product takes them.
    pub activations: &'a [u8],
}

impl<'a> Data<'a> {
    /// Gives the copies of the weights in turn.
    pub fn rotation(&self) -> impl Fn() -> &'a [u8] + use<'a> {
        let (at, weights) = (Cell::new(0), self.weights);
        move || {
            let index = at.get();
            at.set((index + 1) % weights.len());
            &weights[index]
        }
    }
}
