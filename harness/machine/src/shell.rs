//! Words as shells read them.

/// A word as a shell reads it back.
pub fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./=:@+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_survive_the_shell() {
        assert_eq!(super::quote("golden.gaussian"), "golden.gaussian");
        assert_eq!(super::quote("it's *"), r"'it'\''s *'");
    }
}
