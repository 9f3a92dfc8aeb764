//! Running a model: from tokens to the logits of the next one.
//!
//! Weights are used where the file is mapped, by the same kernels that are checked and timed. Every number is computed
//! by one task in one order, so results do not depend on the number of threads, nor on how many tokens are run at once.

mod attention;
mod cache;
mod elementwise;
mod hyperparameters;
mod matrix;
mod rope;
mod session;
mod weights;

pub use hyperparameters::{Architecture, Hyperparameters};
pub use session::{Observer, Session, UnknownToken};

use crate::gguf::{GgufError, GgufFile};
use weights::Weights;

/// A model, ready to run.
#[derive(Debug)]
pub struct Model<'f> {
    hyperparameters: Hyperparameters,
    weights: Weights<'f>,
}

impl<'f> Model<'f> {
    /// Reads what the architecture needs, every tensor's shape and type checked.
    ///
    /// # Errors
    /// An architecture that is not known here, a missing key or tensor, or one of another type or shape than expected.
    pub fn read(file: &'f GgufFile) -> Result<Self, GgufError> {
        let hyperparameters = Hyperparameters::read(file)?;
        let weights = Weights::read(file, &hyperparameters)?;
        Ok(Self { hyperparameters, weights })
    }

    /// Sizes and rules.
    pub fn hyperparameters(&self) -> &Hyperparameters {
        &self.hyperparameters
    }

    /// Tokens that the model knows.
    pub fn tokens(&self) -> usize {
        self.weights.tokens()
    }
}
