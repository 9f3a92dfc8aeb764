//! Byte-pair encoding of bytes that are spelt as printable characters, as GPT-2 has it.

use std::collections::HashMap;

use quantmark_containers::gguf::{GgufError, GgufFile};
use quantmark_files::shown::shown;

use super::code_points::CodePoints;
use super::merging::merge;
use super::pre_tokenizer::{NAMES, PreTokenizer};
use super::token::TokenId;
use super::vocabulary::Vocabulary;

/// Rules beside the vocabulary.
#[derive(Debug)]
pub(super) struct ByteLevel {
    pre_tokenizer: PreTokenizer,
    /// For the two parts of a merge its place in the order of merges.
    ranks: HashMap<(Vec<u8>, Vec<u8>), usize>,
    spelling: Vec<char>,
}

impl ByteLevel {
    pub(super) fn read(file: &GgufFile) -> Result<Self, GgufError> {
        let name = file.text("tokenizer.ggml.pre")?;
        let pre_tokenizer = PreTokenizer::named(name)
            .ok_or_else(|| file.content(format!("tokenizer.ggml.pre is {}, expected {NAMES}", shown(name))))?;
        let mut ranks = HashMap::new();
        for (rank, merge) in file.texts("tokenizer.ggml.merges")?.iter().enumerate() {
            // A part may be a blank itself, so the one that divides is not the first character.
            let at = merge.as_bytes().iter().skip(1).position(|&byte| byte == b' ').map(|at| at + 1);
            let parts = at.map(|at| (merge.as_bytes()[..at].to_vec(), merge.as_bytes()[at + 1..].to_vec()));
            let parts = parts.ok_or_else(|| {
                file.content(format!("tokenizer.ggml.merges: {} are not two parts with a blank between", shown(merge)))
            })?;
            ranks.entry(parts).or_insert(rank);
        }
        Ok(Self { pre_tokenizer, ranks, spelling: (0..=u8::MAX).map(spelt).collect() })
    }

    pub(super) fn adds_bos_by_default(&self) -> bool {
        self.pre_tokenizer.adds_bos
    }

    pub(super) fn encode(&self, vocabulary: &Vocabulary, text: &[u8], tokens: &mut Vec<TokenId>) {
        let points = CodePoints::of(text);
        let mut start = 0;
        for end in self.pre_tokenizer.ends(&points) {
            let word: String = points.bytes(start, end).iter().map(|&byte| self.spelling[usize::from(byte)]).collect();
            self.encode_word(vocabulary, word.as_bytes(), tokens);
            start = end;
        }
    }

    fn encode_word(&self, vocabulary: &Vocabulary, word: &[u8], tokens: &mut Vec<TokenId>) {
        if self.pre_tokenizer.whole_words
            && let Some(token) = vocabulary.token(word)
        {
            tokens.push(token);
            return;
        }
        let spelt = std::str::from_utf8(word).expect("characters spell it");
        let ends: Vec<usize> = spelt.char_indices().skip(1).map(|(at, _)| at).chain([word.len()]).collect();
        let rank = |a: (usize, usize), b: (usize, usize)| {
            self.ranks.get(&(word[a.0..a.1].to_vec(), word[b.0..b.1].to_vec())).map(|&rank| std::cmp::Reverse(rank))
        };
        let mut start = 0;
        for end in merge(&ends, rank) {
            let piece = &word[start..end];
            match vocabulary.token(piece) {
                Some(token) => tokens.push(token),
                // What the vocabulary lacks even as a single character is left out, as llama.cpp does.
                None => tokens.extend(piece.iter().filter_map(|&byte| vocabulary.token(&[byte]))),
            }
            start = end;
        }
    }
}

/// The character that spells a byte: itself where it prints, the next free one from U+0100 on where it does not.
fn spelt(byte: u8) -> char {
    let prints = |byte: u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    if prints(byte) {
        return char::from(byte);
    }
    let before = (0..byte).filter(|&other| !prints(other)).count() as u32;
    char::from_u32(0x100 + before).expect("at most 68 characters behind U+0100")
}

#[cfg(test)]
mod tests {
    use super::spelt;

    #[test]
    fn bytes_are_spelt_as_gpt2_spells_them() {
        assert_eq!(
            [b' ', b'\n', b'a', 0, 0x7f, 0xad].map(spelt),
            ['\u{120}', '\u{10a}', 'a', '\u{100}', '\u{121}', '\u{143}']
        );
    }
}
