//! Whole models of an implementation, to be timed and compared with ours.

use crate::refusal::Refusal;

/// A model that is open.
pub trait WholeModel: Send + Sync {
    /// The tokens of a text, which need not be UTF-8, with what the model expects at its ends.
    ///
    /// # Errors
    /// The implementation refuses the text.
    fn tokenize(&self, text: &[u8]) -> Result<Vec<u32>, Refusal>;

    /// The logits behind every token of a text, `tokens.len()` times the vocabulary.
    ///
    /// # Errors
    /// The implementation refuses.
    fn logits(&self, tokens: &[u32], threads: usize) -> Result<Vec<f32>, Refusal>;

    /// The model at work on a text of at most so many tokens, with threads that wait for the next batch.
    ///
    /// # Errors
    /// There is no room.
    fn session(&self, tokens: usize, threads: usize) -> Result<Box<dyn ModelSession + '_>, Refusal>;
}

/// A text that a model has read so far.
pub trait ModelSession {
    /// Forgets what was read.
    fn restart(&mut self);

    /// Reads more tokens.
    ///
    /// # Errors
    /// The implementation refuses a token, or there is no more room.
    fn read(&mut self, tokens: &[u32]) -> Result<(), Refusal>;

    /// Lets the threads sleep until the next batch.
    fn rest(&mut self);
}
