//! A case, and what comes of trying it.

use std::time::Duration;

use quantmark_implementations::{Implementation, Refusal};
use quantmark_kernels::{Format, Operation};
use quantmark_record::schema::Level;

/// Something to check on a subject. Building one is cheap; inputs are made when it runs.
pub struct Case {
    /// What is asked.
    pub level: Level,
    /// The format that the case is about.
    pub format: Format,
    /// The operation that is tried.
    pub operation: Operation,
    /// `class.variant`: unique among the cases of its level, format and operation.
    pub name: String,
    /// The format whose kernel is called: an activation format, where that is what is quantized.
    pub kernel: Format,
    /// The class of bug it is there to catch.
    pub hunts: Option<String>,
    /// Time it may take.
    pub limit: Duration,
    /// Tries it.
    pub check: Check,
}

/// Tries a case on a subject.
pub type Check = Box<dyn Fn(&dyn Implementation) -> Result<Verdict, Refusal>>;

impl Case {
    /// A case whose kernel is the format's own.
    pub fn new(
        level: Level,
        format: Format,
        operation: Operation,
        name: impl Into<String>,
        limit: Duration,
        check: impl Fn(&dyn Implementation) -> Result<Verdict, Refusal> + 'static,
    ) -> Self {
        Self { level, format, operation, name: name.into(), kernel: format, hunts: None, limit, check: Box::new(check) }
    }

    /// The case's id on a backend: `LEVEL/format/backend/operation/case`.
    pub fn id(&self, backend: &str) -> String {
        format!("{:?}/{}/{backend}/{}/{}", self.level, self.format, self.operation, self.name)
    }
}

/// What came of a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The bar held.
    Pass,
    /// The bar held or there is none; something is to be told.
    Note(String),
    /// The bar did not hold.
    Fail(Box<Finding>),
    /// There was nothing to compare with.
    Skip(String),
    /// The case itself is at fault: its data contradict each other.
    Invalid(String),
}

impl Verdict {
    /// A failure where there is a finding.
    pub fn of(finding: Option<Finding>) -> Self {
        finding.map_or(Self::Pass, |finding| Self::Fail(Box::new(finding)))
    }
}

/// The first wrong element and what surrounds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// In which circumstances, where the case tries several.
    pub at: Option<String>,
    /// Index of the element: a weight, a byte or an output.
    pub element: usize,
    /// Wrong elements.
    pub wrong: usize,
    /// Elements in all.
    pub total: usize,
    /// Index of its block.
    pub block: usize,
    /// The block's format.
    pub block_format: Format,
    /// The block's bytes.
    pub block_bytes: Vec<u8>,
    /// What it must be.
    pub expected: String,
    /// What it is.
    pub got: String,
    /// Distance in units in the last place, where both are numbers.
    pub ulp: Option<u64>,
    /// The bound and its derivation.
    pub bound: Option<String>,
}

impl Finding {
    /// Says in which circumstances.
    pub fn at(mut self, circumstances: impl Into<String>) -> Self {
        self.at = Some(circumstances.into());
        self
    }
}
