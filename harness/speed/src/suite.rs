//! What is timed and how much of it, read from `suites/speed/`.

use quantmark_kernels::Operation;
use quantmark_record::schema::Shape;
use serde::Deserialize;

const SUITES: &str = include_str!("../../../suites/speed/suites.toml");
const PROFILES: &str = include_str!("../../../suites/speed/profiles.toml");

/// A speed suite.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite {
    /// Name.
    pub name: String,
    /// What its numbers tell.
    pub intent: String,
    /// Operation, by name.
    operation: String,
    /// Where the weights come from.
    pub working_set: WorkingSet,
    /// Numbers of threads.
    pub threads: Vec<Threads>,
    /// Shapes.
    pub shapes: Vec<Shape>,
}

impl Suite {
    /// The operation timed.
    pub fn operation(&self) -> Operation {
        let named = Operation::ALL.iter().copied().find(|operation| operation.name() == self.operation);
        named.expect("operation names are checked by a test")
    }
}

/// Where the weights of a suite come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkingSet {
    /// From a cache.
    Cache,
    /// From memory: copies in turn, together larger than the last cache.
    Memory,
}

/// A number of threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Threads {
    /// One.
    One,
    /// One a core.
    All,
}

/// A selection of suites and the length of the look at them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Name.
    pub name: String,
    /// What it is good for.
    pub intent: String,
    /// Names of its suites.
    pub suites: Vec<String>,
    /// Looks at each timing, apart in time.
    pub looks: usize,
    /// Pairs of samples in one look.
    pub pairs: usize,
    /// Shortest sample, in milliseconds.
    pub sample_ms: f64,
    /// Windows of text that models are scored on; all that there are where absent.
    pub model_windows: Option<usize>,
    /// What takes the place of all timings under an emulator.
    pub emulated: Emulated,
}

/// What a profile checks and measures under an emulator, where nothing is timed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Emulated {
    /// Windows of text that they are scored on.
    pub model_windows: usize,
    /// File types, of those of the ladder.
    pub file_types: Vec<String>,
    /// Conformance cases, by glob; all where there are none.
    #[serde(default)]
    pub cases: Vec<String>,
}

/// The name of the suite of whole models, which has a file of its own.
pub const MODELS: &str = "models";

/// Every suite.
pub fn suites() -> Vec<Suite> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        suite: Vec<Suite>,
    }
    toml::from_str::<File>(SUITES).expect("suites.toml is checked by a test").suite
}

/// Every profile.
pub fn profiles() -> Vec<Profile> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        profile: Vec<Profile>,
    }
    toml::from_str::<File>(PROFILES).expect("profiles.toml is checked by a test").profile
}

#[cfg(test)]
mod tests {
    use super::{MODELS, profiles, suites};

    #[test]
    fn files_are_well_formed() {
        let suites = suites();
        for suite in &suites {
            suite.operation();
            assert!(suite.shapes.iter().all(|shape| shape.cols % 256 == 0), "{}: whole super-blocks", suite.name);
        }
        for profile in profiles() {
            for name in &profile.emulated.file_types {
                assert!(quantmark_model::file_type::FileType::from_name(name).is_some(), "{}: {name}", profile.name);
            }
            for name in &profile.suites {
                let known = name == MODELS || suites.iter().any(|suite| suite.name == *name);
                assert!(known, "{}: no suite {name}", profile.name);
            }
        }
    }
}
