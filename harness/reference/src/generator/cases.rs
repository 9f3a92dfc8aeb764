//! The list of cases, read from `suites/reference/cases.toml`.

use serde::Deserialize;

use super::blocks::RawBlocks;
use super::distribution::Distribution;
use super::importance::ImportanceRow;

/// The suite as it was when the program was built.
const SUITE: &str = include_str!("../../../../suites/reference/cases.toml");

/// What a case's activation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// None: the case has no dot product.
    None,
    /// Normal numbers.
    #[default]
    Gaussian,
    /// Heavy tails.
    HeavyTailed,
    /// One sign.
    Positive,
    /// One sign, up to 1000.
    LargePositive,
    /// Zeros.
    Zero,
    /// Multiples of 1/2.
    Ties,
}

impl Activation {
    /// The distribution; `None` where there is no activation.
    pub const fn distribution(self) -> Option<Distribution> {
        match self {
            Self::None => None,
            Self::Gaussian => Some(Distribution::Gaussian),
            Self::HeavyTailed => Some(Distribution::HeavyTailed),
            Self::Positive => Some(Distribution::Positive),
            Self::LargePositive => Some(Distribution::LargePositive),
            Self::Zero => Some(Distribution::Zero),
            Self::Ties => Some(Distribution::Ties),
        }
    }
}

/// One case of the suite; `suites/reference/README.md` says what the fields mean.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseSpec {
    /// Unique name.
    pub name: String,
    /// The class of bug it is there to catch.
    pub hunts: String,
    /// Distribution of the source.
    pub weights: Option<Distribution>,
    /// Raw blocks instead of a source.
    pub blocks: Option<RawBlocks>,
    /// Weights a row.
    pub cols: usize,
    /// Rows.
    pub rows: usize,
    /// Importance of the columns.
    pub importance: Option<ImportanceRow>,
    /// Activation of the dot product.
    #[serde(default)]
    pub activation: Activation,
    /// Formats, by ggml's names, for which the reference has no answer.
    #[serde(default)]
    pub except: Vec<String>,
    /// Why not.
    pub except_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Suite {
    case: Vec<CaseSpec>,
}

/// The cases of the suite, in order.
pub fn cases() -> Vec<CaseSpec> {
    let suite: Suite = toml::from_str(SUITE).expect("the suite is checked by a test");
    suite.case
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use quantmark_kernels::Format;

    use super::cases;

    #[test]
    fn suite_is_well_formed() {
        let cases = cases();
        let names: HashSet<_> = cases.iter().map(|case| &case.name).collect();
        assert_eq!(names.len(), cases.len(), "names are unique");
        for case in &cases {
            assert!(case.cols.is_multiple_of(256) && case.rows > 0, "{}: shape", case.name);
            assert!(case.weights.is_some() != case.blocks.is_some(), "{}: weights or blocks", case.name);
            assert!(case.blocks.is_none() || case.importance.is_none(), "{}: blocks have no importance", case.name);
            assert_eq!(case.except.is_empty(), case.except_reason.is_none(), "{}: a reason", case.name);
            for format in &case.except {
                format.parse::<Format>().unwrap();
            }
        }
    }
}
