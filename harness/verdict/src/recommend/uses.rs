//! What a model is used for, read from `suites/size/uses.toml`.

use serde::{Deserialize, Serialize};

const USES: &str = include_str!("../../../../suites/size/uses.toml");

/// What decides among file types that are within the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prefers {
    /// The faster one.
    Speed,
    /// The one that predicts better.
    Quality,
}

/// A use, and what it asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Use {
    /// Its name on command lines.
    pub name: String,
    /// What it is for, in words.
    pub intent: String,
    /// Share of the memory that weights may take.
    pub memory: f64,
    /// Largest rise of perplexity, as a share.
    pub most_loss: f64,
    /// What decides.
    pub prefers: Prefers,
}

/// Every use.
pub fn uses() -> Vec<Use> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        r#use: Vec<Use>,
    }
    toml::from_str::<File>(USES).expect("uses.toml is checked by a test").r#use
}

#[cfg(test)]
mod tests {
    use super::uses;

    #[test]
    fn uses_are_well_formed() {
        let uses = uses();
        assert_eq!(uses.len(), 4);
        assert!(uses.iter().all(|one| (0.0..=1.0).contains(&one.memory) && one.most_loss >= 0.0));
    }
}
