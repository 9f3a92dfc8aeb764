//! Running a model: from tokens to the logits of the next one.
//!
//! Weights are used where the file is mapped, by the same kernels that are checked and timed. Every number is computed
//! by one task in one order, so results do not depend on the number of threads, nor on how many tokens are run at once;
//! backends add in different orders, so they do depend on the tier of kernels, within rounding.

mod attention;
mod cache;
mod elementwise;
mod exp;
mod hyperparameters;
mod matrix;
mod rope;
mod session;
mod weights;

pub use hyperparameters::{Architecture, Hyperparameters};
pub use session::{Observer, Session, UnknownToken};

use quantmark_containers::gguf::{GgufError, GgufFile};
use quantmark_kernels::Available;
use rayon::prelude::*;

use elementwise::{add, rms_norm};
use weights::Weights;

/// A model, ready to run.
#[derive(Debug)]
pub struct Model<'f> {
    hyperparameters: Hyperparameters,
    weights: Weights<'f>,
}

impl<'f> Model<'f> {
    /// Reads what the architecture needs, every tensor's shape and type checked; it will run on backends up to `tier`.
    ///
    /// # Errors
    /// An architecture that is not known here, a missing key or tensor, or one of another type or shape than expected.
    pub fn read(file: &'f GgufFile, tier: Available) -> Result<Self, GgufError> {
        let hyperparameters = Hyperparameters::read(file)?;
        let weights = Weights::read(file, &hyperparameters, tier)?;
        Ok(Self { hyperparameters, weights })
    }

    /// Sizes and rules.
    pub fn hyperparameters(&self) -> &Hyperparameters {
        &self.hyperparameters
    }

    /// The logits of every token of the vocabulary, for each row that [`Session::read`] gave.
    pub fn logits(&self, rows: &[f32]) -> Vec<f32> {
        let weights = &self.weights;
        let mut logits = weights.output.multiply(&self.normed(rows, &weights.output_norm));
        if let Some(bias) = &weights.output_bias {
            logits.chunks_mut(bias.len()).for_each(|row| add(row, bias));
        }
        if let Some(cap) = self.hyperparameters.logit_cap {
            logits.par_iter_mut().for_each(|logit| *logit = (*logit / cap).tanh() * cap);
        }
        logits
    }

    fn normed(&self, rows: &[f32], norm: &[f32]) -> Vec<f32> {
        let mut normed = rows.to_vec();
        let epsilon = self.hyperparameters.rms_epsilon;
        normed.par_chunks_mut(norm.len()).for_each(|row| rms_norm(row, norm, epsilon));
        normed
    }

    /// Tokens that the model knows.
    pub fn tokens(&self) -> usize {
        self.weights.tokens()
    }
}
