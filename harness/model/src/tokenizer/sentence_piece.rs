//! SentencePiece's byte-pair encoding with bytes to fall back to.

use quantmark_containers::gguf::{GgufError, GgufFile};

use super::merging::merge;
use super::token::TokenId;
use super::vocabulary::{Vocabulary, flag};

/// Stands for a blank in tokens.
const BLANK: &str = "\u{2581}";

/// Rules beside the vocabulary.
#[derive(Debug)]
pub(super) struct SentencePiece {
    /// Whether a text is taken to begin with a blank.
    add_space_prefix: bool,
    bytes: Vec<TokenId>,
}

/// A score; ordered as numbers are.
#[derive(Clone, Copy, PartialEq)]
struct Score(f32);

impl Eq for Score {}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        // Both zeros are one score.
        (self.0 + 0.0).total_cmp(&(other.0 + 0.0))
    }
}

impl SentencePiece {
    pub(super) fn read(file: &GgufFile, vocabulary: &Vocabulary) -> Result<Self, GgufError> {
        let add_space_prefix = flag(file, "tokenizer.ggml.add_space_prefix")?.unwrap_or(true);
        let bytes = (0..=u8::MAX).map(|byte| {
            let token = vocabulary.token(format!("<0x{byte:02X}>").as_bytes()).or_else(|| vocabulary.token(&[byte]));
            token.ok_or_else(|| file.content(format!("tokenizer.ggml.tokens has no token for the byte {byte:#04x}")))
        });
        Ok(Self { add_space_prefix, bytes: bytes.collect::<Result<_, _>>()? })
    }

    pub(super) fn encode(&self, vocabulary: &Vocabulary, text: &[u8], after_special: bool, tokens: &mut Vec<TokenId>) {
        let mut escaped = Vec::with_capacity(text.len() + text.len() / 4);
        if self.add_space_prefix && after_special {
            escaped.extend(BLANK.as_bytes());
        }
        for &byte in text {
            match byte {
                b' ' => escaped.extend(BLANK.as_bytes()),
                _ => escaped.push(byte),
            }
        }
        let mut ends = Vec::new();
        let mut at = 0;
        while at < escaped.len() {
            at = (at + utf8_length(escaped[at])).min(escaped.len());
            ends.push(at);
        }
        let rank = |a: (usize, usize), b: (usize, usize)| {
            vocabulary.token(&escaped[a.0..b.1]).map(|token| Score(vocabulary.score(token)))
        };
        let mut start = 0;
        for end in merge(&ends, rank) {
            match vocabulary.token(&escaped[start..end]) {
                Some(token) => tokens.push(token),
                None => tokens.extend(escaped[start..end].iter().map(|&byte| self.bytes[usize::from(byte)])),
            }
            start = end;
        }
    }
}

/// Bytes of a character, by its first one; 1 for bytes that begin none.
const fn utf8_length(first: u8) -> usize {
    match first >> 4 {
        0b1100 | 0b1101 => 2,
        0b1110 => 3,
        0b1111 => 4,
        _ => 1,
    }
}
