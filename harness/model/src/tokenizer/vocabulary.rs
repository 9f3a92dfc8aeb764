//! The tokens of a model: texts, scores, types.

use std::collections::HashMap;

use quantmark_containers::gguf::{Array, GgufError, GgufFile, Value};
use quantmark_files::shown::shown;

use super::control::looks;
use super::token::TokenId;

/// What a token is for; the numbers are GGUF's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenType {
    /// Part of texts.
    Normal,
    /// Stands for what no token spells.
    Unknown,
    /// Begins, ends or separates texts.
    Control,
    /// Part of texts that is never divided or joined.
    UserDefined,
    /// Not in use.
    Unused,
    /// A single byte.
    Byte,
}

impl TokenType {
    const fn from_id(id: i32) -> Self {
        match id {
            2 => Self::Unknown,
            3 => Self::Control,
            4 => Self::UserDefined,
            5 => Self::Unused,
            6 => Self::Byte,
            _ => Self::Normal,
        }
    }
}

/// A model's tokens.
#[derive(Debug)]
pub struct Vocabulary {
    texts: Vec<Vec<u8>>,
    scores: Vec<f32>,
    types: Vec<TokenType>,
    by_text: HashMap<Vec<u8>, TokenId>,
    bos: Option<TokenId>,
    eos: Option<TokenId>,
}

impl Vocabulary {
    pub(super) fn read(file: &GgufFile) -> Result<Self, GgufError> {
        const TOKENS: &str = "tokenizer.ggml.tokens";
        let tokens = file.texts(TOKENS)?;
        let mut by_text = HashMap::with_capacity(tokens.len());
        let mut texts = Vec::with_capacity(tokens.len());
        for (id, text) in tokens.iter().enumerate() {
            // llama.cpp gives empty tokens a name too.
            let text = if text.is_empty() { format!("[EMPTY_{id}]") } else { text.clone() }.into_bytes();
            let id = TokenId::try_from(id).map_err(|_| file.content(format!("{TOKENS} has too many items")))?;
            if let Some(first) = by_text.insert(text.clone(), id) {
                let text = shown(&String::from_utf8_lossy(&text));
                return Err(file.content(format!("{TOKENS}: {first} and {id} are both {text}")));
            }
            texts.push(text);
        }
        let count = texts.len();
        let per_token = |key: &str, len: usize| {
            if len == count { Ok(()) } else { Err(file.content(format!("{key} has {len} items, expected {count}"))) }
        };
        let scores = match file.get("tokenizer.ggml.scores") {
            None => vec![0.0; count],
            Some(Value::Array(Array::F32(scores))) => scores.clone(),
            Some(_) => return Err(file.content("tokenizer.ggml.scores is no array of f32")),
        };
        per_token("tokenizer.ggml.scores", scores.len())?;
        let mut types = match file.get("tokenizer.ggml.token_type") {
            None => vec![TokenType::Normal; count],
            Some(Value::Array(Array::I32(types))) => types.iter().map(|&id| TokenType::from_id(id)).collect(),
            Some(_) => return Err(file.content("tokenizer.ggml.token_type is no array of i32")),
        };
        per_token("tokenizer.ggml.token_type", types.len())?;
        for id in looks(file).filter_map(|text| by_text.get(text.as_bytes())) {
            types[*id as usize] = TokenType::Control;
        }
        let special = |key: &str, default: Option<TokenId>| match file.get(key) {
            None => Ok(default.filter(|&id| (id as usize) < count)),
            Some(value) => {
                let id = value.as_u64().and_then(|id| TokenId::try_from(id).ok()).filter(|&id| (id as usize) < count);
                id.map(Some).ok_or_else(|| file.content(format!("{key} names none of the {count} tokens")))
            }
        };
        let sentence_piece = file.text("tokenizer.ggml.model")? == "llama";
        let (bos, eos) = if sentence_piece { (Some(1), Some(2)) } else { (Some(11), Some(11)) };
        let bos = special("tokenizer.ggml.bos_token_id", bos)?;
        let eos = special("tokenizer.ggml.eos_token_id", eos)?;
        Ok(Self { texts, scores, types, by_text, bos, eos })
    }

    /// Tokens.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Whether another vocabulary has the same tokens in the same order.
    pub fn same_tokens(&self, other: &Self) -> bool {
        self.texts == other.texts
    }

    /// A token's text, as the file spells it.
    pub fn text(&self, id: TokenId) -> Option<&[u8]> {
        self.texts.get(id as usize).map(Vec::as_slice)
    }

    /// The token with a text.
    pub fn token(&self, text: &[u8]) -> Option<TokenId> {
        self.by_text.get(text).copied()
    }

    /// What a token is for.
    pub fn token_type(&self, id: TokenId) -> Option<TokenType> {
        self.types.get(id as usize).copied()
    }

    /// The token that begins a text.
    pub fn bos(&self) -> Option<TokenId> {
        self.bos
    }

    /// The token that ends a text.
    pub fn eos(&self) -> Option<TokenId> {
        self.eos
    }

    pub(super) fn score(&self, id: TokenId) -> f32 {
        self.scores[id as usize]
    }

    /// The tokens of a type with their texts.
    pub(super) fn of_type(&self, wanted: TokenType) -> impl Iterator<Item = (TokenId, &[u8])> {
        let tokens = self.texts.iter().zip(&self.types).enumerate();
        tokens.filter(move |(_, (_, of))| **of == wanted).map(|(id, (text, _))| (id as TokenId, text.as_slice()))
    }
}

/// A key that is true, false or not there.
pub(super) fn flag(file: &GgufFile, key: &str) -> Result<Option<bool>, GgufError> {
    match file.get(key) {
        None => Ok(None),
        Some(value) => {
            let wrong = || file.content(format!("{key} is of type {}, expected a bool", value.value_type().name()));
            value.as_bool().map(Some).ok_or_else(wrong)
        }
    }
}
