//! Failures that are known, as data: `suites/conformance/expected-failures.toml`.

use quantmark_record::schema::{CaseResult, State};
use serde::Deserialize;

use super::filter::Patterns;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    failures: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    reason: String,
    link: String,
}

/// The list, ready to be applied.
#[derive(Debug)]
pub struct Expected(Vec<(Patterns, String)>);

impl Expected {
    /// The list as it was when the program was built.
    pub fn built_in() -> Self {
        let text = include_str!("../../../suites/conformance/expected-failures.toml");
        Self::read(text).unwrap_or_else(|error| panic!("expected-failures.toml: {error}"))
    }

    /// Reads a list.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Self, String> {
        let list: List = toml::from_str(text).map_err(|error| error.to_string())?;
        let entry = |entry: Entry| Ok((Patterns::new(&[entry.id])?, format!("{} ({})", entry.reason, entry.link)));
        list.failures.into_iter().map(entry).collect::<Result<_, String>>().map(Self)
    }

    /// Turns a listed failure into an expected one, and a listed pass into an unexpected one.
    pub fn apply(&self, result: &mut CaseResult) {
        let Some((_, reason)) = self.0.iter().find(|(ids, _)| ids.admit(&result.id)) else {
            return;
        };
        result.state = match result.state {
            State::Fail | State::Error | State::Timeout => State::ExpectedFail,
            State::Pass => State::UnexpectedPass,
            other => other,
        };
        result.reason = Some(format!("listed as a known failure: {reason}"));
    }
}

#[cfg(test)]
mod tests {
    use super::Expected;
    use crate::trial::blank_result;
    use quantmark_kernels::{Format, Operation};
    use quantmark_record::schema::{Level, State};

    #[test]
    fn listed_failures_are_expected_and_listed_passes_are_not() {
        let list =
            Expected::read("failures = [{ id = 'L3/q4_*/avx2/*/integers.*', reason = 'i8::MIN', link = 'ggml#1393' }]")
                .unwrap();
        let state_of = |format, state| {
            let mut result = blank_result(Level::L3, format, "avx2", Operation::Dot, "integers.full");
            result.state = state;
            list.apply(&mut result);
            result.state
        };
        assert_eq!(state_of(Format::Q4_0, State::Fail), State::ExpectedFail);
        assert_eq!(state_of(Format::Q4_0, State::Pass), State::UnexpectedPass);
        assert_eq!(state_of(Format::Q5_0, State::Fail), State::Fail);
        Expected::built_in();
    }
}
