//! What of all cases is asked for: globs over formats, levels, operations and case names.

use globset::{GlobBuilder, GlobMatcher};
pub use quantmark_implementations::protocol::Filter;

use super::case::Case;

/// A filter made ready.
#[derive(Debug)]
pub struct Matcher {
    formats: Patterns,
    levels: Patterns,
    operations: Patterns,
    cases: Patterns,
}

impl Matcher {
    /// Reads the globs.
    ///
    /// # Errors
    /// What is wrong with which.
    pub fn new(filter: &Filter) -> Result<Self, String> {
        Ok(Self {
            formats: Patterns::new(&filter.formats)?,
            levels: Patterns::new(&filter.levels)?,
            operations: Patterns::new(&filter.operations)?,
            cases: Patterns::new(&filter.cases)?,
        })
    }

    /// Whether a format's cases are asked for at all.
    pub fn format(&self, name: &str) -> bool {
        self.formats.admit(name)
    }

    /// Whether a case is asked for.
    pub fn case(&self, case: &Case) -> bool {
        self.formats.admit(case.format.name())
            && self.levels.admit(&format!("{:?}", case.level))
            && self.operations.admit(case.operation.name())
            && self.cases.admit(&case.name)
    }
}

/// Words that admit what equals one of them or matches one as a glob.
#[derive(Debug)]
pub struct Patterns(Vec<(String, GlobMatcher)>);

impl Patterns {
    /// Reads the globs; case does not matter.
    ///
    /// # Errors
    /// What is wrong with which.
    pub fn new(words: &[String]) -> Result<Self, String> {
        let read = |word: &String| {
            let glob = GlobBuilder::new(word).case_insensitive(true).build();
            glob.map(|glob| (word.clone(), glob.compile_matcher())).map_err(|error| format!("`{word}`: {error}"))
        };
        Ok(Self(words.iter().map(read).collect::<Result<_, _>>()?))
    }

    /// Whether a name is asked for.
    pub fn admit(&self, name: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|(word, glob)| word == name || glob.is_match(name))
    }
}

#[cfg(test)]
mod tests {
    use super::Patterns;

    #[test]
    fn globs_and_plain_words() {
        let patterns = Patterns::new(&["q4_*".into(), "Q6_K".into(), "[odd".replace('[', "")]).unwrap();
        assert!(patterns.admit("q4_0") && patterns.admit("q4_K") && patterns.admit("q6_K"));
        assert!(!patterns.admit("q5_0"));
        assert!(Patterns::new(&["[".into()]).unwrap_err().starts_with("`[`"));
        assert!(Patterns::new(&[]).unwrap().admit("anything"));
    }
}
