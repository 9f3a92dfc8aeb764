//! Tokens by number.

/// A token's number in the vocabulary.
pub type TokenId = u32;
