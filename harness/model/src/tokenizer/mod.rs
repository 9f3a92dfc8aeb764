//! From text to the token ids that a model was trained on, as llama.cpp v0.5.0 gives them.

mod byte_level;
mod code_points;
mod control;
mod merging;
mod pre_tokenizer;
mod sentence_piece;
mod token;
mod user_defined;
mod vocabulary;

pub use token::TokenId;
pub use vocabulary::{TokenType, Vocabulary};

use quantmark_containers::gguf::{GgufError, GgufFile};

use byte_level::ByteLevel;
use sentence_piece::SentencePiece;
use user_defined::{Fragment, UserDefined};

/// A model's tokenizer.
#[derive(Debug)]
pub struct Tokenizer {
    vocabulary: Vocabulary,
    user_defined: UserDefined,
    kind: Kind,
    add_bos: bool,
    add_eos: bool,
}

#[derive(Debug)]
enum Kind {
    SentencePiece(SentencePiece),
    ByteLevel(ByteLevel),
}

impl Tokenizer {
    /// Reads the tokenizer from a model's metadata.
    ///
    /// # Errors
    /// A key is missing or of another type, the vocabulary contradicts itself, or the tokenizer or its pre-tokenizer is
    /// none that is known here.
    pub fn read(file: &GgufFile) -> Result<Self, GgufError> {
        let vocabulary = Vocabulary::read(file)?;
        let model = file.text("tokenizer.ggml.model")?;
        let kind = match model {
            "llama" => Kind::SentencePiece(SentencePiece::read(file, &vocabulary)?),
            "gpt2" => Kind::ByteLevel(ByteLevel::read(file)?),
            _ => {
                return Err(file.content(format!("tokenizer.ggml.model is {model:?}, expected \"llama\" or \"gpt2\"")));
            }
        };
        let bos_by_default = match &kind {
            Kind::SentencePiece(_) => true,
            Kind::ByteLevel(byte_level) => byte_level.adds_bos_by_default(),
        };
        let user_defined = UserDefined::of(&vocabulary);
        let (add_bos, add_eos) = (
            vocabulary::flag(file, "tokenizer.ggml.add_bos_token")?.unwrap_or(bos_by_default),
            vocabulary::flag(file, "tokenizer.ggml.add_eos_token")?.unwrap_or(false),
        );
        let tokenizer = Self { vocabulary, user_defined, kind, add_bos, add_eos };
        if tokenizer.add_bos && tokenizer.vocabulary.bos().is_none() {
            return Err(file.content("texts begin with a token that tokenizer.ggml.bos_token_id does not name"));
        }
        Ok(tokenizer)
    }

    /// The vocabulary.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The token that every text begins with, for models that were trained so.
    pub fn begins_with(&self) -> Option<TokenId> {
        self.vocabulary.bos().filter(|_| self.add_bos)
    }

    /// The tokens of a text, which need not be UTF-8, with the beginning and the end that the model expects. Control
    /// tokens that the text spells out are text.
    pub fn encode(&self, text: &[u8]) -> Vec<TokenId> {
        let mut tokens: Vec<TokenId> = self.begins_with().into_iter().collect();
        let mut after_special = true;
        for fragment in self.user_defined.fragments(text) {
            match fragment {
                Fragment::Text(text) => {
                    match &self.kind {
                        Kind::SentencePiece(kind) => kind.encode(&self.vocabulary, text, after_special, &mut tokens),
                        Kind::ByteLevel(kind) => kind.encode(&self.vocabulary, text, &mut tokens),
                    }
                    after_special = false;
                }
                Fragment::Token(token) => {
                    tokens.push(token);
                    after_special = true;
                }
            }
        }
        tokens.extend(self.vocabulary.eos().filter(|_| self.add_eos));
        tokens
    }
}
