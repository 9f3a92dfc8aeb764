//! The windows of a text.

use sha2::{Digest, Sha256};

use crate::tokenizer::{TokenId, Tokenizer};

/// The protocol's name in records.
pub const PROTOCOL: &str = "llama-perplexity, windows without overlap, second half scored";

/// A text's tokens, and how they are divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Windows {
    tokens: Vec<TokenId>,
    /// Tokens of a window.
    context: usize,
    count: usize,
    begins_with: Option<TokenId>,
}

/// A text that is too short.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{tokens} tokens, expected at least the {context} of a window")]
pub struct TextError {
    tokens: usize,
    context: usize,
}

impl Windows {
    /// Divides a text; at most `most` windows.
    ///
    /// # Errors
    /// The text does not fill a window.
    pub fn of(text: &[u8], tokenizer: &Tokenizer, context: usize, most: Option<usize>) -> Result<Self, TextError> {
        let tokens = tokenizer.encode(text);
        let count = most.unwrap_or(usize::MAX).min(tokens.len() / context.max(1));
        if count == 0 {
            return Err(TextError { tokens: tokens.len(), context });
        }
        Ok(Self { tokens, context, count, begins_with: tokenizer.begins_with() })
    }

    /// The windows from one to another, as a text of their own.
    pub fn between(&self, range: std::ops::Range<usize>) -> Self {
        let tokens = self.tokens[range.start * self.context..range.end * self.context].to_vec();
        Self { tokens, context: self.context, count: range.len(), begins_with: self.begins_with }
    }

    /// Windows.
    pub fn count(&self) -> usize {
        self.count
    }

    /// SHA-256 in hex of all tokens of the text, four bytes each, the lowest first.
    pub fn tokens_sha256(&self) -> String {
        let bytes: Vec<u8> = self.tokens.iter().flat_map(|token| token.to_le_bytes()).collect();
        hex::encode(Sha256::digest(bytes))
    }

    /// Predictions that count in a window: those of the tokens behind its first half.
    pub fn scored(&self) -> usize {
        self.context - self.first() - 1
    }

    /// The first position whose prediction counts.
    pub(super) fn first(&self) -> usize {
        self.context / 2
    }

    /// What the model reads in a window: its first token makes room for the one that texts begin with.
    pub fn input(&self, window: usize) -> Vec<TokenId> {
        let mut tokens = self.tokens[window * self.context..][..self.context].to_vec();
        if let (Some(token), Some(first)) = (self.begins_with, tokens.first_mut()) {
            *first = token;
        }
        tokens
    }

    /// The tokens that are to be predicted.
    pub(super) fn targets(&self, window: usize) -> &[TokenId] {
        &self.tokens[window * self.context + self.first() + 1..(window + 1) * self.context]
    }
}
