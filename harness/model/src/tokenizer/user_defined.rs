//! Tokens that are looked for in the text before everything else.

use super::token::TokenId;
use super::vocabulary::{TokenType, Vocabulary};

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fragment<'a> {
    /// Text to be tokenized.
    Text(&'a [u8]),
    /// A token.
    Token(TokenId),
}

/// The tokens, longest first.
#[derive(Debug)]
pub(super) struct UserDefined {
    tokens: Vec<(TokenId, Vec<u8>)>,
}

impl UserDefined {
    pub(super) fn of(vocabulary: &Vocabulary) -> Self {
        let mut tokens: Vec<(TokenId, Vec<u8>)> =
            vocabulary.of_type(TokenType::UserDefined).map(|(id, text)| (id, text.to_vec())).collect();
        tokens.sort_by_key(|(_, text)| std::cmp::Reverse(text.len()));
        Self { tokens }
    }

    /// Takes each token in turn out of all the text that is left.
    pub(super) fn fragments<'a>(&self, text: &'a [u8]) -> Vec<Fragment<'a>> {
        let mut fragments = if text.is_empty() { Vec::new() } else { vec![Fragment::Text(text)] };
        for (id, token) in &self.tokens {
            if !text.windows(token.len()).any(|window| window == token) {
                continue;
            }
            fragments = fragments
                .into_iter()
                .flat_map(|fragment| match fragment {
                    Fragment::Text(text) => divided(text, *id, token),
                    token @ Fragment::Token(_) => vec![token],
                })
                .collect();
        }
        fragments
    }
}

fn divided<'a>(mut text: &'a [u8], id: TokenId, token: &[u8]) -> Vec<Fragment<'a>> {
    let mut parts = Vec::new();
    while let Some(at) = text.windows(token.len()).position(|window| window == token) {
        if at > 0 {
            parts.push(Fragment::Text(&text[..at]));
        }
        parts.push(Fragment::Token(id));
        text = &text[at + token.len()..];
    }
    if !text.is_empty() {
        parts.push(Fragment::Text(text));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_tokens_come_first() {
        let tokens = UserDefined { tokens: vec![(7, b"\n\n".to_vec()), (3, b"\n".to_vec())] };
        let (text, token) = (Fragment::Text, Fragment::Token);
        assert_eq!(tokens.fragments(b"a\n\n\nb"), [text(b"a"), token(7), token(3), text(b"b")]);
        assert_eq!(tokens.fragments(b"\n"), [token(3)]);
        assert_eq!(tokens.fragments(b""), []);
    }
}
