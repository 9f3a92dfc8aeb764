//! The words that a text is divided into before bytes are joined.

use fancy_regex::Regex;

use super::code_points::CodePoints;

/// A way to divide texts.
#[derive(Debug)]
pub(super) struct PreTokenizer {
    /// Each divides further what those before it left.
    patterns: Vec<Regex>,
    /// Whether a word that is a token is taken whole, whatever its parts would join to.
    pub(super) whole_words: bool,
    /// Whether texts begin with a token of their own, unless the model says otherwise.
    pub(super) adds_bos: bool,
}

const GPT2: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)";

const LLAMA3: &str = r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

const QWEN2: &str = r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// The names that are known, as `tokenizer.ggml.pre` spells them.
pub(super) const NAMES: &str = "gpt-2, llama-bpe, qwen2 or smollm";

impl PreTokenizer {
    /// The pre-tokenizer with a name; `None` where none is known.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (patterns, llama3): (&[&str], bool) = match name {
            "gpt-2" => (&[GPT2], false),
            "smollm" => (&[r"\p{N}", GPT2], false),
            "llama-bpe" | "llama3" | "llama-v3" => (&[LLAMA3], true),
            "qwen2" => (&[QWEN2], false),
            _ => return None,
        };
        let compile = |pattern: &&str| Regex::new(pattern).expect("a constant that the tests compile");
        Some(Self { patterns: patterns.iter().map(compile).collect(), whole_words: llama3, adds_bos: llama3 })
    }

    /// Where the words of a text end.
    pub(super) fn ends(&self, text: &CodePoints) -> Vec<usize> {
        let mut ends = vec![text.text.len()];
        for pattern in &self.patterns {
            let mut divided = Vec::new();
            let mut start = 0;
            for end in ends {
                divide(pattern, &text.text[start..end], start, &mut divided);
                start = end;
            }
            ends = divided;
        }
        ends
    }
}

/// Adds where the matches in a part end, and what lies between them.
fn divide(pattern: &Regex, part: &str, offset: usize, ends: &mut Vec<usize>) {
    let mut done = 0;
    // The engine gives up on no text of ours: the patterns need no backtracking beyond one blank.
    for found in pattern.find_iter(part).map_while(Result::ok) {
        if found.start() > done {
            ends.push(offset + found.start());
        }
        if found.end() > found.start() {
            ends.push(offset + found.end());
        }
        done = found.end();
    }
    if done < part.len() {
        ends.push(offset + part.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words<'a>(name: &str, text: &'a str) -> Vec<&'a str> {
        let mut start = 0;
        let ends = PreTokenizer::named(name).unwrap().ends(&CodePoints::of(text.as_bytes()));
        ends.into_iter().map(|end| &text[std::mem::replace(&mut start, end)..end]).collect()
    }

    #[test]
    fn words_of_each() {
        assert_eq!(words("gpt-2", "It's 2024,  ok\n"), ["It", "'s", " 2024", ",", " ", " ok", "\n"]);
        assert_eq!(words("smollm", "a 42 b"), ["a", " ", "4", "2", " b"]);
        assert_eq!(words("llama-bpe", "x=12345\n\n y"), ["x", "=", "123", "45", "\n\n", " y"]);
        assert_eq!(words("qwen2", "IT'S 12"), ["IT", "'S", " ", "1", "2"]);
        assert!(PreTokenizer::named("default").is_none());
    }
}
