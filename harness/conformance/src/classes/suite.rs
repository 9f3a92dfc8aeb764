//! The head of a class's file in `suites/conformance/`.

use std::time::Duration;

use quantmark_implementations::{Implementation, Refusal};
use quantmark_kernels::{Format, Operation};
use quantmark_record::schema::Level;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::case::{Case, Verdict};

/// A class of generated cases, as its file describes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suite<P> {
    /// Name of the class; its cases are `name.variant`.
    pub name: String,
    /// What it is there to catch.
    pub hunts: String,
    /// Bugs of the field that it would have caught.
    pub sources: Vec<String>,
    /// Seconds that one case may take.
    pub time_limit: u64,
    /// What the class's own module reads.
    pub parameters: P,
}

impl<P: DeserializeOwned> Suite<P> {
    /// Reads a suite that was built in.
    ///
    /// # Panics
    /// The file is wrong; a test reads every file.
    pub fn read(text: &str) -> Self {
        toml::from_str(text).unwrap_or_else(|error| panic!("a suite that was built in is wrong: {error}"))
    }

    /// A case of the class.
    pub fn case(
        &self,
        level: Level,
        format: Format,
        operation: Operation,
        variant: &str,
        check: impl Fn(&dyn Implementation) -> Result<Verdict, Refusal> + 'static,
    ) -> Case {
        let name = format!("{}.{variant}", self.name);
        let hunts = format!("{} ({})", self.hunts, self.sources.join("; "));
        let limit = Duration::from_secs(self.time_limit);
        Case { hunts: Some(hunts), ..Case::new(level, format, operation, name, limit, check) }
    }
}
